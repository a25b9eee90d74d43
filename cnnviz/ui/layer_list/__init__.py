"""The list of layers as a component of its own: nothing done in it is lost while a script runs.

The browser's part begins in `layer_list.js`, which tells how the two sides talk; the other scripts beside it say what
they are for in their first line.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from cnnviz.network.diagnosis import Finding
from cnnviz.network.summary import Summary
from cnnviz.ui.editor import Editor
from cnnviz.ui.layer_list.palette import palette
from cnnviz.ui.layer_list.rows import rows_of

KEY = "layer_list"
_MOST_VERSIONS = 20  # on each side, that can be gone back to before the server's answer

_HERE = Path(__file__).parent
_SCRIPTS = (
    "rows.js",
    "replay.js",
    "history.js",
    "sending.js",
    "opening.js",
    "selection.js",
    "commands.js",
    "keyboard.js",
    "clipboard.js",
    "dragging.js",
    "drawing.js",
    "palette.js",
    "layer_list.js",
)


def _text(*names: str) -> str:
    return "\n".join((_HERE / name).read_text(encoding="utf-8") for name in names)


_component = st.components.v2.component(
    "cnnviz.layer_list",
    html=_text("layer_list.html"),
    css=_text("layer_list.css"),
    js=_text(*_SCRIPTS),  # one module: a component has no address to import from
)


def layer_list(editor: Editor, summary: Summary, warnings: Sequence[Finding]) -> None:
    """Show the layers; what a person does to them arrives in `read_log` at the next run."""
    data = {
        "rows": rows_of(editor, summary, warnings),
        "selected": editor.version.selected,
        "epoch": editor.epoch,
        "ack": editor.ack,
        "version": editor.version.key,
        "past": [version.key for version in editor.past[-_MOST_VERSIONS:]],
        "future": [version.key for version in editor.future[-_MOST_VERSIONS:]],
        "palette": palette(),
    }
    _component(key=KEY, data=data, default={"log": {}}, on_log_change=lambda: None)


def read_log() -> dict[str, Any]:
    """Return the operations that the list has sent and may not know to be applied."""
    return dict(st.session_state.get(KEY, {}).get("log") or {})
