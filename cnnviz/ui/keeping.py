"""The session's network kept on disk, apart from what other tabs make of the same one."""

from dataclasses import replace
from urllib.parse import urlsplit
from uuid import uuid4

import streamlit as st

from cnnviz.ui.drafts import Draft, Progress, load_draft, newest_draft, revision_of, save_draft, saved_revision
from cnnviz.ui.editor import Editor, open_network
from cnnviz.ui.items import ids_of, with_ids

_DRAFT, _SAVED, _REVISIONS, _OTHER = "draft", "saved", "draft_revisions", "other_draft"
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def kept_editor() -> Editor | None:
    """Return the editor of the address's draft, else one of what was edited last on this machine, else None."""
    draft_id = st.query_params.get("design", "")
    if draft := load_draft(draft_id):
        st.session_state[_DRAFT], st.session_state[_REVISIONS] = draft_id, (draft.revision,)
    elif _is_local():
        draft = newest_draft()
    return _editor(draft) if draft else None


def keep(editor: Editor) -> None:
    """Write the session's network to disk where it has changed, in a file of its own once another tab has changed it.

    Raises StoreError when it cannot be written.
    """
    state = st.session_state
    draft_id, known = state.setdefault(_DRAFT, _new_id()), state.get(_REVISIONS, ())
    is_shared = (there := saved_revision(draft_id)) is not None and there not in known
    if is_shared:
        state[_OTHER], draft_id = draft_id, _new_id()
        state[_DRAFT], there = draft_id, None
    if is_shared or editor.network is not state.get(_SAVED):
        draft = Draft(editor.network, editor.preset, Progress(editor.epoch, editor.ack, ids_of(editor.version.items)))
        state[_REVISIONS] = (there, revision_of(draft))  # both: a script may be stopped at any use of the state
        try:
            save_draft(draft_id, draft)
        finally:
            state[_SAVED] = editor.network  # what cannot be written is said once


def keep_address() -> None:
    """Put the draft into the page's address, so that a reload comes back to it."""
    if st.query_params.get("design") != st.session_state[_DRAFT]:
        st.query_params.from_dict({"design": st.session_state[_DRAFT]})


def other_version() -> Draft | None:
    """Return what another tab has made of this network, once that was noticed."""
    return load_draft(st.session_state.get(_OTHER, ""))


def forget_other_version() -> None:
    """Go on without what another tab has made of this network."""
    st.session_state.pop(_OTHER, None)


def _editor(draft: Draft) -> Editor:
    """Return a draft's editor, its layers with the ids that the browser knows."""
    editor, progress = open_network(draft.network, draft.preset), draft.progress
    items = with_ids(draft.network.layers, progress.ids) if progress else None
    if progress is None or items is None:
        return editor
    version = replace(editor.version, items=items, selected=(items[0].id,), epoch=progress.epoch)
    return replace(editor, version=version, ack=progress.ack)


def _is_local() -> bool:
    """Return whether the browser is on this machine: others do not see what was edited last here."""
    return urlsplit(st.context.url or "http://localhost").hostname in _LOOPBACK


def _new_id() -> str:
    return uuid4().hex[:12]
