"""What is said where two tabs changed one network: both versions are kept, and the other can be opened."""

import streamlit as st

from cnnviz.ui.keeping import forget_other_version, other_version
from cnnviz.ui.state import edit


def other_tab_card() -> None:
    """Say that another tab has changed this network too, and offer its version."""
    if other_version() is None:
        return
    with st.container(border=True):
        st.markdown(
            ":material/tab: **This network was also changed in another tab or window.** Both versions are kept: "
            "here you see this tab's, which from now on has an address of its own."
        )
        with st.container(horizontal=True):
            st.button("Open the other tab's version", key="other_tab.open", on_click=_open)
            st.button("Go on with this one", key="other_tab.keep", on_click=forget_other_version)


def _open() -> None:
    other = other_version()
    if other is not None:
        network, preset = other.network, other.preset
        edit(lambda editor: editor.opened(network, preset))
    forget_other_version()
