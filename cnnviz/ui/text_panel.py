"""The whole network as text beside the list: either is edited, and the other follows."""

import streamlit as st

from cnnviz.errors import CnnvizError
from cnnviz.network.document import to_text
from cnnviz.network.pasted import parse_network
from cnnviz.ui.editor import Editor
from cnnviz.ui.state import current_editor, set_editor

_REFUSED = "text.refused"


def text_panel(editor: Editor) -> None:
    """Show the network's text; what cannot be read stays in the box with its reason, and changes nothing."""
    key, shown = f"{editor.epoch}.text", to_text(editor.network)
    refused = st.session_state.get(_REFUSED)
    st.session_state[key] = refused[0] if refused else shown
    st.text_area(
        "The network as text",
        key=key,
        height=min(760, 80 + 21 * shown.count("\n")),
        on_change=_take,
        args=(key,),
        help="As in a network's file, or PyTorch code. Ctrl+Enter applies.",
    )
    if refused:
        st.error(f"{refused[1]}. The network is as it was.", icon=":material/error:")
        st.button("Show the network's text again", key="text.discard", on_click=_forget)


def _take(key: str) -> None:
    text = st.session_state.get(key, "")
    editor = current_editor()
    if text == to_text(editor.network):
        return
    try:
        set_editor(editor.with_network(parse_network(text)))
    except CnnvizError as error:
        st.session_state[_REFUSED] = text, str(error)
    else:
        _forget()


def _forget() -> None:
    st.session_state.pop(_REFUSED, None)
