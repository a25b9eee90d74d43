"""One run: how it went, its network, its recipe, where its result lies among the book's, and its files."""

import streamlit as st

from cnnviz.drawing.styles import Look
from cnnviz.errors import CnnvizError
from cnnviz.formatting import count_text, shape_text
from cnnviz.network.document import parse
from cnnviz.training.records import Run
from cnnviz.ui.cached import drawing_of, open_store, summary_of
from cnnviz.ui.drawing_view import drawing_view
from cnnviz.ui.run_actions import RUN_PARAM, open_network_of
from cnnviz.ui.run_view import run_view
from cnnviz.ui.runs.band_view import band_view
from cnnviz.ui.runs.downloads import downloads
from cnnviz.ui.runs.labels import labels
from cnnviz.ui.runs.recipe_table import recipe_table
from cnnviz.ui.wording import mistake_text


def run_page(run_id: str) -> None:
    """Show a run, or that there is none of that id."""
    bar = st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center")
    bar.button("All runs", icon=":material/arrow_back:", type="tertiary", key="runs.back", on_click=_close)
    try:
        run = open_store().run(run_id)
    except CnnvizError as error:
        st.error(mistake_text(error), icon=":material/error:")
        return
    with bar, st.container(horizontal=True, width="content"):
        _share_panel(run)
        downloads(run)
    run_view(run_id)
    band_view(run)
    labels(run)
    _network(run)
    recipe_table(run)


def _close() -> None:
    st.query_params.pop(RUN_PARAM, None)


def _share_panel(run: Run) -> None:
    with st.popover("Share", icon=":material/link:", help="A link to this run"):
        st.markdown("This link opens the run wherever this app runs at this address.")
        st.code(f"{(st.context.url or '').partition('?')[0]}?{RUN_PARAM}={run.id}", language=None, wrap_lines=True)


def _network(run: Run) -> None:
    network = parse(run.network)
    summary = summary_of(network)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("**Network**", width="content")
        if st.button("Open on the Design page", icon=":material/edit:", type="tertiary", key="runs.to_design"):
            open_network_of(run)
            st.switch_page("pages/design.py")
    picture = drawing_of(network, "volumes", Look(), is_dark=st.context.theme.type == "dark")
    drawing_view(picture, label=f"{network.name} drawn as volumes", selected="", key="runs.drawing")
    st.caption(
        f"{shape_text(network.input_shape)} to {shape_text(summary.output_shape or ())} · "
        f"{count_text(summary.num_params)} parameters · {count_text(summary.mult_adds)} mult-adds per image"
    )
