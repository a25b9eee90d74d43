"""A network as volumes: each map a box, as high and wide as the map, as deep as it has channels."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cnnviz.drawing.layout import Piece, axis, over_each_other, side_by_side
from cnnviz.drawing.scene import Line, Paint, Point, Polygon, Scene, Text, Tone, text_width
from cnnviz.drawing.tree import Tree, trees
from cnnviz.drawing.wording import QUIET, short_text
from cnnviz.formatting import shape_text
from cnnviz.network.kinds import Role
from cnnviz.network.spec import Shape as Sizes
from cnnviz.network.summary import Row, Summary

_GAP = 26.0
_LEAD = 18.0
_TILT = (0.33, 0.18)  # how far a map's width goes to the right and up
_LABEL = 11.0
_LINE = 15.0
_SIGNS = {"Residual": "+", "Gate": "×", "Concat": "‖"}


@dataclass(frozen=True)
class Scale:
    """How sizes become pixels, so that several networks can be drawn to one scale; logarithmic unless `linear`."""

    side: int
    channels: int
    features: int
    linear: bool = False

    @classmethod
    def of(cls, summaries: Iterable[Summary], *, linear: bool = False) -> "Scale":
        """Return the scale at which the largest map, depth and row of values of all networks have their full size."""
        shapes = [shape for summary in summaries for shape in _shapes(summary)]
        maps = [shape for shape in shapes if len(shape) == 3]
        return cls(
            side=max((max(shape[1:]) for shape in maps), default=1),
            channels=max((shape[0] for shape in maps), default=1),
            features=max((math.prod(shape) for shape in shapes if len(shape) != 3), default=1),
            linear=linear,
        )

    def side_px(self, side: int) -> float:
        """Return the height of a map of so many pixels."""
        return 10 + 130 * self._share(side, self.side)

    def depth_px(self, channels: int) -> float:
        """Return the depth of a map of so many channels."""
        return 6 + 34 * self._share(channels, self.channels)

    def bar_px(self, features: int) -> float:
        """Return the height of a row of so many values."""
        return 14 + 136 * self._share(features, self.features)

    def _share(self, size: int, largest: int) -> float:
        return size / largest if self.linear else math.log1p(size) / math.log1p(largest)


def volumes(summary: Summary, *, depth: int = 1, scale: Scale | None = None, selected: str = "") -> Scene:
    """Return a network's maps as boxes from left to right, from its input to its output.

    `depth` is the number of levels drawn: at 1 a block is one box, at 2 the layers inside it are drawn, branches below
    each other. Layers that keep their input's shape and are not selected, such as ReLU, are left out.
    """
    scale = scale or Scale.of([summary])
    image = _box(summary.input_shape, scale, "input", "", is_selected=False)
    pieces = [_labelled(image, (shape_text(summary.input_shape), "Input"), "")]
    pieces += _pieces(trees(summary.rows), scale, depth, selected)
    return Scene(side_by_side(pieces, gap=_GAP).shapes, title=summary.name)


def _shapes(summary: Summary) -> list[Sizes]:
    return [summary.input_shape, *(row.output_shape for row in summary.rows if row.output_shape)]


def _pieces(nodes: Sequence[Tree], scale: Scale, depth: int, selected: str) -> list[Piece]:
    return [_piece(node, scale, depth, selected) for node in nodes if _is_drawn(node, selected)]


def _is_drawn(node: Tree, selected: str) -> bool:
    return node.row.role not in QUIET or node.row.path == selected


def _piece(node: Tree, scale: Scale, depth: int, selected: str) -> Piece:
    row = node.row
    if not node.parts or depth <= 1 or row.output_shape is None:
        return _layer(row, scale, is_selected=row.path == selected)
    inside = [side_by_side(_pieces(part, scale, depth - 1, selected), gap=_GAP) for part in node.parts]
    return _merged(row, inside) if row.role == "merge" else _bracketed(inside[0], row)


def _layer(row: Row, scale: Scale, *, is_selected: bool) -> Piece:
    box = _box(row.output_shape or row.input_shape, scale, row.role, row.path, is_selected=is_selected)
    return _labelled(box, (shape_text(row.output_shape or ()) or "—", short_text(row)), row.path)


def _labelled(box: Piece, lines: Sequence[str], owner: str) -> Piece:
    """Return a box with lines of words under it, as wide as the widest of them."""
    width = max(box.width, *(text_width(line, _LABEL) for line in lines))
    words = [
        Text(
            (width / 2, box.down + 15 + _LINE * number), line, _LABEL, Paint("muted" if number else "ink"), owner=owner
        )
        for number, line in enumerate(lines)
    ]
    return Piece(
        (axis(0, width), *box.at((width - box.width) / 2, 0), *words),
        width,
        box.up,
        box.down + _LINE * (len(lines) + 1),
    )


def _box(shape: Sizes, scale: Scale, name: Role | Tone, owner: str, *, is_selected: bool) -> Piece:
    """Return the volume of a map (C, H, W), or the bar of a row of values."""
    if len(shape) == 3:
        depth, height, width = scale.depth_px(shape[0]), scale.side_px(shape[1]), scale.side_px(shape[2])
    else:
        depth, height, width = 9.0, scale.bar_px(math.prod(shape)), 9.0
    right, up = _TILT[0] * width, _TILT[1] * width
    bottom, top = (height + up) / 2, (up - height) / 2
    edge, line = (Paint("accent"), 2.2) if is_selected else (Paint("paper"), 0.8)
    front = ((0.0, top), (depth, top), (depth, bottom), (0.0, bottom))
    roof = ((0.0, top), (right, top - up), (depth + right, top - up), (depth, top))
    side = ((depth, top), (depth + right, top - up), (depth + right, bottom - up), (depth, bottom))
    faces = ((front, 0.0), (roof, 0.28), (side, -0.22))
    shapes = tuple(Polygon(points, Paint(name, shade), edge, line, owner=owner) for points, shade in faces)
    return Piece(shapes, depth + right, up - top, bottom)


def _bracketed(piece: Piece, row: Row) -> Piece:
    """Return a block's layers over a bracket with its name."""
    y = piece.down + 8
    bracket = Line(((0, y - 5), (0, y), (piece.width, y), (piece.width, y - 5)), Paint("muted"), owner=row.path)
    name = Text((piece.width / 2, y + 15), short_text(row), _LABEL, Paint("muted"), owner=row.path)
    width = max(piece.width, name.length)
    return Piece((*piece.shapes, bracket, name), width, piece.up, y + 22)


def _merged(row: Row, parts: Sequence[Piece]) -> Piece:
    """Return a container's branches, led back to the sign of what becomes of them."""
    branches = [*parts] if len(parts) > 1 else [side_by_side([], gap=parts[0].width), *parts]
    inside = over_each_other(branches, gap=16, lead=_LEAD)
    sign = Text((inside.width + 9, 4.5), _SIGNS.get(row.kind, "+"), 14, bold=True, owner=row.path)
    ring = Polygon(_circle((inside.width + 9, 0), 9), Paint("merge"), Paint("muted"), owner=row.path)
    return Piece((*inside.shapes, ring, sign), inside.width + 18, inside.up, inside.down)


def _circle(centre: Point, radius: float) -> tuple[Point, ...]:
    angles = [2 * math.pi * step / 24 for step in range(24)]
    return tuple((centre[0] + radius * math.cos(a), centre[1] + radius * math.sin(a)) for a in angles)
