"""The picture of the network at the top of the page: volumes, blocks, or what each layer costs."""

import streamlit as st

from cnnviz.network.summary import Summary
from cnnviz.ui.cached import cost_chart_of, drawing_of
from cnnviz.ui.drawing_view import clicked_layer, drawing_view
from cnnviz.ui.editor import Editor, select_at

_STYLES = {"volumes": "Volumes", "blocks": "Blocks", "costs": "Costs"}


def picture(editor: Editor, summary: Summary) -> None:
    """Show the network as a person has chosen to see it; a click on a layer selects it."""
    style_column, depth_column = st.columns([3, 1], vertical_alignment="center")
    with style_column:
        style = st.segmented_control(
            "Picture",
            list(_STYLES),
            default="volumes",
            format_func=_STYLES.__getitem__,
            key="picture_style",
            label_visibility="collapsed",
        )
    if style == "costs":
        st.plotly_chart(cost_chart_of(editor.network), key="cost_chart", config={"displayModeBar": False})
        return
    with depth_column, st.container(horizontal_alignment="right"):
        unfold = st.toggle("Blocks unfolded", key="picture_unfolded", disabled=_is_flat(summary))
    svg = drawing_of(
        editor.network,
        style=style or "volumes",
        depth=_deepest(summary) if unfold else 1,
        selected=str(editor.index),
        is_dark=st.context.theme.type == "dark",
    )
    drawing_view(svg, label=f"{editor.network.name} drawn as {style or 'volumes'}", selected=str(editor.index))
    if style != "blocks":
        st.caption("Height and width are those of the map, depth its channels, each on a log scale. Click a layer.")


def select_clicked(editor: Editor) -> Editor:
    """Return the editor with the layer selected that was clicked in the picture, if one was."""
    path = clicked_layer()
    return editor if path is None else select_at(editor, path)


def _is_flat(summary: Summary) -> bool:
    return _deepest(summary) == 1


def _deepest(summary: Summary) -> int:
    return 1 + max((row.depth for row in summary.rows), default=0)
