"""What the layers of a run's network are called."""

from collections.abc import Mapping

import streamlit as st

from cnnviz.network.document import parse
from cnnviz.network.infer import infer_shapes, walk_nodes


@st.cache_data(max_entries=50, show_spinner=False)
def layer_kinds(text: str) -> Mapping[str, str]:
    """Return the kinds of a network's layers by their paths in the module, in the network's order."""
    return {node.path: node.layer.kind for node, _ in walk_nodes(infer_shapes(parse(text)).nodes)}
