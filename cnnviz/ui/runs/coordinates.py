"""Hyperparameters beside results: one line a run through an axis for each setting in which runs differ."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from cnnviz.training.differences import value_text
from cnnviz.training.recipe import Recipe
from cnnviz.training.records import Run
from cnnviz.ui.runs.filters import network_name

_MOST_TICKS = 12  # named values on an axis, above which they would cover each other
_MOST_LETTERS = 16  # of a name on an axis
_LOG_FROM = 20.0  # times the smallest value that the largest is, from which on an axis is logarithmic
_RESULTS: Mapping[str, Callable[[Run], float | None]] = {
    "train acc": lambda run: run.train_acc,
    "loss": lambda run: run.loss,
    "test acc": lambda run: run.test_acc,
}


@dataclass(frozen=True)
class Axis:
    """An axis: a number for each run, and names for some of the numbers."""

    label: str
    values: tuple[float, ...]
    ticks: Mapping[float, str]


def coordinates(runs: Sequence[Run], *, is_dark: bool) -> go.Figure | None:
    """Return the figure of the runs that have results, coloured by test accuracy, or None for fewer than two."""
    measured = [run for run in runs if run.test_acc is not None]
    if len(measured) < 2:
        return None
    axes = [*setting_axes(measured), *result_axes(measured)]
    lines = go.Parcoords(
        line={
            "color": np.array([run.test_acc for run in measured]),
            "colorscale": _colours(is_dark),
            "showscale": True,
            "colorbar": {"title": "test acc", "thickness": 10, "len": 1.0},
        },
        dimensions=[_dimension(axis) for axis in axes],
        labelfont={"size": 13},
        tickfont={"size": 12},
        rangefont={"size": 1, "color": "rgba(0,0,0,0)"},  # the ends of an axis have ticks of their own
    )
    figure = go.Figure(lines)
    figure.update_layout(
        height=320,
        margin={"l": 100, "r": 20, "t": 48, "b": 16},
        shapes=[_upright(place, len(axes)) for place in range(len(axes))],
    )
    return figure


def _upright(place: int, num_axes: int) -> dict[str, Any]:
    """Return the line of an axis: Plotly's own is black, which on a dark page is not seen."""
    x = place / (num_axes - 1)
    line = {"color": "rgba(128, 128, 128, 0.6)", "width": 1}
    return {"type": "line", "xref": "paper", "yref": "paper", "x0": x, "x1": x, "y0": 0, "y1": 1, "line": line}


def setting_axes(runs: Sequence[Run]) -> list[Axis]:
    """Return an axis for the network and each setting in which the runs differ."""
    columns: dict[str, list[Any]] = {"network": [network_name(run.network) for run in runs]}
    columns |= {name: [getattr(run.recipe, name) for run in runs] for name in Recipe.model_fields}
    return [_axis(name, values) for name, values in columns.items() if len(set(values)) > 1]


def result_axes(runs: Sequence[Run]) -> list[Axis]:
    """Return an axis for each result that all of the runs have."""
    columns = {name: [of(run) for run in runs] for name, of in _RESULTS.items()}
    return [
        Axis(name, tuple(each for each in values if each is not None), {})
        for name, values in columns.items()
        if None not in values
    ]


def _axis(name: str, values: Sequence[Any]) -> Axis:
    if all(type(value) in (int, float) for value in values):
        return _numbers(name, values)
    named = sorted(set(values), key=lambda value: (value is not None, str(value)))
    places = {value: float(place) for place, value in enumerate(named)}
    ticks = {place: value_text(value) for value, place in places.items()} if len(named) <= _MOST_TICKS else {}
    return Axis(name, tuple(places[value] for value in values), ticks)


def _numbers(name: str, values: Sequence[float]) -> Axis:
    """Return an axis of numbers: a logarithmic one where they are far apart, with the values themselves as ticks."""
    distinct = sorted(set(values))
    is_log = distinct[0] > 0 and distinct[-1] / distinct[0] >= _LOG_FROM
    place = math.log10 if is_log else float
    if len(distinct) <= _MOST_TICKS:
        ticks = {place(value): value_text(float(value)) for value in distinct}
    else:
        ticks = {float(power): f"{10.0**power:g}" for power in _powers(distinct)} if is_log else {}
    return Axis(name, tuple(place(value) for value in values), ticks)


def _powers(distinct: Sequence[float]) -> range:
    return range(math.floor(math.log10(distinct[0])), math.ceil(math.log10(distinct[-1])) + 1)


def _dimension(axis: Axis) -> dict[str, Any]:
    named = {"tickvals": list(axis.ticks), "ticktext": [_short(text) for text in axis.ticks.values()]}
    return {"label": axis.label, "values": np.array(axis.values), **(named if axis.ticks else {"tickformat": ".3~f"})}


def _short(text: str) -> str:
    return text if len(text) <= _MOST_LETTERS else f"{text[: _MOST_LETTERS - 1].rstrip()}…"


def _colours(is_dark: bool) -> list[list[Any]]:
    """Return the colours of Cividis (Nuñez and others 2018), which colour-blind readers see alike, seen on the page."""
    low, middle, high = ("#5b7ab8", "#a5a08a", "#fee838") if is_dark else ("#00224e", "#7d7c78", "#c9a900")
    return [[0.0, low], [0.5, middle], [1.0, high]]
