"""The app driven without a browser."""

import re
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

APP = Path(__file__).parents[2] / "app.py"


@pytest.fixture
def app(cnnviz_home) -> AppTest:
    """The app in a new session, on a store of its own."""
    st.cache_resource.clear()
    return AppTest.from_file(APP, default_timeout=60)


def messages(app: AppTest) -> list[str]:
    """Every message on the page as Markdown shows it, and no traceback."""
    assert not app.exception, app.exception
    return [
        re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", box.value)
        for kind in ("error", "warning", "info")
        for box in app.get(kind)
    ]


def widget(boxes, label: str):
    """The one widget of that label."""
    (found,) = (box for box in boxes if box.label == label)
    return found


def perform(app: AppTest, *operations: dict) -> AppTest:
    """Do to the layer list what a person does in it."""
    editor = app.session_state["editor"]
    numbered = [{"number": editor.ack + place + 1, **each} for place, each in enumerate(operations)]
    app.session_state["layer_list"] = {"log": {"operations": numbered}}
    return app.run()
