"""The series of runs that all sessions of this server share: each point is read from the store once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock

import numpy as np
import streamlit as st

from cnnviz.training.records import Run
from cnnviz.ui.cached import open_store
from cnnviz.ui.live_curves.panels import MEASURES, layer_column
from cnnviz.ui.live_curves.series import AXES, VALUES, Series

Columns = Mapping[str, Sequence[float | None]]


@dataclass
class _Shared:
    """A series, and who may extend it."""

    series: Series = field(default_factory=Series)
    lock: Lock = field(default_factory=Lock)
    is_whole: bool = False


def version_of(run: Run) -> str:
    """Return what changes when points that were there may be gone: at a resume, and when the run ends."""
    return f"{run.id} {run.started_at} {run.is_active}"


def series_of(run: Run) -> Series:
    """Return the points of a run, with those that are new in the store.

    Raises StoreError when the store cannot be read.
    """
    return _extended(_shared(version_of(run), "points"), run, _point_columns)


def layer_series_of(run: Run) -> Series:
    """Return the statistics of a run's layers, in columns named by `layer_column`.

    Raises StoreError when the store cannot be read.
    """
    return _extended(_shared(version_of(run), "layers"), run, _layer_columns)


@st.cache_resource(max_entries=64, show_spinner=False)
def _shared(version: str, what: str) -> _Shared:
    return _Shared()


def _extended(shared: _Shared, run: Run, read: Callable[[Run, int], Columns]) -> Series:
    with shared.lock:
        if not shared.is_whole:
            shared.series.extend(read(run, shared.series.last))
            shared.is_whole = not run.is_active
    return shared.series


def _point_columns(run: Run, since: int) -> Columns:
    names = ("seq", *AXES, *VALUES)
    points = open_store().points(run.id, since=since)
    return {name: [getattr(point, name) for point in points] for name in names}


def _layer_columns(run: Run, since: int) -> Columns:
    """Return the statistics with the places of their points, which are recorded together with them."""
    points = series_of(run)
    rows = [row for row in open_store().layer_points(run.id, since=since) if row.seq <= points.last]
    places = np.searchsorted(points["seq"], [row.seq for row in rows])
    columns: dict[str, list[float | None]] = {axis: points[axis][places].tolist() for axis in ("seq", *AXES)}
    for number, row in enumerate(rows):
        for layer in row.layers:
            for measure in MEASURES:
                column = columns.setdefault(layer_column(measure, layer.path), [None] * len(rows))
                column[number] = getattr(layer, measure)
    return columns
