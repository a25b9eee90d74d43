"""Receptive fields: which part of the image each output position of a layer sees, also through branches."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce

from cnnviz.network.costs.fields import Field, centre, image_field
from cnnviz.network.infer import Node, infer_shapes
from cnnviz.network.spec import Network, Shape
from cnnviz.network.windows import SAME, Window


@dataclass(frozen=True)
class ReceptiveField:
    """What one output position sees of the image, as (height, width) in pixels; the first pixel is 0.

    `size` is that of the largest field, as if the image went on beyond its edges, and 0 where nothing is seen.
    `stride` is how far the field moves from one position to the next: a fraction after layers that enlarge the map,
    and 0 where every position sees the same. `start` is the centre of the first position's field, outside the image
    where padding moves it there.
    """

    size: tuple[int, int]
    stride: tuple[float, float]
    start: tuple[float, float]


def receptive_fields(network: Network) -> Mapping[str, ReceptiveField]:
    """Return the receptive field of every layer that fits, by its path, in a network that does not train.

    Where branches meet, the field is the smallest interval around theirs. What mixes all positions, such as Flatten, a
    global pool or a normalisation by the map's own mean (LayerNorm, GroupNorm, InstanceNorm2d), sees all of the image
    that reaches it; BatchNorm2d has its statistics from training and looks at one position.

    Source: Araujo, Norris and Sim 2019, "Computing Receptive Fields of Convolutional Neural Networks", and for
    transposed convolutions Dumoulin and Visin 2016, "A guide to convolution arithmetic for deep learning".
    Raises SpecError for a layer that is wrong in itself.
    """
    return fields_of(infer_shapes(network).nodes, network.input_shape)


def fields_of(nodes: tuple[Node, ...], input_shape: Shape) -> Mapping[str, ReceptiveField]:
    """Return the receptive field of every node that fits, by its path, on an image (C, H, W)."""
    found = fields_along_sides(nodes, input_shape)
    return {path: _receptive_field(fields, shape) for path, (fields, shape) in found.items()}


Fields = tuple[Field, Field]
"""Those along height and width."""

_Found = dict[str, tuple[Fields, Shape]]


def fields_along_sides(nodes: tuple[Node, ...], input_shape: Shape) -> _Found:
    """Return the fields of every position, and the output's shape, of every node that fits, by its path."""
    found: _Found = {}
    height, width = map(image_field, input_shape[1:])
    _chain(nodes, (height, height if height == width else width), found)
    return found


def _chain(nodes: tuple[Node, ...], fields: Fields, found: _Found) -> Fields:
    for node in nodes:
        if node.is_leaf:
            fields = _behind_leaf(node, fields)
        elif node.kind.merge is None:
            fields = _chain(node.parts[0], fields, found)
        else:
            outputs = [_chain(part, fields, found) for part in node.parts]
            fields = _joined(node, fields, outputs) if node.output_shape else fields
        if node.output_shape is not None:
            found[node.path] = fields, node.output_shape
    return fields


def _behind_leaf(node: Node, fields: Fields) -> Fields:
    """Return the fields behind a leaf; one that makes a map a row, or the other way round, mixes all positions."""
    assert node.output_shape is not None
    if len(node.input_shape) != 3 or len(node.output_shape) != 3:
        return fields[0].whole(), fields[1].whole()
    windows = [node.kind.sees(node.params, node.input_shape, side) for side in (0, 1)]
    if windows == [SAME, SAME]:
        return fields
    sizes = list(zip(node.input_shape[1:], node.output_shape[1:], strict=True))
    height = _behind(fields[0], windows[0], *sizes[0])
    if (fields[0], windows[0], sizes[0]) == (fields[1], windows[1], sizes[1]):
        return height, height
    return height, _behind(fields[1], windows[1], *sizes[1])


def _behind(field: Field, window: Window | None, inputs: int, outputs: int) -> Field:
    return field.whole() if window is None else field.through(window, inputs=inputs, outputs=outputs)


def _joined(node: Node, fields: Fields, outputs: list[Fields]) -> Fields:
    """Return what the branches of a container see together; one with a single list of layers uses its input too."""
    shapes = [part[-1].output_shape if part else node.input_shape for part in node.parts]
    if len(outputs) == 1:
        outputs, shapes = [*outputs, fields], [*shapes, node.input_shape]
    assert node.output_shape is not None
    positions = _positions(node.output_shape)
    joined = []
    for side in (0, 1):
        branches = [
            # A Gate may give one value to all positions, which then all see what it sees.
            branch[side] if _positions(shape or ())[side] == positions[side] else branch[side].whole()
            for branch, shape in zip(outputs, shapes, strict=True)
        ]
        joined.append(reduce(Field.beside, branches))
    return joined[0], joined[1]


def _receptive_field(fields: Fields, shape: Shape) -> ReceptiveField:
    positions = _positions(shape)
    (height, down, top) = (width, across, left) = _along_side(fields[0], positions[0])
    if fields[0] is not fields[1] or positions[0] != positions[1]:
        width, across, left = _along_side(fields[1], positions[1])
    return ReceptiveField((height, width), (down, across), (top, left))


def _along_side(field: Field, positions: int) -> tuple[int, float, float]:
    """Return size, stride and start; positions that see nothing, where a layer has only its bias, are left out."""
    spans = [span for span in field.spans(positions) if span[0] <= span[1]]
    size = max((int(high - low) + 1 for low, high in spans), default=0)
    return size, field.stride(positions), centre(spans[0]) if spans else 0.0


def _positions(shape: Shape) -> tuple[int, int]:
    """Return how many positions a shape has along height and width: one where it is no map."""
    return (shape[1], shape[2]) if len(shape) == 3 else (1, 1)
