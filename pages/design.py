"""Design page: edit a network and see every shape, parameter count and cost follow; or look at torchvision's."""

import streamlit as st

from cnnviz.ui.cached import diagnosis_of, summary_of
from cnnviz.ui.changes_panel import changes_panel
from cnnviz.ui.diagnosis_cards import findings_list, problem_card
from cnnviz.ui.editor import Editor
from cnnviz.ui.keeping import keep_address
from cnnviz.ui.layer_list import layer_list, read_log
from cnnviz.ui.layer_table import layer_table
from cnnviz.ui.memory_panel import memory_panel
from cnnviz.ui.model_view import model_view
from cnnviz.ui.network_bar import network_bar
from cnnviz.ui.operations import apply_log
from cnnviz.ui.other_tab import other_tab_card
from cnnviz.ui.picture import network_picture, select_clicked
from cnnviz.ui.side_panel import side_panel
from cnnviz.ui.state import current_editor, set_editor, show_mistake, viewed_model
from cnnviz.ui.totals import totals


def edited_network(editor: Editor) -> None:
    """Show the network that is being edited: first what a person looks at while editing, then what takes longer."""
    summary, diagnosis = summary_of(editor.network), diagnosis_of(editor.network)
    bar, messages, picture, figures, findings = (st.container() for _ in range(5))
    list_column, side_column = st.columns([10, 9], gap="large")
    with list_column:
        layer_list(editor, summary, diagnosis.warnings)
    with picture:
        above_picture = network_picture(editor, summary)
    with messages:
        show_mistake()
        other_tab_card()
        problem_card(editor, diagnosis)
    with side_column:
        side_panel(editor, diagnosis)
    memory_panel(editor.network)
    layer_table(summary)
    with figures:
        totals(editor.network, summary)
    with bar:
        network_bar(editor, summary)
    with above_picture:
        changes_panel(editor)
    with findings:
        findings_list(editor, diagnosis)


set_editor(select_clicked(apply_log(current_editor(), read_log())))
keep_address()
if model := viewed_model():
    model_view(current_editor(), model)
else:
    edited_network(current_editor())
