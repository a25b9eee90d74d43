"""A number beside a published spread of it: a band from the 5th to the 95th percentile, the median, and a mark."""

from collections.abc import Iterator
from dataclasses import dataclass

from cnnviz.drawing.costs.shapes import rectangle
from cnnviz.drawing.scene import Line, Paint, Polygon, Scene, Shape, Text

_WIDTH, _ROW = 260.0, 66.0  # of the axis, and from one axis to the next
_LABEL = 96.0  # room for a measure's name at the left
_HALF = 7.0  # half the height of a band
_APART = 3.0  # from a band's edge to its number, so that those of a narrow band do not touch
_ROOM = 0.25  # of what is shown, left free at each end

_BAND, _AXIS, _MUTED, _MARK = Paint("convolution", 0.2, opacity=0.55), Paint("faint"), Paint("muted"), Paint("ink")


@dataclass(frozen=True)
class Measure:
    """A number, and the spread it is held against."""

    title: str
    value: float
    median: float
    low: float
    high: float


def band(measures: tuple[Measure, ...], *, title: str) -> Scene:
    """Return a row for each measure, every one on an axis of its own."""
    shapes = [shape for row, measure in enumerate(measures) for shape in _row(measure, row * _ROW)]
    return Scene(tuple(shapes), title=title)


def _row(measure: Measure, y: float) -> Iterator[Shape]:
    numbers = measure.low, measure.high, measure.value, measure.median
    low, high, value, median = (_x(number, measure) for number in numbers)
    yield Text((0, y + 4), measure.title, 12, anchor="start", bold=True)
    yield Line(((_LABEL, y), (_LABEL + _WIDTH, y)), _AXIS)
    yield rectangle(low, y - _HALF, high, y + _HALF, fill=_BAND)
    yield Line(((median, y - _HALF), (median, y + _HALF)), Paint("ink"), 1.5)
    yield Text((low - _APART, y + 24), f"{measure.low:.3f}", 11, _MUTED, "end")
    yield Text((high + _APART, y + 24), f"{measure.high:.3f}", 11, _MUTED, "start")
    yield Polygon(((value - 5, y), (value, y - 5), (value + 5, y), (value, y + 5)), _MARK, Paint("paper"))
    yield Text((value, y - 14), f"{measure.value:.3f}", 12, _MARK, bold=True)


def _x(number: float, measure: Measure) -> float:
    """Return how far to the right a number stands: band and value fill the axis but for some room at its ends."""
    first, last = min(measure.low, measure.value), max(measure.high, measure.value)
    share = (number - first) / (last - first)
    return _LABEL + _WIDTH * (_ROOM + (1 - 2 * _ROOM) * share)
