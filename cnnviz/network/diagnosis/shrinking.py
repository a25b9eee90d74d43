"""Fixes in the layers before one that finds too small a map: pools taken out, strides made smaller, fewer layers."""

from collections.abc import Iterator

from cnnviz.network.diagnosis.case import Case, lists_inside
from cnnviz.network.diagnosis.ideas import Idea, removing, setting
from cnnviz.network.diagnosis.spots import Spot
from cnnviz.network.infer import Node, infer_shapes, walk_nodes
from cnnviz.network.layers import LAYERS
from cnnviz.network.spec import Layer


def without_pool(case: Case) -> Iterator[Idea]:
    """Take the failing pool out."""
    if LAYERS[case.layer.kind].role == "pooling":
        yield from _without(case, case.spot, inside_block=case.is_inside_block)


def without_earlier_pool(case: Case) -> Iterator[Idea]:
    """Take out one of the pools that made the map small."""
    for node in case.upstream:
        if node.kind.role == "pooling" and _shrinks(node):
            spot = case.spot_of(node.path)
            yield from _without(case, spot, inside_block=spot.path != node.path)


def without_block(case: Case) -> Iterator[Idea]:
    """Take the whole block out that has a layer which fails."""
    if case.is_inside_block:
        yield from removing(case.spot)


def smaller_stride(case: Case) -> Iterator[Idea]:
    """Let one of the convolutions before keep more of the map."""
    for node in case.upstream:
        stride = node.params.get("stride")
        if node.kind.role == "convolution" and isinstance(stride, int) and stride > 1:
            for smaller in dict.fromkeys((stride // 2, 1)):
                yield from setting(case.spot_of(node.path), stride=smaller)


def fewer_repeats(case: Case) -> Iterator[Idea]:
    """Repeat only as often as all copies fit."""
    for node in case.upstream:
        inside = case.problem.path.removeprefix(f"{node.path}.")
        if node.layer.kind == "Repeat" and inside != case.problem.path and (copies := int(inside.split(".")[0])):
            yield from setting(case.spot_of(node.path), n=copies)


def _shrinks(node: Node) -> bool:
    return node.output_shape is not None and node.output_shape[1:] < node.input_shape[1:]


def _without(case: Case, spot: Spot, *, inside_block: bool) -> Iterator[Idea]:
    """Take a pool out, from a block by the layers that it stands for."""
    if not inside_block:
        yield from removing(spot)
        return
    plain = infer_shapes(case.network.replace(width=1.0)).nodes
    for node in (node for node, _ in walk_nodes(plain) if node.path == spot.path):
        kept = tuple(layer for layer in lists_inside(node)[0] if LAYERS[layer.kind].role != "pooling")
        chain = Layer("Sequential", parts=(kept,))
        yield Idea(f"Leave the pool out of {spot.name}", (spot.replacing(chain),))
