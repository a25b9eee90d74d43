"""What stands beside the list: the selected layer, or the whole network as text."""

from collections.abc import Mapping

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cnnviz.network.diagnosis import Diagnosis
from cnnviz.ui.choice import choice
from cnnviz.ui.diagnosis_cards import findings_of_layer
from cnnviz.ui.editor import Editor
from cnnviz.ui.explanation import explanation_panel
from cnnviz.ui.layer_form import layer_form
from cnnviz.ui.text_panel import text_panel

_VIEWS: Mapping[str, str] = {"layer": "Selected layer", "text": "Network as text"}


def side_panel(editor: Editor, diagnosis: Diagnosis) -> None:
    """Show the parameters of the selected layer, or the network's text."""
    if choice("Beside the list", _VIEWS, key="side_panel") == "text":
        text_panel(editor)
        return
    form, explanation = _beside_each_other()
    with form:
        layer_form(editor)
        findings_of_layer(editor, diagnosis)
    with explanation:
        explanation_panel(editor.network, editor.path)


def _beside_each_other() -> tuple[DeltaGenerator, DeltaGenerator]:
    """Return two columns where there is room, else one below the other; `static/page.css` says how wide they are."""
    row = st.container(horizontal=True, gap="medium")
    return row.container(key="beside_form"), row.container(key="beside_explanation")
