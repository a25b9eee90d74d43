"""Layers without the parameters that are inferred anyway."""

from cnnviz.network.infer import Node
from cnnviz.network.layers import LAYERS
from cnnviz.network.spec import Layer

Layers = tuple[Layer, ...]


def without_inferable(layers: Layers, nodes: tuple[Node, ...]) -> Layers:
    """Return layers without the parameters that are inferred anyway, as far as they fit together."""
    done = [_without_inferable(layer, node) for layer, node in zip(layers, nodes, strict=False)]
    return (*done, *layers[len(done) :])


def _without_inferable(layer: Layer, node: Node) -> Layer:
    kind, shape = LAYERS[layer.kind], node.input_shape
    follows = {name for name, param in kind.params.items() if param.follows}
    # what fits has the value that would be inferred; only the shape of a LayerNorm may be a part of it
    fewer = {n: v for n, v in layer.params.items() if n not in follows or (isinstance(v, tuple) and v != shape)}
    given = {name: param.default for name, param in kind.params.items()} | fewer
    params = layer.params if any(check(given, shape) for check in kind.checks) else fewer
    parts = [without_inferable(part, inside) for part, inside in zip(layer.parts, node.parts, strict=False)]
    return Layer(layer.kind, params, (*parts, *layer.parts[len(parts) :]))
