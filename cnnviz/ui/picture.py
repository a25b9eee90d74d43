"""The picture of the network at the top of the page: volumes, blocks, its data flow, or what each layer costs."""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cnnviz.drawing.costs.hints import cost_hints
from cnnviz.drawing.styles import Look
from cnnviz.network.spec import Network
from cnnviz.network.summary import Summary
from cnnviz.ui.cached import drawing_of, drawing_of_model
from cnnviz.ui.choice import choice
from cnnviz.ui.cost_view import cost_view
from cnnviz.ui.drawing_view import clicked_layer, drawing_view
from cnnviz.ui.editor import Editor
from cnnviz.ui.folding import FOLDING, Folding, current_folding, folding_buttons
from cnnviz.ui.state import viewed_model

_STYLES: Mapping[str, str] = {"volumes": "Volumes", "blocks": "Blocks", "graph": "Graph", "costs": "Costs"}
_MODEL_LAYER = "model_layer"


def network_picture(editor: Editor, summary: Summary) -> DeltaGenerator:
    """Show the edited network as a person has chosen to see it; a click on a layer selects it.

    Returns the place above it for what is said of the network; it is there always, so that nothing beneath it moves.
    """
    network, selected = editor.network, editor.path
    return _picture(
        summary,
        draw=lambda style, look, is_dark: drawing_of(network, style, look, is_dark=is_dark),
        network=network,
        selected=selected,
        folded_for=editor.epoch,
    )


def model_picture(summary: Summary, name: str, input_shape: str) -> None:
    """Show one of torchvision's models as a person has chosen to see it; a click on a layer marks it."""
    if (path := clicked_layer()) is not None:
        st.session_state[_MODEL_LAYER] = path
    selected = st.session_state.get(_MODEL_LAYER, "")
    selected = selected if any(row.path == selected for row in summary.rows) else ""
    _picture(
        summary,
        draw=lambda style, look, is_dark: drawing_of_model(name, input_shape, style, look, is_dark),
        network=None,
        selected=selected,
        folded_for=name,
    )


def _picture(
    summary: Summary,
    *,
    draw: Callable[[str, Look, bool], str],
    network: Network | None,
    selected: str,
    folded_for: str,
) -> DeltaGenerator:
    with st.container(key="picture_bar"):
        style_column, buttons_column = st.columns([2, 3], vertical_alignment="center")
    with style_column:
        style = choice("Picture", _STYLES, key="picture_style")
    bar = buttons_column.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center")
    said = bar.container(width="content")
    if style == "costs":
        cost_view(summary, network, selected)
        return said
    folding = current_folding(folded_for)
    with bar:
        folding_buttons(summary, folding)
        is_linear = style == "volumes" and st.toggle("Linear scale", key="picture_linear")
    look = Look(folding.depth, folding.toggled, selected, is_linear)
    label = f"{summary.name} drawn as {style}; arrow keys go from layer to layer, Enter folds and unfolds a block"
    drawing_view(
        draw(style, look, st.context.theme.type == "dark"), label=label, selected=selected, hints=cost_hints(summary)
    )
    if style == "volumes":
        scale = "drawn in proportion" if is_linear else "each on a log scale"
        st.caption(
            f"Height and width are those of the map, depth its channels, {scale}. Rows of values, as of a linear layer,"
            " are compared with each other only."
        )
    return said


def shown_as() -> tuple[str, Mapping[str, Any]]:
    """Return the style that is shown, and the arguments of `draw` that make a file look like the picture."""
    folding: Folding = st.session_state.get(FOLDING, Folding(""))
    is_linear = bool(st.session_state.get("picture_linear"))
    style = st.session_state.get("picture_style") or "volumes"
    return style, {"depth": folding.depth, "toggled": folding.toggled, "linear": is_linear}


def select_clicked(editor: Editor) -> Editor:
    """Return the editor with the layer selected that was clicked in the picture, if one was."""
    path = None if viewed_model() else clicked_layer()
    return editor if path is None else editor.selecting_path(path)
