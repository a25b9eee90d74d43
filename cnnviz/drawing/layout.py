"""Pieces of a drawing put side by side or over each other, so that nothing in them meets."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from cnnviz.drawing.scene import Line, Paint, Point, Shape, moved
from cnnviz.drawing.structure import Branch, Tangle

_LINK = Paint("faint")
_WIDTH = 1.2
_LEAD = 18.0  # from a fork to its branches, for the lines
_BETWEEN = 16.0  # from a branch to the one below
_ABOVE = 14.0  # from the branches to the line that skips them


@dataclass(frozen=True)
class Piece:
    """Shapes around an axis that runs from (0, 0) to (`width`, 0), up to `up` above it and `down` below.

    What flows through it comes in at the axis's start and leaves at its end.
    """

    shapes: tuple[Shape, ...]
    width: float
    up: float
    down: float

    def at(self, x: float, y: float) -> tuple[Shape, ...]:
        """Return its shapes with the axis starting at a point."""
        return moved(self.shapes, x, y)


def side_by_side(pieces: Sequence[Piece], *, gap: float, joined: Callable[[int], bool] = lambda place: True) -> Piece:
    """Return pieces one after the other, the gaps between them bridged by the axis where they are joined."""
    shapes: list[Shape] = []
    x = 0.0
    for place, piece in enumerate(pieces):
        if place and joined(place - 1):
            shapes.append(axis(x - gap, x))
        shapes += piece.at(x, 0)
        x += piece.width + gap
    return Piece(tuple(shapes), x - gap, max(piece.up for piece in pieces), max(piece.down for piece in pieces))


def axis(start: float, end: float) -> Line:
    """Return a stretch of the line along which data flows."""
    return Line(((start, 0), (end, 0)), _LINK, _WIDTH)


def over_each_other(pieces: Sequence[Piece], branches: Sequence[Branch], *, skips: bool) -> Piece:
    """Return branches below each other, reached from the common axis and led back to it by lines.

    A skip is a line above them all; a single branch stays on the axis.
    """
    inner, height = max(piece.width for piece in pieces), sum(piece.up + piece.down for piece in pieces)
    height += _BETWEEN * (len(pieces) - 1)
    top = up = pieces[0].up if len(pieces) == 1 else height / 2
    shapes: list[Shape] = []
    for piece, branch in zip(pieces, branches, strict=True):
        y, start = piece.up - top, _LEAD + (inner - piece.width) / 2
        if branch.begins:
            shapes.append(_link((0, 0), (_LEAD / 2, y), (start, y)))
        shapes += piece.at(start, y)
        if branch.ends:
            shapes.append(_link((start + piece.width, y), (1.5 * _LEAD + inner, y), (2 * _LEAD + inner, 0)))
        top -= piece.up + piece.down + _BETWEEN
    if skips:
        y = -up - _ABOVE
        shapes.append(Line(((0, 0), (_LEAD / 2, y), (1.5 * _LEAD + inner, y), (2 * _LEAD + inner, 0)), _LINK, _WIDTH))
    return Piece(tuple(shapes), inner + 2 * _LEAD, up + (_ABOVE + 4 if skips else 0), height - up)


def _link(start: Point, bend: Point, end: Point) -> Line:
    return Line((start, bend, end), _LINK, _WIDTH)


def tangled(pieces: Sequence[Piece], tangle: Tangle, *, gap: float) -> Piece:
    """Return pieces one after the other; what is not next to each other is joined by arcs above them."""
    links = set(tangle.links)
    row = side_by_side(pieces, gap=gap, joined=lambda place: (place, place + 1) in links)
    ends, far = _ends(pieces, row.width, gap), [link for link in tangle.links if link[1] - link[0] > 1]
    arcs = [_arc(ends[start + 1], ends[end + 1], row.up, end - start) for start, end in far]
    rise = max((_rise(end - start) for start, end in far), default=0.0)
    return replace(row, shapes=(*arcs, *row.shapes), up=row.up + 0.75 * rise)


def _ends(pieces: Sequence[Piece], width: float, gap: float) -> list[Point]:
    """Return where arcs begin and end: before all pieces, above the middle of each, and after all."""
    ends: list[Point] = [(0.0, 0.0)]
    x = 0.0
    for piece in pieces:
        ends.append((x + piece.width / 2, -piece.up))
        x += piece.width + gap
    return [*ends, (width, 0.0)]


def _arc(start: Point, end: Point, up: float, span: int) -> Line:
    y = -up - _rise(span)
    return Line((start, (start[0], y), (end[0], y), end), _LINK, 1.1, arrow=True, curved=True)


def _rise(span: int) -> float:
    return 22.0 * math.pow(span, 0.6)
