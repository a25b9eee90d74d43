"""What the network costs, as a person has chosen to see it: layer by layer, where it all is, or by the image's size."""

from collections.abc import Mapping

import streamlit as st

from cnnviz.drawing.costs import cost_bars, cost_map, sweep_lines
from cnnviz.drawing.costs.headlines import headlines
from cnnviz.drawing.costs.hints import cost_hints
from cnnviz.drawing.costs.sweep_wording import sweep_sentences
from cnnviz.drawing.scene import Scene
from cnnviz.drawing.svg import svg
from cnnviz.drawing.theme import DARK, LIGHT
from cnnviz.formatting import bytes_text, count_text, shape_text
from cnnviz.network.costs.sweep import Sweep
from cnnviz.network.spec import Network
from cnnviz.network.summary import Summary
from cnnviz.ui.cached import sweep_of
from cnnviz.ui.choice import choice
from cnnviz.ui.drawing_view import drawing_view

_VIEWS: Mapping[str, str] = {"layers": "Each layer", "map": "Where it goes", "sweep": "By image size"}
_CAPTIONS: Mapping[str, str] = {
    "layers": "Bars of one column compare with each other; a hollow bar, where there is one, is the sum of the layers "
    "that follow it. Outputs are in float32, for one image.",
    "map": "The first layer is at the top. Bands join what a layer has of one tower to what it has of the next; the "
    "strips show single layers in the colours of their roles.",
    "sweep": "What follows from the image's size, as the first linear layer behind Flatten does, is inferred anew for "
    "each size. Dots are sizes that were measured; outputs are in float32.",
}


def cost_view(summary: Summary, network: Network | None, selected: str) -> None:
    """Show what a network costs; a click on a layer's bar or box arrives in `clicked_layer`.

    Without a network, as of a model that is not edited here, it cannot be asked about other sizes of its image.
    """
    choice_column, unfold_column = st.columns([3, 1], vertical_alignment="center")
    with choice_column:
        views = {view: words for view, words in _VIEWS.items() if network or view != "sweep"}
        view = choice("Costs", views, key="cost_view" if network else "model_cost_view")
    if network and view == "sweep":
        _sweep(sweep_of(network))
        return
    if not summary.rows:
        st.info("The first layer does not fit, so that there is nothing to measure yet.", icon=":material/info:")
        return
    if view == "layers":
        with unfold_column, st.container(horizontal_alignment="right"):
            scene = cost_bars(summary, depth=_depth(summary), selected=selected)
    else:
        scene = cost_map(summary, depth=2, selected=selected)
    _show(scene, view, " ".join(headlines(summary)), selected, cost_hints(summary))


def _depth(summary: Summary) -> int:
    """Return the number of levels, all or one, as a person has chosen."""
    deepest = 1 + max(row.depth for row in summary.rows)
    return deepest if st.toggle("Layers in blocks", key="cost_unfolded", disabled=deepest == 1) else 1


def _show(scene: Scene, view: str, words: str, selected: str, hints: Mapping[str, str]) -> None:
    theme = DARK if st.context.theme.type == "dark" else LIGHT
    drawing = svg(scene, theme=theme, background=False)
    drawing_view(drawing, label=f"{scene.title}. {words}", selected=selected, hints=hints)
    st.caption(_CAPTIONS[view])


def _sweep(sweep: Sweep) -> None:
    """Show the lines, and their numbers for those who ask."""
    _show(sweep_lines(sweep), "sweep", " ".join(sweep_sentences(sweep)), selected="", hints={})
    with st.expander("As a table"):
        working = sweep.working
        st.dataframe(
            {
                "Image": [shape_text(point.input_shape) for point in working],
                "Output": [shape_text(point.output_shape or ()) for point in working],
                "Parameters": [count_text(point.num_params) for point in working],
                "Mult-adds": [count_text(point.mult_adds) for point in working],
                "Outputs": [bytes_text(point.output_bytes) for point in working],
            },
            hide_index=True,
            key="sweep_table",
        )
