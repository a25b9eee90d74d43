"""Fixes where a row of values meets a layer for maps, or a map one for rows: Flatten, Unflatten, global pools."""

import math
from collections.abc import Iterator

from cnnviz.network.diagnosis.case import Case
from cnnviz.network.diagnosis.channels import following
from cnnviz.network.diagnosis.ideas import Idea, calls_text, inserting, removing, setting
from cnnviz.network.diagnosis.spots import Spot
from cnnviz.network.edits import list_at
from cnnviz.network.infer import Node
from cnnviz.network.layers import LAYERS
from cnnviz.network.notation import call_text
from cnnviz.network.spec import Layer, Shape

FLATTEN = Layer("Flatten")
GLOBAL_POOL = Layer("AdaptiveAvgPool2d", {"output_size": 1})

_FOR_ROWS = {
    "BatchNorm2d": "BatchNorm1d",
    "InstanceNorm2d": "LayerNorm",
    "Dropout2d": "Dropout",
}
_FOR_MAPS = {"BatchNorm1d": "BatchNorm2d"}
_USUAL_SIDES = (7, 8, 4, 6, 5, 14, 16, 28, 32, 3, 2)
_LEFT_OUT = ("pooling", "normalisation", "regularisation", "activation", "reshape")


def flattened(case: Case) -> Iterator[Idea]:
    """Flatten before it, and where the number of values is another one, have it inferred."""
    yield from _after(case, FLATTEN)


def pooled(case: Case) -> Iterator[Idea]:
    """A global pool and Flatten before it: one value for each channel."""
    if len(case.shape) == 3 and math.prod(case.shape[1:]) > 1:
        yield from _after(case, GLOBAL_POOL, FLATTEN)


def pooled_to_fit(case: Case) -> Iterator[Idea]:
    """A pool to the size that a Linear layer was written for, before what flattens its map, as in torchvision's VGG."""
    wanted = case.params.get("in_features")
    if not isinstance(wanted, int):
        return
    if len(case.shape) == 3:
        for pool in _pools(case.shape, wanted):
            yield from inserting(case.spot, pool, FLATTEN)
    for node in (node for node in case.upstream if node.layer.kind == "Flatten" and node.output_shape == case.shape):
        for pool in _pools(node.input_shape, wanted):
            yield from inserting(case.spot_of(node.path), pool)


def flatten_moved(case: Case) -> Iterator[Idea]:
    """Flatten belongs after the layers that need maps: before the next Linear, or at the end."""
    source = _flatten_before(case)
    if source is None or source.place[:-1] != case.spot.place[:-1]:
        return
    place, layers = case.spot.place, list_at(case.network, case.spot.place)
    end = next((i for i in range(place[-1], len(layers)) if layers[i].kind == "Linear"), len(layers))
    goal = Spot(_path_at(case.spot, end), (*place[:-1], end), layers[end] if end < len(layers) else FLATTEN)
    where = f"before {goal.name}" if end < len(layers) else "to the end"
    edits = (source.replacing(), goal.inserting(source.layer))
    yield Idea(f"Move Flatten from layer {source.path} {where}", edits)


def flatten_removed(case: Case) -> Iterator[Idea]:
    """There may be another Flatten later."""
    if source := _flatten_before(case):
        yield from removing(source)


def unflattened(case: Case) -> Iterator[Idea]:
    """A row of values as the map that it was, that the layer wants, or of a usual size."""
    if len(case.shape) == 1:
        for shape in dict.fromkeys(_maps_of(case)):
            yield from inserting(case.spot, Layer("Unflatten", {"dim": 1, "unflattened_size": shape}))


def of_the_other_kind(case: Case) -> Iterator[Idea]:
    """The layer that does for rows what this one does for maps, or the other way about."""
    names = _FOR_ROWS if len(case.shape) == 1 else _FOR_MAPS
    if case.layer.kind in names and not case.is_inside_block:
        kind = names[case.layer.kind]
        kept = {name: value for name, value in case.spot.layer.params.items() if name in LAYERS[kind].params}
        other = Layer(kind, kept)
        yield Idea(f"Use {call_text(other)} for {case.spot.name}", (case.spot.replacing(other),))


def group_norm(case: Case) -> Iterator[Idea]:
    """A LayerNorm written for the channels of a map is meant as one group: PyTorch's takes the last dimensions."""
    if case.layer.kind == "LayerNorm" and case.params["normalized_shape"] == case.shape[:1]:
        norm = Layer("GroupNorm", {"num_groups": 1})
        title = (
            f"Use {call_text(norm)} for {case.spot.name}, which has a weight for each of its {case.shape[0]} channels"
        )
        yield Idea(title, (case.spot.replacing(norm),))


def left_out(case: Case) -> Iterator[Idea]:
    """Take the layer out, where it learns no features."""
    if LAYERS[case.layer.kind].role in _LEFT_OUT and not case.is_inside_block:
        yield from removing(case.spot)


def dimensions_by_default(case: Case) -> Iterator[Idea]:
    """Flatten everything but the batch."""
    yield Idea(f"Use Flatten() for {case.spot.name}", (case.spot.replacing(FLATTEN),))


def dimension_of_channels(case: Case) -> Iterator[Idea]:
    """Dimension 1 holds the classes of a row, and the channels of a map."""
    yield from setting(case.spot, dim=1)
    yield from setting(case.spot, dim=-1)


def sizes_that_multiply(case: Case) -> Iterator[Idea]:
    """As many values as there are: other channels for the same map, or another map of the same channels."""
    sizes, values = case.params["unflattened_size"], case.shape[0]
    assert isinstance(sizes, tuple)
    if len(case.shape) == 1 and len(sizes) == 3:
        area, channels = math.prod(sizes[1:]), sizes[0]
        side = math.isqrt(values // channels)
        shapes = ((values // area, *sizes[1:]), (channels, side, side), *_maps_of(case))
        for shape in dict.fromkeys(shape for shape in shapes if math.prod(shape) == values and min(shape)):
            yield from setting(case.spot, dim=1, unflattened_size=shape)


def source_for_sizes(case: Case) -> Iterator[Idea]:
    """Let the Linear layer before make as many values as the map holds."""
    sizes = case.params["unflattened_size"]
    assert isinstance(sizes, tuple)
    for node in (node for node in case.upstream if node.layer.kind == "Linear" and node.output_shape == case.shape):
        yield from setting(case.spot_of(node.path), out_features=math.prod(sizes))


def upsampled_by_2(case: Case) -> Iterator[Idea]:
    """Either a size or a factor, and corners only where there is interpolation."""
    spot = case.spot
    yield Idea(f"Set scale_factor=2.0 in {spot.name}", (spot.replacing(Layer("Upsample", {"scale_factor": 2.0})),))


def upsampled_without_size(case: Case) -> Iterator[Idea]:
    """Keep the factor and leave the size out."""
    for name in ("size", "align_corners"):
        if case.spot.layer.params.get(name) is not None:
            yield Idea(f"Leave {name} out of {case.spot.name}", (case.spot.leaving_out(name),))


def interpolated(case: Case) -> Iterator[Idea]:
    """Corners are kept in place where pixels are interpolated."""
    yield from setting(case.spot, mode="bilinear")


def _after(case: Case, *layers: Layer) -> Iterator[Idea]:
    """Put layers before the failing one; and then also have inferred what follows from its input."""
    yield from inserting(case.spot, *layers)
    if names := tuple(following(case.spot.layer)):
        title = f"Insert {calls_text(layers)} before {case.spot.name} and leave out {' and '.join(names)}"
        (edit,) = (case.spot.leaving_out(*names),)
        yield Idea(title, (case.spot.replacing(*layers, *edit.layers),))


def _pools(shape: Shape, values: int) -> Iterator[Layer]:
    """Yield the pool that makes so many values of a map (C, H, W), if they are another square for each channel."""
    side = math.isqrt(values // shape[0])
    if shape[0] * side**2 == values and shape[1:] != (side, side):
        yield Layer("AdaptiveAvgPool2d", {"output_size": side})


def _flatten_before(case: Case) -> Spot | None:
    """Return where the row that reaches the layer was made of a map, where that is written."""
    for node in case.upstream:
        if node.layer.kind == "Flatten" and len(node.input_shape) == 3:
            spot = case.spot_of(node.path)
            return spot if spot.path == node.path else None
    return None


def _path_at(spot: Spot, index: int) -> str:
    """Return the path of the layer at another index in a spot's list."""
    return ".".join([*spot.path.split(".")[:-1], str(index)])


def _maps_of(case: Case) -> Iterator[Shape]:
    """Yield shapes (C, H, W) of as many values as reach the layer."""
    values = case.shape[0]
    wanted = [value for value in following(case.layer).values() if isinstance(value, int) and values % value == 0]
    for channels in wanted:
        side = math.isqrt(values // channels)
        yield (channels, side, side) if channels * side**2 == values else (channels, values // channels, 1)
    yield from (node.input_shape for node in case.upstream if _is_map_of(node, values))
    yield from ((values // side**2, side, side) for side in _USUAL_SIDES if values % side**2 == 0)
    yield (values, 1, 1)


def _is_map_of(node: Node, values: int) -> bool:
    return len(node.input_shape) == 3 and math.prod(node.input_shape) == values
