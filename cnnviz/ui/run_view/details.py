"""What stands beneath a run's curves where it is asked for: its machine, its layers, its log."""

from collections.abc import Callable, Mapping

import streamlit as st

from cnnviz.training.home import home
from cnnviz.training.records import Run
from cnnviz.ui.live_curves import live_curves
from cnnviz.ui.live_curves.panels import MACHINE, layer_plot
from cnnviz.ui.live_curves.watching import layer_series_of
from cnnviz.ui.run_view.layer_names import layer_kinds

_LOG_BYTES = 8000
_KEY = "run_view.detail"


def details(run: Run) -> None:
    """Show the choice of details, and the chosen one."""
    chosen = st.segmented_control(
        "Details", list(_DETAILS), key=_KEY, label_visibility="collapsed", persist_state="session"
    )
    if chosen:
        _DETAILS[chosen](run)


def _machine(run: Run) -> None:
    live_curves((run,), plot=MACHINE, key="machine_curves")


def _layers(run: Run) -> None:
    if not run.recipe.statistics:
        st.caption("This run records no layer statistics: they are off in its recipe.")
        return
    names = {path: f"{path} {kind}" for path, kind in layer_kinds(run.network).items()}
    series = layer_series_of(run)
    paths = {column.partition(" ")[2] for column in series.measured}
    if there := {path: name for path, name in names.items() if path in paths}:
        live_curves((run,), plot=layer_plot(there, series.measured), key="layer_curves", series_of=layer_series_of)
    elif len(series):
        st.caption("There is nothing to draw: no number that was measured is finite.")
    else:
        st.caption("Nothing is measured yet: layers are looked at whenever a point is recorded.")


def _log(run: Run) -> None:
    st.code(log_tail(run.id) or "Nothing is written there yet.", language=None, height=260)


def log_tail(run_id: str) -> str:
    """Return the last lines of what a run's process wrote.

    Raises StoreError when cnnviz's home cannot be used.
    """
    path = home() / "runs" / run_id / "worker.log"
    if not path.exists():
        return ""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _LOG_BYTES))
        lines = file.read().decode("utf-8", errors="replace").splitlines()
    whole = lines if path.stat().st_size <= _LOG_BYTES else lines[1:]
    return "\n".join(whole[-80:])


_DETAILS: Mapping[str, Callable[[Run], None]] = {"Speed and machine": _machine, "Layers": _layers, "Log": _log}
