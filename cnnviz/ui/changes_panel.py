"""What was changed since the preset was opened, and the way back to it."""

import streamlit as st

from cnnviz.drawing.comparison import comparison_text
from cnnviz.network.presets import preset
from cnnviz.ui.cached import comparison_of
from cnnviz.ui.editor import Editor
from cnnviz.ui.state import edit

_MOST_LINES = 40


def changes_panel(editor: Editor) -> None:
    """Show, behind a button, how the network differs from its preset; nothing where it does not."""
    if editor.preset is None or editor.network == (original := preset(editor.preset)):
        return
    lines = comparison_text(comparison_of(original, editor.network)).splitlines()
    count = f"{len(lines)} change{'' if len(lines) == 1 else 's'}"
    help_ = f"How this network differs from {original.name}"
    with st.popover(count, type="tertiary", icon=":material/difference:", help=help_):
        more = [f"… and {len(lines) - _MOST_LINES} more"] if len(lines) > _MOST_LINES else []
        st.code("\n".join([*lines[:_MOST_LINES], *more]), language=None, wrap_lines=True)
        st.button(
            f"Back to {original.name}",
            icon=":material/restart_alt:",
            key=f"{editor.epoch}.restore",
            on_click=_restore,
            args=(editor.preset,),
            help="Undo brings the changes back.",
        )


def _restore(name: str) -> None:
    edit(lambda editor: editor.with_network(preset(name)))
