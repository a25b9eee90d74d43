"""Design page: edit a network and see every shape, parameter count and cost follow."""

import streamlit as st

from cnnviz.ui.cached import cost_chart_of, summary_of
from cnnviz.ui.editor import apply_log
from cnnviz.ui.layer_form import layer_form
from cnnviz.ui.layer_list import layer_list, read_log
from cnnviz.ui.layer_table import layer_table
from cnnviz.ui.network_bar import network_bar
from cnnviz.ui.state import current_editor, set_editor, show_mistake
from cnnviz.ui.totals import problem_card, totals

set_editor(apply_log(current_editor(), read_log()))
editor = current_editor()
summary = summary_of(editor.network)

network_bar(editor)
with st.container():  # always there, so that what stands below keeps its place, and a widget its focus
    show_mistake()
    problem_card(summary)
st.plotly_chart(cost_chart_of(editor.network), key="cost_chart", config={"displayModeBar": False})
totals(editor.network, summary)

list_column, form_column = st.columns([5, 2], gap="large")
with list_column:
    layer_list(editor, summary)
with form_column:
    layer_form(editor)

layer_table(summary)
