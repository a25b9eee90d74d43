"""What a session remembers between runs and pages: the editor, and the model looked at instead. Specs and ids only."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from cnnviz.errors import SpecError
from cnnviz.ui.editor import Editor, open_preset

_KEY, _MISTAKE, _MODEL = "editor", "mistake", "model"
_FIRST_PRESET = "alexnet"


def current_editor() -> Editor:
    """Return the session's editor, opening the first preset in a new session."""
    if _KEY not in st.session_state:
        st.session_state[_KEY] = open_preset(_FIRST_PRESET)
    editor: Editor = st.session_state[_KEY]
    return editor


def set_editor(editor: Editor) -> None:
    """Make this the session's editor."""
    st.session_state[_KEY] = editor


def edit_by(key: str, shown: object, change: Callable[[Editor, Any], Editor]) -> None:
    """Change the session's editor by a widget's value, as its `on_change` with the value that it showed.

    Streamlit also calls `on_change` where a run was cut short and it has forgotten the widget. What it then says is
    what it showed before, perhaps of another network, and must not be taken for an edit: hence `shown`, and keys
    that begin with the editor's epoch or a layer's id.
    A mistake leaves the editor as it was and is shown by `show_mistake`.
    """
    given = st.session_state.get(key, shown)
    if given != shown:
        edit(lambda editor: change(editor, given))


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


def viewed_model() -> str | None:
    """Return the name of the torchvision model that is looked at instead of the edited network, if one is."""
    name: str | None = st.session_state.get(_MODEL)
    return name


def view_model(name: str | None) -> None:
    """Look at one of torchvision's models, or at the edited network again."""
    st.session_state[_MODEL] = name
