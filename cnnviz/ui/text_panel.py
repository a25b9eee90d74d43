"""The whole network as text beside the list: either is edited, and the other follows."""

import streamlit as st

from cnnviz.errors import CnnvizError
from cnnviz.network.document import to_text
from cnnviz.network.pasted import parse_network
from cnnviz.ui.binding import watched
from cnnviz.ui.editor import Editor
from cnnviz.ui.state import current_editor, set_editor
from cnnviz.ui.wording import mistake_text

_REFUSED = "text.refused"


def text_panel(editor: Editor) -> None:
    """Show the network's text; what cannot be read stays in the box with its reason, and changes nothing."""
    epoch, shown, mistake = st.session_state.get(_REFUSED, ("", "", ""))
    if epoch != editor.epoch:  # nothing was refused, or of a network opened before
        shown, mistake = to_text(editor.network), ""
    with st.container(key="network_text"):  # `static/page.css` gives its letters one width
        st.text_area(
            "The network as text",
            height=min(760, 80 + 21 * shown.count("\n")),
            help="As in a network's file, or PyTorch code. Ctrl+Enter applies.",
            **watched(f"{editor.epoch}.text", shown, _take),
        )
    if mistake:
        st.error(mistake_text(mistake, "The network is as it was."), icon=":material/error:")
        st.button("Show the network's text again", key="text.discard", on_click=_forget)


def _take(text: str) -> bool:
    editor = current_editor()
    try:
        set_editor(editor.with_network(parse_network(text)))
    except CnnvizError as error:
        st.session_state[_REFUSED] = editor.epoch, text, str(error)
    else:
        _forget()
    return True


def _forget() -> None:
    st.session_state.pop(_REFUSED, None)
