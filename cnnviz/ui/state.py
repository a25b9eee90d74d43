"""What a session remembers between runs and pages: the editor. Specs and ids only."""

from collections.abc import Callable

import streamlit as st

from cnnviz.errors import SpecError
from cnnviz.network.presets import preset
from cnnviz.network.spec import Network
from cnnviz.ui.editor import Editor, open_network

_KEY, _MISTAKE = "editor", "mistake"
FIRST_PRESET = "alexnet"


def current_editor() -> Editor:
    """Return the session's editor, opening the first preset in a new session."""
    if _KEY not in st.session_state:
        st.session_state[_KEY] = open_network(preset(FIRST_PRESET))
    editor: Editor = st.session_state[_KEY]
    return editor


def set_editor(editor: Editor) -> None:
    """Make this the session's editor."""
    st.session_state[_KEY] = editor


def set_network(network: Network) -> None:
    """Open another network in the session's editor."""
    set_editor(open_network(network))


def edit(change: Callable[[Editor], Editor]) -> None:
    """Change the session's editor; a mistake leaves it as it was and is shown by `show_mistake`."""
    try:
        set_editor(change(current_editor()))
    except SpecError as error:
        st.session_state[_MISTAKE] = str(error)


def show_mistake() -> None:
    """Show the mistake of the last edit, once."""
    if mistake := st.session_state.pop(_MISTAKE, None):
        st.error(f"{mistake}. Nothing was changed.", icon=":material/error:")
