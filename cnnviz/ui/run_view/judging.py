"""What goes wrong in a run, judged by its recent points and by the first whose loss is no number."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from cnnviz.errors import RecipeError
from cnnviz.training.alarms import Alarm, alarms
from cnnviz.training.events import LayerStatistics
from cnnviz.training.records import PointRow, Run
from cnnviz.ui.live_curves.panels import layer_column
from cnnviz.ui.live_curves.series import Series
from cnnviz.ui.live_curves.watching import layer_series_of, series_of, version_of
from cnnviz.ui.run_view.layer_names import layer_kinds

Floats = NDArray[np.float64]

_EARLY, _RECENT = 20, 600  # points that are looked at: where it began, and where it is
_RECENT_LAYERS = 10


def alarms_of(run: Run) -> tuple[Alarm, ...]:
    """Return what goes wrong in a run, as far as the store has it.

    Raises StoreError when the store cannot be read.
    """
    return _alarms(version_of(run), series_of(run).last, _run=run)


@st.cache_resource(max_entries=200, show_spinner=False)
def _alarms(version: str, last: int, *, _run: Run) -> tuple[Alarm, ...]:
    try:
        num_classes = len(_run.recipe.dataset.class_names)
    except RecipeError:  # one's own data, which was removed
        return ()
    points, layers = _points(series_of(_run)), _layers(layer_series_of(_run))
    return alarms(points, layers, _run.recipe, num_classes, kinds=layer_kinds(_run.network))


def _points(series: Series) -> list[PointRow]:
    places = _places(series, np.isnan(series["train_loss"]) & np.isfinite(series["train_acc"]))
    whole = [series[name][places].astype(int).tolist() for name in ("seq", "step")]
    columns = [_nullable(series[name][places]) for name in ("train_loss", "train_acc", "valid_acc", "test_acc")]
    return [PointRow(*row) for row in zip(*whole, series["epoch"][places].tolist(), *columns, strict=True)]


def _layers(series: Series) -> list[tuple[LayerStatistics, ...]]:
    paths = [name.partition(" ")[2] for name in series.names if name.startswith(layer_column("gradient_norm", ""))]
    norms = np.array([series[layer_column("gradient_norm", path)] for path in paths]).reshape(len(paths), len(series))
    places = _places(series, ~np.isfinite(norms).all(axis=0), recent=_RECENT_LAYERS)
    return [tuple(_statistics(series, path, place) for path in paths) for place in places]


def _statistics(series: Series, path: str, place: int) -> LayerStatistics:
    norm, ratio, dead = (
        float(series[layer_column(measure, path)][place]) for measure in ("gradient_norm", "update_ratio", "dead_share")
    )
    return LayerStatistics(path, norm, ratio, dead if np.isfinite(dead) else None)


def _places(series: Series, gone: NDArray[np.bool_], recent: int = _RECENT) -> list[int]:
    """Return the places of the early and the recent points, and of the first that is gone with the one before it."""
    first = int(gone.argmax()) if gone.any() else len(series)
    around = (place for place in (first - 1, first) if 0 <= place < len(series))
    return sorted({*range(min(_EARLY, len(series))), *around, *range(max(0, len(series) - recent), len(series))})


def _nullable(values: Floats) -> list[float | None]:
    return [value if np.isfinite(value) else None for value in values.tolist()]
