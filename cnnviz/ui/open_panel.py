"""Opening a network: from a file, or from text that is pasted."""

from collections.abc import Callable

import streamlit as st

from cnnviz.errors import CnnvizError, SpecError
from cnnviz.network.pasted import parse_network
from cnnviz.network.spec import Network
from cnnviz.ui.state import current_editor, set_editor
from cnnviz.ui.upload import upload_box, uploaded_network
from cnnviz.ui.wording import mistake_text

_FILE, _TEXT, _MISTAKE = "open.file", "open.text", "open.mistake"
_PLACEHOLDER = """\
net = nn.Sequential(
    nn.Conv2d(1, 6, kernel_size=5, padding=2), nn.Sigmoid(),
    …"""


def open_panel() -> None:
    """Show, behind a button, the choice of a file and a box for text."""
    with st.popover("Open", icon=":material/folder_open:", help="A file, or pasted PyTorch code"):
        upload_box(_FILE, _open_file)
        st.text_area(
            "Or paste a network: PyTorch code or YAML",
            key=_TEXT,
            height=180,
            placeholder=_PLACEHOLDER,
            help="The code is read and never executed. What it says of layers is taken; the rest is passed over.",
        )
        st.button("Open the text", key="open.pasted", type="primary", on_click=_open_text)
        if mistake := st.session_state.get(_MISTAKE):
            st.error(mistake_text(mistake, "The network before is still open."), icon=":material/error:")


def _open_file() -> None:
    _open(lambda: uploaded_network(_FILE))


def _open_text() -> None:
    text = st.session_state.get(_TEXT, "")
    if _open(lambda: parse_network(_given(text))):
        st.session_state[_TEXT] = ""


def _given(text: str) -> str:
    if not text.strip():
        raise SpecError("there is no text in the box; paste a network first")
    return text


def _open(read: Callable[[], Network | None]) -> bool:
    """Open what is read, if anything is, and return whether it could be; a mistake is shown until the next time."""
    try:
        if network := read():
            set_editor(current_editor().opened(network))
    except CnnvizError as error:
        st.session_state[_MISTAKE] = str(error)
        return False
    st.session_state.pop(_MISTAKE, None)
    return True
