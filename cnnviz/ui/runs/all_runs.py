"""All runs: filters, the table, and what is selected in it side by side."""

from collections.abc import Sequence

import streamlit as st

from cnnviz.training.launch import dispatch
from cnnviz.training.records import Run
from cnnviz.ui.cached import open_store
from cnnviz.ui.run_actions import RUN_PARAM
from cnnviz.ui.runs.coordinates import coordinates
from cnnviz.ui.runs.filters import filtered
from cnnviz.ui.runs.run_table import run_table, selected_ids
from cnnviz.ui.runs.selection import selection

_REFRESH_S = 2.0


def all_runs() -> None:
    """Show all runs, anew every other second while one of them is active."""
    is_active = bool(open_store().active_runs())
    st.fragment(_live_view, run_every=_REFRESH_S if is_active else None)(was_active=is_active)


def _nothing_yet() -> None:
    st.info("No runs yet. Every run that is started, here or in the terminal, is kept here.", icon=":material/list:")
    if st.button("Train a network", type="primary", icon=":material/play_arrow:", key="runs.train"):
        st.switch_page("pages/train.py")


def _live_view(*, was_active: bool) -> None:
    store = open_store()
    dispatch(store)
    if RUN_PARAM in st.query_params or was_active != bool(store.active_runs()):
        st.rerun()  # to the run that was opened, or to a page that refreshes itself, or no longer does
    if not (runs := store.runs()):
        _nothing_yet()
        return
    shown = filtered(runs)
    # Where a fragment is interrupted by its next run, Streamlit drops what it has not sent yet, but for large elements
    # that the browser has already: hence each of them has a place of its own that is always there.
    table, compared, figure = (st.container() for _ in range(3))
    with table:
        _table(shown, len(runs))
    by_id = {run.id: run for run in runs}
    with compared:
        selection([by_id[run_id] for run_id in selected_ids() if run_id in by_id], [run.id for run in shown])
    with figure:
        _coordinates(shown)


def _table(shown: Sequence[Run], num_runs: int) -> None:
    if not shown:
        st.info("No run passes all of these filters.", icon=":material/filter_alt_off:")
        return
    all_text = f"{num_runs:,} run{'' if num_runs == 1 else 's'}"
    st.caption(f"{len(shown):,} of {all_text}" if len(shown) < num_runs else all_text)
    run_table(shown)


def _coordinates(shown: Sequence[Run]) -> None:
    figure = coordinates(shown, is_dark=st.context.theme.type == "dark")
    if figure is None:
        return
    st.markdown("**Hyperparameters beside results**")
    st.caption(
        "One line a run of the table. Drag along an axis to keep the runs that pass there, or a head to move it."
    )
    label = "Parallel coordinates: a line a run through its settings and its results"
    st.plotly_chart(figure, key="runs.coordinates", config={"displayModeBar": False}, alt=label)
