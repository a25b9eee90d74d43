"""The windows of convolutions and pools, small on the side of their input's volume, with lines to what they make."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from cnnviz.drawing.scene import Line, Paint, Point, Polygon, Shape
from cnnviz.drawing.wording import span
from cnnviz.network.connections import Sources
from cnnviz.network.summary import Row

Which = Literal["selected", "all", "none"]
Faces = tuple[Polygon, ...]

_LEAST = 7.0  # pixels of a window's sides, so that it can be seen on a large map


def kernel_windows(
    shapes: Sequence[Shape], rows: Sequence[Row], inputs: Mapping[str, Sources], *, selected: str
) -> tuple[Shape, ...]:
    """Return the windows of those layers that have one and whose input is drawn as a volume.

    `inputs` are the paths of what is drawn of a layer's inputs, "" for the network's.
    """
    volumes = _volumes(shapes)
    found = (
        _window(row, volumes, inputs.get(row.path, ()), Paint("accent" if row.path == selected else "ink"))
        for row in rows
    )
    return tuple(shape for window in found for shape in window)


def _volumes(shapes: Sequence[Shape]) -> Mapping[str, Faces]:
    """Return the faces of each volume: its front, its roof and its side come before all else that is its layer's."""
    found: dict[str, list[Polygon]] = {}
    for shape in shapes:
        if isinstance(shape, Polygon) and len(shape.points) == 4:
            found.setdefault(shape.owner, []).append(shape)
    return {owner: tuple(faces[:3]) for owner, faces in found.items() if len(faces) >= 3}


def _window(row: Row, volumes: Mapping[str, Faces], inputs: Sources, edge: Paint) -> Iterator[Shape]:
    sides = span(row)
    if sides is None or len(row.input_shape) != 3 or row.path not in volumes or len(inputs) != 1:
        return
    if inputs[0] not in volumes:
        return
    corners = _on_side(volumes[inputs[0]][2], sides, row.input_shape[1:])
    yield Polygon(corners, Paint("paper", opacity=0.55), edge, 1.4, owner=row.path)
    target = _middle_of_left(volumes[row.path][0])
    for corner in corners[1:3]:
        yield Line((corner, target), edge, 0.9, dashed=True, owner=row.path)


def _on_side(face: Polygon, window: tuple[int, int], size: Sequence[int]) -> tuple[Point, ...]:
    """Return a window's corners in the middle of a volume's side, as large on it as on the map."""
    (left, top), (right, lifted), _, (_, bottom) = face.points
    width, height, rise = right - left, bottom - top, lifted - top
    across = min(1.0, max(window[1] / size[1], _LEAST / width))
    down = min(1.0, max(window[0] / size[0], _LEAST / height))
    xs, ys = (0.5 - across / 2, 0.5 + across / 2), (0.5 - down / 2, 0.5 + down / 2)
    ends = ((xs[0], ys[0]), (xs[1], ys[0]), (xs[1], ys[1]), (xs[0], ys[1]))
    return tuple((left + x * width, top + x * rise + y * height) for x, y in ends)


def _middle_of_left(front: Polygon) -> Point:
    (x, top), _, _, (_, bottom) = front.points
    return (x, (top + bottom) / 2)
