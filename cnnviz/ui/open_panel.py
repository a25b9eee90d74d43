"""Opening a network: from a file, or from text that is pasted."""

from collections.abc import Callable
from pathlib import PurePath

import streamlit as st

from cnnviz.errors import CnnvizError, SpecError
from cnnviz.network.document import MAX_BYTES
from cnnviz.network.pasted import parse_network
from cnnviz.network.spec import Network
from cnnviz.ui.state import current_editor, set_editor
from cnnviz.ui.wording import mistake_text

_FILE, _TEXT, _MISTAKE = "open.file", "open.text", "open.mistake"
_PLACEHOLDER = """\
net = nn.Sequential(
    nn.Conv2d(1, 6, kernel_size=5, padding=2), nn.Sigmoid(),
    …"""


def open_panel() -> None:
    """Show, behind a button, the choice of a file and a box for text."""
    with st.popover("Open", icon=":material/folder_open:", help="A file, or pasted PyTorch code"):
        st.file_uploader(
            "A network's file: YAML or JSON, or PyTorch code",
            type=["yaml", "yml", "json", "py", "txt"],
            key=_FILE,
            on_change=_open_file,
            max_upload_size=1,
        )
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
    if file := st.session_state.get(_FILE):
        _open(lambda: read_upload(file.getvalue(), file.name))
    else:
        st.session_state.pop(_MISTAKE, None)


def _open_text() -> None:
    text = st.session_state.get(_TEXT, "")
    if _open(lambda: parse_network(_given(text))):
        st.session_state[_TEXT] = ""


def _given(text: str) -> str:
    if not text.strip():
        raise SpecError("there is no text in the box; paste a network first")
    return text


def read_upload(data: bytes, name: str) -> Network:
    """Read a network's file; one without a name has the file's.

    Raises SpecError naming the file and what is wrong with it.
    """
    if len(data) > MAX_BYTES:
        raise SpecError(f"{name}: a network's file can have {MAX_BYTES:,} bytes, and this has {len(data):,}")
    try:
        network = parse_network(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise SpecError(f"{name}: this is not a text file; a network is written in YAML or Python") from error
    stem = "".join(filter(str.isprintable, PurePath(name).stem))[:100]
    return network if network.name != "network" or not stem else network.replace(name=stem)


def _open(read: Callable[[], Network]) -> bool:
    try:
        set_editor(current_editor().opened(read()))
    except CnnvizError as error:
        st.session_state[_MISTAKE] = str(error)
        return False
    st.session_state.pop(_MISTAKE, None)
    return True
