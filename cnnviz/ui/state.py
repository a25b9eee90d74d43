"""What a session remembers between runs and pages: the editor, and the model looked at instead. Specs and ids only."""

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit
from uuid import uuid4

import streamlit as st

from cnnviz.errors import CnnvizError, SpecError, StoreError
from cnnviz.network.link import from_link_text
from cnnviz.network.presets import PRESETS, preset
from cnnviz.ui.drafts import Draft, load_draft, newest_draft, save_draft
from cnnviz.ui.editor import Editor, open_network
from cnnviz.ui.wording import mistake_text

_KEY, _MISTAKE, _MODEL, _DRAFT, _SAVED = "editor", "mistake", "model", "draft", "saved"
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_FIRST_PRESET = "alexnet"


def current_editor() -> Editor:
    """Return the session's editor; a new session opens what its address says, else what was edited last."""
    if _KEY not in st.session_state:
        draft = _opening()
        st.session_state[_KEY] = open_network(draft.network, draft.preset)
    editor: Editor = st.session_state[_KEY]
    return editor


def _opening() -> Draft:
    """Return the network of the link that was opened, of the address, or that was edited last on this machine."""
    st.session_state[_DRAFT] = uuid4().hex[:12]
    if link := st.query_params.get("network"):
        try:
            return Draft(from_link_text(link), link if link in PRESETS else None)
        except SpecError as error:
            _say(error, "Another network was opened.")
    if draft := load_draft(draft_id := st.query_params.get("design", "")):
        st.session_state[_DRAFT] = draft_id
        return draft
    return (newest_draft() if _is_local() else None) or Draft(preset(_FIRST_PRESET), _FIRST_PRESET)


def _is_local() -> bool:
    """Return whether the browser is on this machine: others do not see what was edited last here."""
    return urlsplit(st.context.url or "http://localhost").hostname in _LOOPBACK


def keep_address() -> None:
    """Put the draft into the page's address, so that a reload comes back to it."""
    if st.query_params.get("design") != st.session_state[_DRAFT]:
        st.query_params.from_dict({"design": st.session_state[_DRAFT]})


def set_editor(editor: Editor) -> None:
    """Make this the session's editor, and keep its network on disk."""
    st.session_state[_KEY] = replace(editor, mistake=None)
    if editor.mistake:
        _say(editor.mistake, "Nothing was changed.")
    if editor.network is not st.session_state.get(_SAVED):
        draft_id = st.session_state.setdefault(_DRAFT, uuid4().hex[:12])
        try:
            save_draft(draft_id, Draft(editor.network, editor.preset))
        except StoreError as error:
            _say(error, "They last until this page is closed.")
        st.session_state[_SAVED] = editor.network  # last: a script may be stopped at any use of the state


def edit(change: Callable[[Editor], Editor]) -> bool:
    """Change the session's editor; a mistake leaves it as it was, is shown by `show_mistake`, and returns False."""
    try:
        set_editor(change(current_editor()))
    except CnnvizError as error:
        _say(error, "Nothing was changed.")
        return False
    return True


def _say(mistake: object, consequence: str) -> None:
    st.session_state[_MISTAKE] = mistake_text(mistake, consequence)


def show_mistake() -> None:
    """Show the mistake of the last edit, once."""
    if mistake := st.session_state.pop(_MISTAKE, None):
        st.error(mistake, icon=":material/error:")


def viewed_model() -> str | None:
    """Return the name of the torchvision model that is looked at instead of the edited network, if one is."""
    name: str | None = st.session_state.get(_MODEL)
    return name


def view_model(name: str | None) -> None:
    """Look at one of torchvision's models, or at the edited network again."""
    st.session_state[_MODEL] = name
