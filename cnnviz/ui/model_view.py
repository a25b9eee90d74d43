"""One of torchvision's models, measured and read-only."""

import streamlit as st

from cnnviz.errors import CnnvizError
from cnnviz.formatting import shape_text
from cnnviz.network.summary import Summary
from cnnviz.ui.cached import torchvision_summary_of
from cnnviz.ui.editor import Editor
from cnnviz.ui.layer_table import layer_table
from cnnviz.ui.network_bar import network_box
from cnnviz.ui.picture import model_picture
from cnnviz.ui.state import view_model
from cnnviz.ui.totals import model_totals
from cnnviz.ui.wording import mistake_text


def model_view(editor: Editor, name: str) -> None:
    """Show the choice of a model and of its input, then its costs and its layers."""
    network_column, model_column, input_column, back_column = st.columns([3, 3, 2, 3.8], vertical_alignment="bottom")
    with network_column:
        network_box(editor)
    with model_column:
        _model_box(name)
    with input_column:
        given = _input_box(name)
    with back_column, st.container(horizontal_alignment="right"):
        st.button(
            "Back to my network", icon=":material/arrow_back:", key="leave_model", on_click=view_model, args=(None,)
        )
    try:
        summary = torchvision_summary_of(name, given)
    except CnnvizError as error:
        st.error(mistake_text(error), icon=":material/error:")
        return
    _model(name, given, summary)


def _model(name: str, given: str, summary: Summary) -> None:
    st.caption(
        f"torchvision's own code on an input of {shape_text(summary.input_shape)}: to be read, not edited. It is "
        "drawn in the order it runs, and what it computes between its layers, such as add and cat, is shown too."
    )
    if summary.problem:
        st.error(f"{summary.problem}.", icon=":material/error:")
    model_picture(summary, name, given)
    model_totals(summary)
    layer_table(summary)


def _model_box(name: str) -> None:
    from cnnviz.network.torchvision_models import torchvision_names  # torchvision takes a second to import

    st.session_state["model_name"] = name
    st.selectbox(
        "Model",
        torchvision_names(),
        key="model_name",
        on_change=lambda: view_model(st.session_state["model_name"]),
        help="torchvision's classification models; nothing is downloaded.",
    )


def _input_box(name: str) -> str:
    """Return the input shape as text, or nothing where the model's usual input is meant."""
    return st.text_input(
        "Input (C × H × W)",
        key=f"{name}.input_shape",
        placeholder="as its weights take it",
        help="Channels, height and width of one image.",
    )
