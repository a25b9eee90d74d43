"""Which blocks of the picture are folded: a session remembers it for the network it was chosen for."""

from dataclasses import dataclass, replace

import streamlit as st

from cnnviz.network.summary import Summary
from cnnviz.ui.drawing_view import folded_block

FOLDING = "picture_folding"


@dataclass(frozen=True)
class Folding:
    """So many levels are drawn, but for the blocks in `toggled`, which are the other way; `network` tells of which."""

    network: str
    depth: int = 1
    toggled: frozenset[str] = frozenset()


def current_folding(network: str) -> Folding:
    """Return what is folded, the click on a block's mark included; a network just opened is folded all over."""
    folding: Folding | None = st.session_state.get(FOLDING)
    if folding is None or folding.network != network:
        folding = Folding(network)
    if (path := folded_block()) is not None:
        folding = replace(folding, toggled=folding.toggled ^ {path})
    st.session_state[FOLDING] = folding
    return folding


def folding_buttons(summary: Summary, folding: Folding) -> None:
    """Show the buttons that unfold and fold all blocks, where there are any."""
    deepest = 1 + max((row.depth for row in summary.rows), default=0)
    if deepest == 1:
        return
    for label, icon, depth in (("Unfold all", "unfold_more", deepest), ("Fold all", "unfold_less", 1)):
        st.button(
            label,
            icon=f":material/{icon}:",
            type="tertiary",
            key=f"picture.{icon}",
            on_click=_fold,
            args=(Folding(folding.network, depth),),
        )


def _fold(folding: Folding) -> None:
    st.session_state[FOLDING] = folding
