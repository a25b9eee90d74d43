"""The Streamlit app, which `make app` and `cnnviz app` serve."""

from pathlib import Path

import streamlit as st

STATIC = Path(__file__).parent / "static"
ICON = str(STATIC / "icon.png")

st.set_page_config(page_title="cnnviz", page_icon=ICON, layout="wide")
st.logo(ICON, size="large")
st.html(STATIC / "page.css")

st.navigation(
    [
        st.Page("pages/design.py", title="Design", default=True),
        st.Page("pages/compare.py", title="Compare"),
        st.Page("pages/train.py", title="Train"),
        st.Page("pages/runs.py", title="Runs"),
    ],
    position="top",
).run()
