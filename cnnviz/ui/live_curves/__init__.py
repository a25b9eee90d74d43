"""Curves of a run that grow while one looks at them: a Plotly chart that keeps its zoom (see `live_curves.js`)."""

import shutil
from collections.abc import Sequence
from importlib.resources import as_file, files
from pathlib import Path

import streamlit as st

KEY = "live_curves"

_HERE = Path(__file__).parent
_STATIC = _HERE.parents[2] / "static"  # Streamlit serves the folder of that name beside app.py
_component = st.components.v2.component(
    "cnnviz.live_curves",
    js=(_HERE / "live_curves.js").read_text(encoding="utf-8"),
    isolate_styles=False,
)

# As the book draws them: one axis, and a line of its own kind for each, so that they are told apart without colour.
_CURVES = (
    {"name": "train loss", "colour": "#0072b2", "dash": "solid"},
    {"name": "train acc", "colour": "#cc79a7", "dash": "dash"},
    {"name": "test acc", "colour": "#009e73", "dash": "dashdot"},
)

Point = tuple[float, float | None, float | None, float | None]
"""Epoch, train loss, train accuracy, test accuracy; None where the curve has no value there."""


def live_curves(run_id: str, points: Sequence[Point], *, epochs: int) -> None:
    """Show a run's curves; only the points that this session has not sent before go to the browser."""
    _serve_plotly()
    sent = _sent(run_id)
    data = {"run": run_id, "epochs": epochs, "curves": _CURVES, "from": sent, "points": points[sent:]}
    _component(key=KEY, data=data, on_resync_change=_resync)
    st.session_state[f"{KEY}.sent"] = (run_id, len(points))


def _sent(run_id: str) -> int:
    sent_run, sent = st.session_state.get(f"{KEY}.sent", ("", 0))
    return sent if sent_run == run_id else 0


def _resync() -> None:
    st.session_state.pop(f"{KEY}.sent", None)


@st.cache_resource(show_spinner=False)
def _serve_plotly() -> None:
    """Put the script that lies in Plotly's own package where the app serves static files from."""
    target = _STATIC / "plotly.min.js"
    with as_file(files("plotly") / "package_data" / "plotly.min.js") as script:
        if target.exists() and target.stat().st_size == script.stat().st_size:
            return
        partial = target.with_suffix(".partial")
        shutil.copyfile(script, partial)
        partial.replace(target)
