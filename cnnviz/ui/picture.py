"""The picture of the network at the top of the page: volumes, blocks, or what each layer costs."""

from collections.abc import Callable

import streamlit as st

from cnnviz.network.spec import Network
from cnnviz.network.summary import Summary
from cnnviz.ui.cached import Look, drawing_of, drawing_of_model
from cnnviz.ui.cost_view import cost_view
from cnnviz.ui.drawing_view import clicked_layer, drawing_view
from cnnviz.ui.editor import Editor

_STYLES = {"volumes": "Volumes", "blocks": "Blocks", "costs": "Costs"}


def network_picture(editor: Editor, summary: Summary) -> None:
    """Show the edited network as a person has chosen to see it; a click on a layer selects it."""
    network, selected = editor.network, editor.path
    _picture(
        summary,
        draw=lambda look: drawing_of(network, look, selected),
        network=network,
        selected=selected,
    )


def model_picture(summary: Summary, name: str, input_shape: str) -> None:
    """Show one of torchvision's models as a person has chosen to see it."""
    _picture(
        summary,
        draw=lambda look: drawing_of_model(name, input_shape, look),
        network=None,
        selected="",
    )


def _picture(summary: Summary, *, draw: Callable[[Look], str], network: Network | None, selected: str) -> None:
    style_column, depth_column = st.columns([3, 1], vertical_alignment="center")
    with style_column:
        style = st.segmented_control(
            "Picture",
            list(_STYLES),
            default="volumes",
            required=True,
            format_func=_STYLES.__getitem__,
            key="picture_style",
            label_visibility="collapsed",
        )
    if style == "costs":
        cost_view(summary, network, selected)
        return
    with depth_column, st.container(horizontal_alignment="right"):
        deepest = 1 + max((row.depth for row in summary.rows), default=0)
        unfold = st.toggle("Blocks unfolded", key="picture_unfolded", disabled=deepest == 1)
    look = Look(style or "volumes", deepest if unfold else 1, is_dark=st.context.theme.type == "dark")
    drawing_view(draw(look), label=f"{summary.name} drawn as {look.style}", selected=selected)
    if look.style == "volumes":
        st.caption("Height and width are those of the map, depth its channels, each on a log scale.")


def select_clicked(editor: Editor) -> Editor:
    """Return the editor with the layer selected that was clicked in the picture, if one was."""
    path = clicked_layer()
    return editor if path is None else editor.selecting_path(path)
