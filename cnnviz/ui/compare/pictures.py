"""The compared networks drawn, and the curves of what their layers cost."""

from collections.abc import Sequence

import plotly.graph_objects as go
import streamlit as st

from cnnviz.drawing.cost_curves import METRICS, cost_curves
from cnnviz.drawing.gallery import gallery
from cnnviz.drawing.svg import svg
from cnnviz.drawing.theme import DARK, LIGHT
from cnnviz.drawing.wording import QUIET
from cnnviz.ui.choice import choice
from cnnviz.ui.compare.contenders import Contender, contender
from cnnviz.ui.drawing_view import drawing_view

_STYLES = {"volumes": "Volumes", "blocks": "Blocks"}
_RUNNING = {False: "By layer", True: "Running total"}
_HEIGHT = 1100  # pixels of a picture, above which it scrolls
_MOST_UNFOLDED = 30  # layers that a stack of blocks shows at once
Names = tuple[tuple[str, str], ...]  # the word and the name of each network


def pictures(contenders: Sequence[Contender]) -> None:
    """Show the networks as volumes to one scale below each other, or as stacks of blocks side by side."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        style = choice("Picture", _STYLES, key="compare.style", lasts=True)
        deepest = 1 + max((row.depth for each in contenders for row in each.summary.rows), default=0)
        unfold = st.toggle(
            "Blocks unfolded",
            value=_is_small(contenders) and style == "blocks",
            key=f"compare.unfolded.{style}.{_is_small(contenders)}",
            disabled=deepest == 1,
            persist_state="session",
        )
    picture = _picture(_names(contenders), style, deepest if unfold else 1, st.context.theme.type == "dark")
    label = f"{', '.join(each.name for each in contenders)} drawn as {style}"
    drawing_view(picture, label=label, selected="", key="compare.drawing", most_height=_HEIGHT)
    if style == "volumes":
        st.caption("All to one scale: height and width are those of the map, depth its channels, each on a log scale.")


def _is_small(contenders: Sequence[Contender]) -> bool:
    """Return whether every network can be seen at once with its blocks unfolded."""
    return all(sum(row.role not in QUIET for row in each.summary.leaf_rows) <= _MOST_UNFOLDED for each in contenders)


@st.cache_resource(max_entries=100, show_spinner=False)
def _picture(names: Names, style: str, depth: int, is_dark: bool) -> str:
    summaries = [contender(word).summary for word, _ in names]
    scene = gallery(summaries, [name for _, name in names], style=style, depth=depth)
    return svg(scene, theme=DARK if is_dark else LIGHT, background=False)


def curves(contenders: Sequence[Contender]) -> None:
    """Show what every layer costs, a curve for each network."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        titles = {name: metric.title for name, metric in METRICS.items()}
        metric = choice("What every layer costs", titles, key="compare.metric", shows_label=True, lasts=True)
        adds_up = METRICS[metric].adds_up
        running = choice("Counted", _RUNNING, key="compare.running", shows_label=True, disabled=not adds_up, lasts=True)
    figure = _curves(_names(contenders), metric, running)
    st.plotly_chart(figure, key="compare.curves", config={"displayModeBar": False})


@st.cache_resource(max_entries=100, show_spinner=False)
def _curves(names: Names, metric: str, running: bool) -> go.Figure:
    summaries = [contender(word).summary for word, _ in names]
    return cost_curves(summaries, [name for _, name in names], metric, running=running)


def _names(contenders: Sequence[Contender]) -> Names:
    return tuple((each.word, each.name) for each in contenders)
