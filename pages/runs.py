"""Runs page: every run ever started, compared; or, with ?run=ID, all about one."""

import streamlit as st

from cnnviz.errors import CnnvizError
from cnnviz.ui.run_actions import RUN_PARAM
from cnnviz.ui.runs.all_runs import all_runs
from cnnviz.ui.runs.run_page import run_page
from cnnviz.ui.wording import mistake_text

try:
    if run_id := st.query_params.get(RUN_PARAM):
        run_page(run_id)
    else:
        all_runs()
except CnnvizError as error:
    st.error(mistake_text(error), icon=":material/error:")
