"""Train page: launch a run of the current network and watch its curves grow."""

import streamlit as st

from cnnviz.errors import CnnvizError
from cnnviz.ui.launch_panel import launch_panel
from cnnviz.ui.run_picker import run_picker
from cnnviz.ui.run_view import run_view
from cnnviz.ui.state import current_editor

form_column, run_column = st.columns([1, 2], gap="large")
with form_column:
    launch_panel(current_editor().network)
with run_column:
    try:
        if run_id := run_picker():
            run_view(run_id)
        else:
            st.info(
                "No runs yet. Choose the data and start training; the curves appear here.", icon=":material/show_chart:"
            )
    except CnnvizError as error:
        st.error(str(error), icon=":material/error:")
