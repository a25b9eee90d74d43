"""What the Train page has of a run beside its curves: its name, tags and notes, and the way to the page of its own."""

import streamlit as st

from cnnviz.ui.cached import open_store
from cnnviz.ui.run_actions import RUN_PARAM
from cnnviz.ui.runs.labels import labels


def about_run(run_id: str) -> None:
    """Show them in a row. Raises StoreError when there is no such run or the store cannot be read."""
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.popover("Name, tags, notes", icon=":material/sell:"):
            labels(open_store().run(run_id))
        if st.button(
            "All about this run",
            icon=":material/arrow_forward:",
            key="train.about_run",
            help="Its network, its recipe, where it lies among the book's results, and its files to download.",
        ):
            st.switch_page("pages/runs.py", query_params={RUN_PARAM: run_id})
