"""What a session remembers between runs and pages: the editor, and the model looked at instead. Specs and ids only."""

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from cnnviz.errors import CnnvizError, SpecError, StoreError
from cnnviz.network.link import from_link_text
from cnnviz.network.presets import PRESETS
from cnnviz.ui.editor import Editor, open_network, open_preset
from cnnviz.ui.keeping import keep, kept_editor
from cnnviz.ui.wording import mistake_text

_KEY, _MISTAKE, _MODEL = "editor", "mistake", "model"
_FIRST_PRESET = "alexnet"


def current_editor() -> Editor:
    """Return the session's editor; a new session opens what its address says, else what was edited last."""
    if _KEY not in st.session_state:
        st.session_state[_KEY] = _opening()
    editor: Editor = st.session_state[_KEY]
    return editor


def _opening() -> Editor:
    """Return the network of the link that was opened, of the address, or that was edited last on this machine."""
    if link := st.query_params.get("network"):
        try:
            return open_network(from_link_text(link), link if link in PRESETS else None)
        except SpecError as error:
            _say(error, "Another network was opened.")
    return kept_editor() or open_preset(_FIRST_PRESET)


def set_editor(editor: Editor) -> None:
    """Make this the session's editor, and keep its network on disk; what is done in its list takes mistakes away."""
    if editor.ack != current_editor().ack:
        st.session_state.pop(_MISTAKE, None)
    st.session_state[_KEY] = replace(editor, mistake=None)
    if editor.mistake:
        _say(editor.mistake, "Nothing was changed.")
    try:
        keep(editor)
    except StoreError as error:
        _say(error, "They last until this page is closed.")


def edit(change: Callable[[Editor], Editor]) -> bool:
    """Change the session's editor; a mistake leaves it as it was, is shown by `show_mistake`, and returns False."""
    st.session_state.pop(_MISTAKE, None)
    try:
        set_editor(change(current_editor()))
    except CnnvizError as error:
        _say(error, "Nothing was changed.")
        return False
    return True


def _say(mistake: object, consequence: str) -> None:
    st.session_state[_MISTAKE] = mistake_text(mistake, consequence)


def show_mistake() -> None:
    """Show the mistake of the last edit, until the next one: the page may run again for another reason."""
    if mistake := st.session_state.get(_MISTAKE):
        st.error(mistake, icon=":material/error:")


def viewed_model() -> str | None:
    """Return the name of the torchvision model that is looked at instead of the edited network, if one is."""
    name: str | None = st.session_state.get(_MODEL)
    return name


def view_model(name: str | None) -> None:
    """Look at one of torchvision's models, or at the edited network again."""
    st.session_state[_MODEL] = name
