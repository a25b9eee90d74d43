"""A drawing of the network that scrolls, and whose layers can be chosen by clicks and keys, and blocks folded."""

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
    most_height: int = 680,
    hints: Mapping[str, str] | None = None,
) -> None:
    """Show a drawing as SVG; what is clicked arrives in `clicked_layer` or `folded_block` at the next run.

    Arrow keys go from layer to layer, and Enter folds or unfolds the block that one is or lies in.

    `selected` is the path that is kept in sight, and `hints` are what is told of layers, by path, where a person points
    at them. Above `most_height` pixels the drawing scrolls.
    """
    data = {"svg": svg, "label": label, "selected": selected, "height": most_height, "hints": dict(hints or {})}
    _component(key=key, data=data, default={"click": {}}, on_click_change=lambda: None)


def clicked_layer() -> str | None:
    """Return the path of a layer chosen since the last run, once."""
    return _clicked(folds=False)


def folded_block() -> str | None:
    """Return the path of a block whose mark was clicked since the last run, once."""
    return _clicked(folds=True)


def _clicked(*, folds: bool) -> str | None:
    click = st.session_state.get(KEY, {}).get("click") or {}
    number = click.get("number")
    if number is None or number == st.session_state.get("drawing_click") or bool(click.get("folds")) != folds:
        return None
    st.session_state["drawing_click"] = number
    return str(click.get("path", ""))
