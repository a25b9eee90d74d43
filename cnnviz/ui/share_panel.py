"""A link that carries the network."""

import streamlit as st

from cnnviz.network.link import to_link_text
from cnnviz.network.spec import Network

_MOST = 8000  # characters that every browser and mail program takes


def share_panel(network: Network) -> None:
    """Show, behind a button, the link to a network as it is now."""
    with st.popover("Share", icon=":material/link:", help="A link that carries this network"):
        link = f"{(st.context.url or '').partition('?')[0]}?network={to_link_text(network)}"
        st.markdown("This link opens the network as it is now, wherever this app runs at this address.")
        st.code(link, language=None, wrap_lines=True)
        if len(link) > _MOST:
            st.caption(f"It has {len(link):,} characters, which some programs cut off: send the YAML file instead.")
