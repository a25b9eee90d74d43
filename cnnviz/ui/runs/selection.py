"""The selected runs side by side: their curves, the settings that differ, their networks."""

from collections.abc import Sequence

import streamlit as st

from cnnviz.training.records import Run
from cnnviz.ui.live_curves import MOST_RUNS, live_curves
from cnnviz.ui.runs.differences_view import network_differences, recipe_differences_table
from cnnviz.ui.runs.naming import names_of
from cnnviz.ui.runs.selected_actions import selected_actions, show_refusal


def selection(selected: Sequence[Run], shown: Sequence[str]) -> None:
    """Show what can be done with the selected runs, and how they compare; `shown` are the ids in the table."""
    bar, curves, settings, networks = (st.container() for _ in range(4))  # always there, see `all_runs`
    with bar:
        show_refusal()
        if not selected:
            st.caption(
                "Select runs at the left of the table to lay their curves over each other; click a name to open one."
            )
            return
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{_count_text(selected, shown)}**", width="content")
            selected_actions(selected, shown)
    compared = selected[:MOST_RUNS]
    with curves:
        live_curves(compared, key="runs.curves", labels=names_of(compared))
    if len(compared) > 1:
        with settings:
            recipe_differences_table(compared)
        with networks:
            network_differences(compared[0], compared[1], names_of(compared))


def _count_text(selected: Sequence[Run], shown: Sequence[str]) -> str:
    hidden = len({run.id for run in selected} - set(shown))
    parts = [f"{len(selected)} selected"]
    parts += [f"{hidden} of them not in the table now"] if hidden else []
    parts += [f"the first {MOST_RUNS} are shown"] if len(selected) > MOST_RUNS else []
    return ", ".join(parts)
