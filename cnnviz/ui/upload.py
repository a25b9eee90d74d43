"""A network's file, handed over in the browser."""

from collections.abc import Callable
from pathlib import PurePath

import streamlit as st

from cnnviz.errors import SpecError
from cnnviz.network.document import MAX_BYTES
from cnnviz.network.pasted import parse_network
from cnnviz.network.spec import Network


def upload_box(key: str, on_change: Callable[[], None]) -> None:
    """Show where a file is dropped or chosen; `uploaded_network` then reads it."""
    st.file_uploader(
        "A network's file: YAML or JSON, or PyTorch code",
        type=["yaml", "yml", "json", "py", "txt"],
        key=key,
        on_change=on_change,
        max_upload_size=1,
    )


def uploaded_network(key: str) -> Network | None:
    """Return the network in the file that was given in a box, or None where there is no file.

    Raises SpecError naming the file and what is wrong with it.
    """
    file = st.session_state.get(key)
    return read_upload(file.getvalue(), file.name) if file else None


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
