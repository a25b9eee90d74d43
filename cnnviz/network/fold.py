"""Layers replaced by the block that stands for exactly them: the inverse of `unfold`."""

from collections.abc import Iterable
from dataclasses import dataclass

from cnnviz.network.edits import Edit, edited, list_at, place_of
from cnnviz.network.infer import Node, infer_shapes, walk_nodes
from cnnviz.network.inferable import without_inferable
from cnnviz.network.known_blocks import block_of, normal, outlined
from cnnviz.network.spec import Layer, Network, Shape

Span = tuple[int, int]
"""Where layers begin in their list, and one past where they end."""


@dataclass(frozen=True)
class Fold:
    """A block, and the layers of the list that it stands for: from an index on, up to another."""

    start: int
    end: int
    block: Layer


def fold(network: Network, path: str, number: int) -> Fold | None:
    """Return the block that so many layers, from the one at a path on, are; None where they are none.

    They are as before the width ratio is applied, as in `unfold`. Raises SpecError when the path leads nowhere.
    """
    start = place_of(network, path)[-1]
    return _first_fold(network, path, [(start, start + number)])


def fold_around(network: Network, path: str) -> Fold | None:
    """Return the longest block that layers around the one at a path are, that one included; None where there is none.

    Raises SpecError when the path leads nowhere.
    """
    place = place_of(network, path)
    spans = {(start, end) for start, end in outlined(list_at(network, place)) if start <= place[-1] < end}
    return _first_fold(network, path, sorted(spans, key=lambda span: span[0] - span[1]))


def _first_fold(network: Network, path: str, spans: Iterable[Span]) -> Fold | None:
    network = network.replace(width=1.0)
    place = place_of(network, path)
    for start, end in spans:
        nodes = _nodes(network, path, (start, end))
        if len(nodes) < end - start or len(nodes[0].input_shape) != 3:
            continue  # what they are follows from the channels that reach them
        layers = without_inferable(list_at(network, place)[start:end], nodes)
        block = block_of(layers, nodes[0].input_shape[0])
        if block and _computes_the_same(network, Edit((*place[:-1], start), (block,), removed=end - start)):
            return Fold(start, end, block)
    return None


def _nodes(network: Network, path: str, span: Span) -> tuple[Node, ...]:
    """Return the nodes of layers in the list of the one at a path, as far as they fit."""
    found = {node.path: node for node, _ in walk_nodes(infer_shapes(network).nodes)}
    prefix = path[: path.rindex(".") + 1] if "." in path else ""
    nodes = [found.get(f"{prefix}{index}") for index in range(*span)]
    return tuple(node for node in nodes if node is not None)


def _computes_the_same(network: Network, edit: Edit) -> bool:
    """Return whether the same layers run after an edit: in another copy of a Repeat a block may stand for others."""
    return _leaves(network) == _leaves(edited(network, edit))


def _leaves(network: Network) -> list[tuple[Layer, Shape]]:
    nodes = (node for node, _ in walk_nodes(infer_shapes(network).nodes) if node.is_leaf)
    return [(normal(Layer(node.layer.kind, node.params)), node.input_shape) for node in nodes]
