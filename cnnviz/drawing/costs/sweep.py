"""What a network costs on smaller and larger images, as lines against the image's side."""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from cnnviz.drawing.costs.shapes import rectangle
from cnnviz.drawing.costs.sweep_wording import MEASURES, Measure, refusals, runs, sweep_sentences
from cnnviz.drawing.costs.ticks import tick_text, ticks
from cnnviz.drawing.lettering import text_width
from cnnviz.drawing.scene import Line, Paint, Point, Polygon, Scene, Shape, Text
from cnnviz.network.costs.sweep import Sweep, SweepPoint

_SIZE = 11.0  # of the words
_WIDTH, _HEIGHT = 204.0, 170.0  # of a panel
_BETWEEN = 78.0  # panels, for the numbers along the axis
_LETTERS = 125  # of a line of words under the panels

_CURVE = Paint("convolution", 0.2)
_SHADE = Paint("faint", opacity=0.4)


def sweep_lines(sweep: Sweep) -> Scene:
    """Return parameters, mult-adds and bytes of outputs against the image's side, the present side marked.

    Sides on which the network does not work are shaded; under the panels stands why.
    """
    lines = sweep_sentences(sweep)
    top = 20.0 * len(lines) + 40
    axis = _Axis.of(sweep)
    shapes: list[Shape] = [Text((-44, 12 + 20 * number), line, 13, anchor="start") for number, line in enumerate(lines)]
    for number, measure in enumerate(MEASURES.values()):
        shapes += _Panel(number * (_WIDTH + _BETWEEN), top, axis, measure, sweep).shapes()
    shapes += _reasons(sweep, top + _HEIGHT + 62)
    return Scene(tuple(shapes), title=f"{sweep.name} by the size of its image")


@dataclass(frozen=True)
class _Axis:
    """Sides in pixels from 0 to `most`, and what is marked on them."""

    most: int
    marks: tuple[int, ...]
    title: str

    @classmethod
    def of(cls, sweep: Sweep) -> "_Axis":
        """Return the axis of a sweep, without a number where it would touch that of the present side."""
        most = sweep.points[-1].side
        marks = (int(tick) for tick in ticks(most, most=5) if tick == int(tick) and tick <= most)
        room = 24 * most / _WIDTH  # so many pixels of an image for a number on the axis
        _, height, width = sweep.present.input_shape
        title = "image's side in pixels" if height == width else "image's height in pixels"
        return cls(most, tuple(mark for mark in marks if abs(mark - height) >= room), title)

    def x(self, side: float) -> float:
        """Return how far to the right a side lies."""
        return _WIDTH * side / self.most


@dataclass(frozen=True)
class _Panel:
    """One measure against the image's side, in a frame whose top left corner is (`left`, `top`)."""

    left: float
    top: float
    axis: _Axis
    measure: Measure
    sweep: Sweep

    def shapes(self) -> Iterator[Shape]:
        """Yield the panel from its back to its front."""
        values = [self.measure.value(point) for point in self.sweep.working]
        rungs = ticks(max(values, default=0))
        yield Text((self.left, self.top - 14), self.measure.title, 12, anchor="start", bold=True)
        yield from self.shades()
        yield from self.rungs(rungs)
        yield from self.sides()
        for run in runs(self.sweep.points, works=True):
            yield from self.line([self.at(point, rungs[-1]) for point in run])
        yield from self.present(rungs[-1])

    def at(self, point: SweepPoint, highest: float) -> Point:
        """Return where a point lies."""
        return self.left + self.axis.x(point.side), self.top + _HEIGHT * (1 - self.measure.value(point) / highest)

    def shades(self) -> Iterator[Shape]:
        """Yield what covers the sides that do not work."""
        for first, last in _gaps(self.sweep.points):
            left, right = self.left + self.axis.x(first), self.left + self.axis.x(last)
            yield rectangle(left, self.top, right, self.top + _HEIGHT, fill=_SHADE)

    def rungs(self, rungs: Sequence[float]) -> Iterator[Shape]:
        """Yield the lines across, and their numbers at the left."""
        for rung in rungs:
            y = self.top + _HEIGHT * (1 - rung / rungs[-1])
            yield Line(((self.left, y), (self.left + _WIDTH, y)), Paint("faint"), 0.7)
            words = tick_text(self.measure.text(rung)) if rung else "0"
            yield Text((self.left - 6, y + 4), words, _SIZE, Paint("muted"), "end")

    def sides(self) -> Iterator[Shape]:
        """Yield the sides under the panel, the present one in bold, and what they are."""
        y = self.top + _HEIGHT + 16
        for mark in self.axis.marks:
            yield Text((self.left + self.axis.x(mark), y), f"{mark}", _SIZE, Paint("muted"))
        present = self.sweep.present.side
        at = (self.left + self.axis.x(present), y)
        yield Text(at, f"{present}", _SIZE, Paint("accent"), bold=True)
        yield Text((self.left + _WIDTH / 2, y + 18), self.axis.title, _SIZE, Paint("muted"))

    def line(self, points: Sequence[Point]) -> Iterator[Shape]:
        """Yield the line through neighbouring sides that work, and a dot at each that was measured."""
        if len(points) > 1:
            yield Line(tuple(points), _CURVE, 1.6)
        for x, y in points:
            yield rectangle(x - 1.6, y - 1.6, x + 1.6, y + 1.6, fill=_CURVE)

    def present(self, highest: float) -> Iterator[Shape]:
        """Yield the mark of the present side with its value."""
        point = self.sweep.present
        x = self.left + self.axis.x(point.side)
        yield Line(((x, self.top), (x, self.top + _HEIGHT + 4)), Paint("accent"), 1.0, dashed=True)
        if point.problem:
            return
        _, y = self.at(point, highest)
        yield Polygon(((x - 4, y), (x, y - 4), (x + 4, y), (x, y + 4)), Paint("accent"))
        words = self.measure.text(self.measure.value(point))
        is_at_left = x - self.left > text_width(words, 12) + 10
        is_below = not is_at_left or y - self.top < 12
        at = (x + (-8 if is_at_left else 8), y + (16 if is_below else -6))
        yield Text(at, words, 12, Paint("accent"), "end" if is_at_left else "start", bold=True)


def _gaps(points: Sequence[SweepPoint]) -> Iterator[tuple[float, float]]:
    """Yield from where to where the network does not work: half way to the next side that does."""
    edges = [0.0, *((one.side + other.side) / 2 for one, other in pairwise(points)), float(points[-1].side)]
    numbered = zip(points, pairwise(edges), strict=True)
    for does_work, run in groupby(numbered, key=lambda item: item[0].problem is None):
        spans = [span for _, span in run]
        if not does_work:
            yield spans[0][0], spans[-1][1]


def _reasons(sweep: Sweep, y: float) -> Iterator[Shape]:
    """Yield why the network does not work, for each stretch of sides, from `y` down."""
    for sentence in refusals(sweep):
        yield rectangle(-44, y - 9, -34, y + 1, fill=_SHADE)
        for line in textwrap.wrap(sentence, _LETTERS):
            yield Text((-28, y), line, _SIZE, Paint("muted"), "start")
            y += 15
