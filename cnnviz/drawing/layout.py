"""Pieces of a drawing put side by side or over each other, so that nothing in them meets."""

from collections.abc import Sequence
from dataclasses import dataclass

from cnnviz.drawing.scene import Line, Paint, Shape, moved

_LINK = Paint("faint")


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


def side_by_side(pieces: Sequence[Piece], *, gap: float) -> Piece:
    """Return pieces one after the other, the gaps between them bridged by the axis; without pieces only the axis."""
    if not pieces:
        return Piece((axis(0, gap),), gap, 4, 4)
    shapes: list[Shape] = []
    x = 0.0
    for piece in pieces:
        shapes += [axis(x - gap, x), *piece.at(x, 0)] if x else piece.at(x, 0)
        x += piece.width + gap
    return Piece(tuple(shapes), x - gap, max(piece.up for piece in pieces), max(piece.down for piece in pieces))


def axis(start: float, end: float) -> Line:
    """Return a stretch of the line along which data flows."""
    return Line(((start, 0), (end, 0)), _LINK, width=1.2)


def over_each_other(pieces: Sequence[Piece], *, gap: float, lead: float) -> Piece:
    """Return branches below each other, each reached from the common axis and led back to it by lines.

    `lead` is the room for these lines on each side.
    """
    height = sum(piece.up + piece.down for piece in pieces) + gap * (len(pieces) - 1)
    inner = max(piece.width for piece in pieces)
    shapes: list[Shape] = []
    top = -height / 2
    for piece in pieces:
        y, start = top + piece.up, lead + (inner - piece.width) / 2
        shapes += [_link((0, 0), (lead / 2, y), (start, y)), *piece.at(start, y)]
        shapes.append(_link((start + piece.width, y), (1.5 * lead + inner, y), (2 * lead + inner, 0)))
        top += piece.up + piece.down + gap
    return Piece(tuple(shapes), inner + 2 * lead, height / 2, height / 2)


def _link(start: tuple[float, float], bend: tuple[float, float], end: tuple[float, float]) -> Line:
    return Line((start, bend, end), _LINK, width=1.2)
