"""A drawing of the network that scrolls, and whose layers can be clicked."""

from collections.abc import Mapping
from pathlib import Path

import streamlit as st

KEY = "drawing"

_HERE = Path(__file__).parent
_component = st.components.v2.component(
    "cnnviz.drawing_view",
    html=(_HERE / "drawing_view.html").read_text(encoding="utf-8"),
    css=(_HERE / "drawing_view.css").read_text(encoding="utf-8"),
    js=(_HERE / "drawing_view.js").read_text(encoding="utf-8"),
)


def drawing_view(
    svg: str,
    *,
    label: str,
    selected: str,
    key: str = KEY,
    most_height: int = 560,
    hints: Mapping[str, str] | None = None,
) -> None:
    """Show a drawing as SVG; the path of a layer that is clicked arrives in `clicked_layer` at the next run.

    `selected` is the path that is kept in sight, and `hints` are what is told of layers, by path, where a person points
    at them. Above `most_height` pixels the drawing scrolls.
    """
    data = {"svg": svg, "label": label, "selected": selected, "height": most_height, "hints": dict(hints or {})}
    _component(key=key, data=data, default={"click": {}}, on_click_change=lambda: None)


def clicked_layer() -> str | None:
    """Return the path of a layer clicked since the last run, once."""
    click = st.session_state.get(KEY, {}).get("click") or {}
    number = click.get("number")
    if number is None or number == st.session_state.get("drawing_click"):
        return None
    st.session_state["drawing_click"] = number
    return str(click.get("path", ""))
