"""The choice among all runs; it stands in the address, so that a reload or a link finds the same run."""

from collections.abc import Mapping
from datetime import datetime

import streamlit as st

from cnnviz.training.records import Run
from cnnviz.ui.cached import open_store

KEY = "run"


def run_picker() -> str | None:
    """Show the box of all runs, newest first, and return the chosen id, or None when there are none."""
    runs = {run.id: run for run in open_store().runs()}
    if not runs:
        return None
    if st.session_state.get(KEY) not in runs:
        st.session_state[KEY] = _asked(runs) or next(iter(runs))
    run_id = st.selectbox(
        "Run", list(runs), format_func=lambda run_id: _label(runs[run_id]), key=KEY, persist_state="session"
    )
    st.query_params[KEY] = run_id
    return run_id


def _asked(runs: Mapping[str, Run]) -> str | None:
    """Return the run that the address asks for, if it is here."""
    asked = st.query_params.get(KEY)
    if asked and asked not in runs:
        st.warning(f"There is no run {asked[:40]!r} here; this is the newest one.", icon=":material/help:")
        return None
    return asked


def choose_run(run_id: str) -> None:
    """Make this the chosen run."""
    st.session_state[KEY] = run_id


def _label(run: Run) -> str:
    began = datetime.fromtimestamp(run.created_at)
    return f"{run.name} on {run.recipe.dataset.title} · {began:%d %b %H:%M} · {run.id}"
