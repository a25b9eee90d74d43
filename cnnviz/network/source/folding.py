"""Layers that were read, as a person would list them: blocks known by their layers, and repetitions."""

from cnnviz.network.infer import Node
from cnnviz.network.known_blocks import block_of
from cnnviz.network.spec import Layer

Layers = tuple[Layer, ...]


def with_blocks(layers: Layers, nodes: tuple[Node, ...]) -> Layers:
    """Return layers with each Sequential, sum and join that is what a block stands for as that block."""
    done = [_with_blocks(layer, node) for layer, node in zip(layers, nodes, strict=False)]
    return (*done, *layers[len(done) :])


def _with_blocks(layer: Layer, node: Node) -> Layer:
    if not layer.parts:
        return layer
    inside = layer.parts[0] if layer.kind == "Sequential" else (layer,)
    if len(node.input_shape) == 3 and (block := block_of(inside, node.input_shape[0])):
        return block
    parts = [with_blocks(part, nodes) for part, nodes in zip(layer.parts, node.parts, strict=False)]
    return _repeated(layer.with_parts(*parts, *layer.parts[len(parts) :]))


def _repeated(layer: Layer) -> Layer:
    """Return a Sequential of layers that are all alike as a Repeat, and any other layer as it is."""
    if (
        layer.kind != "Sequential"
        or len(layer.parts[0]) < 2
        or any(each != layer.parts[0][0] for each in layer.parts[0])
    ):
        return layer
    first, number = layer.parts[0][0], len(layer.parts[0])
    several = first.kind == "Sequential" and len(first.parts[0]) > 1
    return Layer("Repeat", {"n": number}, (first.parts[0] if several else (first,),))
