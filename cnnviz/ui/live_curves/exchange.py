"""What the browser is sent of the curves: what is new of each run, and finer points where one zooms in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cnnviz.ui.live_curves.series import Series
from cnnviz.ui.live_curves.thinning import extremes

Floats = NDArray[np.float64]
Curve = Mapping[str, list[float]]
"""Places on the axes `e` (epoch) and `t` (elapsed seconds), and values `y`, as JSON's lists."""

COLUMNS = {"epoch": "epoch", "step": "step", "time": "elapsed_s"}  # by axis
_LARGEST_MESSAGE = 60_000  # points of all curves together
_FINEST, _COARSEST = 1000, 200  # columns of a curve: what a screen has, and what still looks like a curve


@dataclass(frozen=True)
class Span:
    """What one looks at when zoomed in, on one of the axes."""

    axis: str
    low: float
    high: float


def parse_span(value: object) -> Span | None:
    """Read what the browser says one looks at; None where that is everything, or nonsense."""
    if not isinstance(value, Mapping):
        return None
    axis, low, high = (value.get(name) for name in ("axis", "low", "high"))
    if axis not in COLUMNS or not isinstance(low, int | float) or not isinstance(high, int | float) or not low < high:
        return None
    return Span(axis, float(low), float(high))


def num_columns(num_curves: int) -> int:
    """Return in how many columns each of so many curves is sent, so that all together stay drawn at once."""
    return max(_COARSEST, min(_FINEST, _LARGEST_MESSAGE // (2 * max(1, num_curves))))


def news(series: Series, names: Iterable[str], since: int, columns: int) -> Mapping[str, Curve]:
    """Return the curves after point number `since`, thinned where there is more than a screen can show."""
    start = series.place_after(since)
    return _curves(series, names, slice(start, len(series)), columns)


def details(series: Series, names: Iterable[str], span: Span, columns: int) -> Mapping[str, Curve]:
    """Return the curves within a span and a point to either side: all points, or those of so many columns."""
    axis = series[COLUMNS[span.axis]]
    first, last = np.searchsorted(axis, [span.low, span.high])
    return _curves(series, names, slice(max(0, int(first) - 1), int(last) + 1), columns)


def _curves(series: Series, names: Iterable[str], part: slice, columns: int) -> Mapping[str, Curve]:
    epoch, elapsed = series["epoch"][part], series["elapsed_s"][part]
    curves = {name: _curve(epoch, elapsed, series[name][part], columns) for name in names}
    return {name: curve for name, curve in curves.items() if curve["e"]}


def _curve(epoch: Floats, elapsed: Floats, values: Floats, columns: int) -> Curve:
    there = np.flatnonzero(np.isfinite(values))
    places = there[extremes(epoch[there], values[there], columns)]
    return {name: _numbers(column[places]) for name, column in {"e": epoch, "t": elapsed, "y": values}.items()}


def _numbers(values: Floats) -> list[float]:
    """Write numbers with seven digits at most: what 32-bit numbers carry, in half the text."""
    return [float(f"{value:.7g}") for value in np.nan_to_num(values).tolist()]
