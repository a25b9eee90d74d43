"""Curves of runs that grow while one looks at them, in Plotly charts that keep their zoom (see `live_curves.js`)."""

import hashlib
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import streamlit as st

from cnnviz.training.records import Run
from cnnviz.ui.live_curves.assets import LOADER, serve
from cnnviz.ui.live_curves.exchange import Curve, Span, details, news, num_columns, parse_span
from cnnviz.ui.live_curves.panels import RESULTS, RUN_COLOURS, Plot
from cnnviz.ui.live_curves.series import Series
from cnnviz.ui.live_curves.watching import series_of, version_of

KEY = "live_curves"
MOST_RUNS = len(RUN_COLOURS)

_component = st.components.v2.component(
    "cnnviz.live_curves",
    css=(Path(__file__).parent / "live_curves.css").read_text(encoding="utf-8"),
    js=LOADER,
    isolate_styles=False,
)


@dataclass
class _Sent:
    """What this session's browser has been sent: the plot, each run's version and last point, and finer points."""

    plot: str = ""
    runs: dict[str, tuple[str, int]] = field(default_factory=dict)
    span: Span | None = None


def live_curves(
    runs: Sequence[Run],
    *,
    plot: Plot = RESULTS,
    key: str = KEY,
    series_of: Callable[[Run], Series] = series_of,
    labels: Mapping[str, str] | None = None,
) -> None:
    """Show curves of up to `MOST_RUNS` runs; only what this session has not sent before goes to the browser.

    `series_of` returns a run's columns, and `labels` what runs are called in the legend, by id.
    Raises StoreError when the store cannot be read.
    """
    serve()
    sent: _Sent = st.session_state.setdefault(f"{key}.sent", _Sent())
    span = parse_span(st.session_state.get(key, {}).get("span"))
    data = _message(runs[:MOST_RUNS], plot, sent, span, series_of, labels or {})
    _component(
        key=key,
        data=data,
        default={"span": None},
        on_span_change=lambda: None,
        on_resync_change=lambda: st.session_state.pop(f"{key}.sent", None),
    )


def _message(
    runs: Sequence[Run],
    plot: Plot,
    sent: _Sent,
    span: Span | None,
    series_of: Callable[[Run], Series],
    labels: Mapping[str, str],
) -> dict[str, Any]:
    """Return what the browser has not been sent, and note that it will be."""
    all_series = {run.id: series_of(run) for run in runs}
    columns = num_columns(len(runs) * len(plot.curves))
    message: dict[str, Any] = {"runs": []}
    if sent.plot != (mark := _mark(plot, len(runs) > 1)):
        sent.plot, message["plot"] = mark, _plot(plot, many_runs=len(runs) > 1)
    for number, run in enumerate(runs):
        message["runs"].append(_run_news(run, number, plot, all_series[run.id], sent, columns, labels))
    sent.runs = {run.id: sent.runs[run.id] for run in runs}
    if span != sent.span:
        sent.span = span
        if span:
            message["detail"] = {"span": asdict(span), "runs": _details(all_series, plot, span, columns)}
    return message


def _run_news(
    run: Run, number: int, plot: Plot, series: Series, sent: _Sent, columns: int, labels: Mapping[str, str]
) -> dict[str, Any]:
    version, upto = sent.runs.get(run.id, ("", 0))
    since = upto if version == version_of(run) else 0
    sent.runs[run.id] = (version_of(run), series.last)
    return {
        "id": run.id,
        "label": labels.get(run.id, run.name),
        "colour": RUN_COLOURS[number],
        "from": since,
        "upto": series.last,
        "epochs": _epochs_to_show(run, series),
        "pace": run.num_steps / run.recipe.epochs or 1,
        "curves": news(series, (curve.name for curve in plot.curves), since, columns),
    }


def _epochs_to_show(run: Run, series: Series) -> int:
    """All epochs of a run that may have them still, else those that it had."""
    if run.is_active or not len(series):
        return run.recipe.epochs
    return math.ceil(float(series["epoch"][-1]))


def _details(all_series: Mapping[str, Series], plot: Plot, span: Span, columns: int) -> dict[str, Mapping[str, Curve]]:
    names = [curve.name for curve in plot.curves]
    return {run_id: details(series, names, span, columns) for run_id, series in all_series.items()}


def _plot(plot: Plot, *, many_runs: bool) -> dict[str, Any]:
    return {
        "name": plot.name,
        "height": plot.height,
        "panels": [asdict(panel) for panel in plot.panels],
        "curves": [asdict(curve) for curve in plot.curves],
        "chips": plot.has_chips,
        "hasLegend": plot.has_legend,
        "offersLog": plot.offers_log,
        "manyRuns": many_runs,
    }


def _mark(plot: Plot, many_runs: bool) -> str:
    return hashlib.sha256(repr((plot, many_runs)).encode()).hexdigest()
