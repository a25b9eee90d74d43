"""The choice among all runs; it stands in the address, so that a reload or a link finds the same run."""

from collections.abc import Mapping
from datetime import datetime

import streamlit as st

from cnnviz.training.records import Run
from cnnviz.ui.cached import open_store
from cnnviz.ui.live_curves import MOST_RUNS
from cnnviz.ui.run_actions import RUN_PARAM as KEY
from cnnviz.ui.run_view import data_title
from cnnviz.ui.wording import plain

_BESIDE, _SHOWN = "runs_beside", "run.shown"
_MOST = 300  # runs in the boxes; the Runs page has all


def run_picker() -> tuple[str, list[str]] | None:
    """Show the boxes of runs, newest first; return the chosen id and those beside it, or None where there are none."""
    every = open_store().runs()
    if not every:
        return None
    known = {run.id: run for run in every}
    chosen = _chosen(known)
    listed = [run.id for run in every[:_MOST]]
    options = listed if chosen in listed else [*listed, chosen]
    left, right = st.columns(2)
    run_id = left.selectbox(
        "Run", options, format_func=lambda each: _label(known[each]), key=KEY, persist_state="session"
    )
    beside = [each for each in st.session_state.get(_BESIDE, []) if each in options and each != run_id]
    st.session_state[_BESIDE] = beside
    right.multiselect(
        "Beside it",
        [each for each in options if each != run_id],
        format_func=lambda each: _label(known[each]),
        key=_BESIDE,
        max_selections=MOST_RUNS - 1,
        placeholder="Other runs in the same curves…",
        disabled=len(options) == 1,
        persist_state="session",
    )
    st.query_params[KEY] = st.session_state[_SHOWN] = run_id
    return run_id, beside


def _chosen(runs: Mapping[str, Run]) -> str:
    """Return the run that the address asks for where it is a new one, else the one that was chosen, else the newest."""
    asked = st.query_params.get(KEY)
    if asked and asked != st.session_state.get(_SHOWN):
        if asked in runs:
            st.session_state[KEY] = asked
        else:
            st.warning(f"There is no run {plain(repr(asked[:40]))} here.", icon=":material/help:")
    if st.session_state.get(KEY) not in runs:
        st.session_state[KEY] = next(iter(runs))
    chosen: str = st.session_state[KEY]
    return chosen


def choose_run(run_id: str) -> None:
    """Make this the chosen run."""
    st.session_state[KEY] = run_id


def _label(run: Run) -> str:
    began = datetime.fromtimestamp(run.created_at)
    return f"{run.name} on {data_title(run.recipe)} · {began:%d %b %H:%M} · {run.id}"
