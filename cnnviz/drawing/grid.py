"""A map as a grid of cells, the middle of a long side left out."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from cnnviz.drawing.scene import Line, Paint, Point, Polygon, Shape

Span = tuple[int, int]
"""Positions from the first to before the second."""

_GAP = 9.0  # pixels that stand for what is left out
_HATCH = 5.0  # pixels between slanted lines


@dataclass(frozen=True)
class Axis:
    """Positions from `first` to before `last`, of which those from `head` to before `tail` are left out.

    `cell` is the width of one in pixels; the axis begins at pixel 0.
    """

    first: int
    head: int
    tail: int
    last: int
    cell: float = 1.0

    @property
    def shown(self) -> int:
        """How many positions are drawn."""
        return self.head - self.first + self.last - self.tail

    @property
    def is_cut(self) -> bool:
        """Whether some are left out."""
        return self.head < self.tail

    @property
    def length(self) -> float:
        """Its length in pixels."""
        return self.shown * self.cell + (_GAP if self.is_cut else 0.0)

    @property
    def stretches(self) -> tuple[Span, ...]:
        """The positions that are drawn without a gap between: one stretch, or two."""
        return ((self.first, self.head), (self.tail, self.last)) if self.is_cut else ((self.first, self.last),)

    def at(self, position: int) -> float:
        """Return where a position begins; one that is left out lies at the end of the gap."""
        if not self.is_cut or position <= self.head:
            return (position - self.first) * self.cell
        return (self.head - self.first + max(0, position - self.tail)) * self.cell + _GAP

    def span(self, low: int, high: int) -> tuple[float, float]:
        """Return where the positions from `low` to before `high` begin and end."""
        return self.at(low), self.at(high - 1) + self.cell


def axis(first: int, last: int, *, head: int, tail: int, most: int) -> Axis:
    """Return an axis that leaves out what lies between `head` and `tail`, but shows at least `most` positions."""
    spare = most - (head - first) - (last - tail)
    head, tail = head + max(0, spare // 2), tail - max(0, spare - spare // 2)
    return Axis(first, head, tail, last) if head + 1 < tail else Axis(first, last, last, last)


@dataclass(frozen=True)
class Grid:
    """A map with an axis down and one across, of square cells."""

    down: Axis
    across: Axis

    def rectangle(self, rows: Span, columns: Span) -> tuple[Point, ...]:
        """Return the corners around positions, clockwise from the top left."""
        top, bottom = self.down.span(*rows)
        left, right = self.across.span(*columns)
        return (left, top), (right, top), (right, bottom), (left, bottom)

    def filled(self, rows: Span, columns: Span, fill: Paint) -> Iterator[Shape]:
        """Yield positions as areas, with gaps where some are left out."""
        for part in self._drawn(rows, columns):
            yield Polygon(self.rectangle(*part), fill)

    def lines(self, rows: Span, columns: Span, stroke: Paint) -> Iterator[Shape]:
        """Yield the lines between positions, for each area as two that turn at its edges."""
        for part_rows, part_columns in self._drawn(rows, columns):
            (left, top), _, (right, bottom), _ = self.rectangle(part_rows, part_columns)
            ys = [top + index * self.down.cell for index in range(part_rows[1] - part_rows[0] + 1)]
            xs = [left + index * self.across.cell for index in range(part_columns[1] - part_columns[0] + 1)]
            yield Line(tuple((x, y) for x, y in _turning(ys, left, right)), stroke, 0.6)
            yield Line(tuple((x, y) for y, x in _turning(xs, top, bottom)), stroke, 0.6)

    def hatched(self, rows: Span, columns: Span, stroke: Paint) -> Iterator[Shape]:
        """Yield slanted lines over positions, as one that turns at their edges."""
        (left, top), _, (right, bottom), _ = self.rectangle(rows, columns)
        points: list[Point] = []
        for step in range(1, int((right - left + bottom - top) / _HATCH) + 1):
            reach = step * _HATCH  # along the top edge and down the right one, or down the left and along the bottom
            start = (min(left + reach, right), top + max(0.0, reach - (right - left)))
            end = (left + max(0.0, reach - (bottom - top)), min(top + reach, bottom))
            points += (start, end) if step % 2 else (end, start)
        yield Line(tuple(points), stroke, 0.8)

    def _drawn(self, rows: Span, columns: Span) -> Iterator[tuple[Span, Span]]:
        """Yield the parts of an area that are drawn without a gap."""
        for down in self.down.stretches:
            for across in self.across.stretches:
                part = _within(rows, down), _within(columns, across)
                if all(low < high for low, high in part):
                    yield part


def grid(down: Axis, across: Axis, *, width: float, largest_cell: float) -> Grid:
    """Return a grid that is at most so wide, and so high, in pixels."""
    cell = min(largest_cell, width / max(down.shown, across.shown))
    return Grid(replace(down, cell=cell), replace(across, cell=cell))


def _turning(places: list[float], low: float, high: float) -> Iterator[tuple[float, float]]:
    """Yield the points of one line that runs to and fro, once at each place."""
    for index, place in enumerate(places):
        start, end = (low, high) if index % 2 == 0 else (high, low)
        yield from ((start, place), (end, place))


def _within(span: Span, limits: Span) -> Span:
    return max(span[0], limits[0]), min(span[1], limits[1])
