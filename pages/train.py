"""Train page: launch a run of the current network and watch its curves grow."""

import streamlit as st

from cnnviz.errors import CnnvizError
from cnnviz.ui.run_view import run_view
from cnnviz.ui.state import current_editor
from cnnviz.ui.train.about_run import about_run
from cnnviz.ui.train.forecast_panel import forecast_panel
from cnnviz.ui.train.launch_panel import launch_panel
from cnnviz.ui.train.run_picker import run_picker
from cnnviz.ui.wording import mistake_text

form_column, run_column = st.columns([1, 2], gap="large")
with form_column:
    launch_panel(current_editor().network)
with run_column:
    try:
        if chosen := run_picker():
            run_id, beside = chosen
            run_view(run_id, beside=beside)
            about_run(run_id)
        else:
            st.info(
                "No runs yet. Choose the data and start training; the curves appear here.", icon=":material/show_chart:"
            )
    except CnnvizError as error:
        st.error(mistake_text(error), icon=":material/error:")
with form_column:
    forecast_panel(current_editor().network)
