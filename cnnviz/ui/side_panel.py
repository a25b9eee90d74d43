"""What stands beside the list: the selected layer, or the whole network as text."""

import streamlit as st

from cnnviz.network.diagnosis import Diagnosis
from cnnviz.ui.editor import Editor
from cnnviz.ui.layer_form import layer_form
from cnnviz.ui.text_panel import text_panel

_WIDTH = 300  # pixels of a column, which stand beside each other where there is room


def side_panel(editor: Editor, diagnosis: Diagnosis) -> None:
    """Show the parameters of the selected layer, or the network's text."""
    choice = st.segmented_control(
        "Beside the list",
        ["Selected layer", "Network as text"],
        default="Selected layer",
        key="side_panel",
        label_visibility="collapsed",
    )
    if choice == "Network as text":
        text_panel(editor)
        return
    with st.container(horizontal=True, gap="medium"), st.container(width=_WIDTH):
        layer_form(editor)
