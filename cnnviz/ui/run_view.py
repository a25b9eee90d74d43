"""One run as it goes: its state, progress, curves and figures, and a button to stop it."""

from collections.abc import Mapping
from typing import Literal

import streamlit as st

from cnnviz.formatting import capitalized, count_text, duration_text
from cnnviz.training.events import summary_lines
from cnnviz.training.launch import mark_interrupted
from cnnviz.training.records import Run, Status
from cnnviz.ui.cached import open_store
from cnnviz.ui.live_curves import live_curves
from cnnviz.ui.live_curves.watching import series_of

_REFRESH_S = 1.0
_Colour = Literal["gray", "blue", "green", "orange", "red"]
_BADGES: Mapping[Status, tuple[str, _Colour, str]] = {
    "queued": ("Waiting for its worker", "gray", ":material/schedule:"),
    "running": ("Running", "blue", ":material/play_arrow:"),
    "stopped": ("Stopped", "orange", ":material/stop:"),
    "finished": ("Finished", "green", ":material/check:"),
    "failed": ("Failed", "red", ":material/error:"),
    "interrupted": ("Interrupted", "orange", ":material/power_off:"),
}


def run_view(run_id: str) -> None:
    """Show a run, anew every second while it is active."""
    active = open_store().run(run_id).is_active
    st.fragment(_live_view, run_every=_REFRESH_S if active else None)(run_id, was_active=active)


def _live_view(run_id: str, *, was_active: bool) -> None:
    store = open_store()
    mark_interrupted(store)
    run = store.run(run_id)
    if was_active and not run.is_active:
        st.rerun()  # ends the refreshing
    _header(run)
    _progress(run)
    if run.is_active or len(series_of(run)):
        live_curves((run,))
        _figures(run)


def _header(run: Run) -> None:
    title, stop = st.columns([4, 1], vertical_alignment="center")
    label, colour, icon = _BADGES[run.status]
    with title, st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{run.name}** · {run_text(run)}", width="content")
        st.badge("Stopping…" if run.request and run.is_active else label, color=colour, icon=icon)
    if run.is_active:
        with stop, st.container(horizontal_alignment="right"):
            st.button(
                "Stop",
                icon=":material/stop:",
                key="stop",
                disabled=run.request is not None,
                on_click=open_store().request_stop,
                args=(run.id,),
                help="Finishes the step it is in and keeps what was measured.",
            )


def _progress(run: Run) -> None:
    match run.status:
        case "queued":
            st.progress(0.0, "Its worker is starting: loading PyTorch and the data")
        case "running":
            st.progress(run.step / max(1, run.num_steps), _progress_text(run))
        case "failed":
            st.error(f"{run.error}", icon=":material/error:")
        case "interrupted":
            st.warning(
                f"{capitalized(run.error or 'its process is gone')}. It had taken {run.step:,} steps; what it had "
                "measured is kept.",
                icon=":material/power_off:",
            )
        case "finished":
            st.code("\n".join(summary_lines(run)), language=None)
        case "stopped":
            st.caption(f"Stopped at step {run.step:,} of {run.num_steps:,}.")


def _progress_text(run: Run) -> str:
    place = f"step {run.step:,} of {run.num_steps:,}"
    return f"{place} · {duration_text(run.time_left_s)} left" if run.time_left_s is not None else place


def _figures(run: Run) -> None:
    figures = {
        "Train loss": _decimals(run.loss, 3),
        "Train accuracy": _decimals(run.train_acc, 3),
        "Test accuracy": _decimals(run.test_acc, 3),
        "Examples/s": count_text(run.examples_per_s) if run.examples_per_s else "—",
    }
    for column, (label, value) in zip(st.columns(len(figures)), figures.items(), strict=True):
        column.metric(label, value)


def _decimals(value: float | None, digits: int) -> str:
    return "—" if value is None else f"{value:.{digits}f}"


def run_text(run: Run) -> str:
    """Say in a few words what a run trains on."""
    recipe = run.recipe
    size = f" at {recipe.resize} px" if recipe.resize else ""
    return f"{recipe.dataset.title}{size}, lr {recipe.lr:g}, batch {recipe.batch_size}"
