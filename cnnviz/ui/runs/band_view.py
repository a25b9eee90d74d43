"""Where a run's result lies among the published ones, as a small picture and a sentence."""

import streamlit as st

from cnnviz.drawing.band import Measure, band
from cnnviz.drawing.svg import svg
from cnnviz.drawing.theme import DARK, LIGHT
from cnnviz.training.band import Spread, Standing, standing, standing_text
from cnnviz.training.records import Run
from cnnviz.ui.wording import plain


def band_view(run: Run) -> None:
    """Show where a finished run stands; nothing for a network of which the book publishes no results."""
    if not (found := standing(run)):
        return
    text = standing_text(found)
    theme = DARK if st.context.theme.type == "dark" else LIGHT
    st.markdown("**Beside the book**")
    picture, words = st.columns([2, 3], vertical_alignment="center")
    with picture:
        st.image(svg(band(_measures(found), title=text), theme=theme, background=False), alt=text)
    with words:
        st.markdown(plain(text))
        st.caption(
            "The band goes from the 5th to the 95th percentile of the results that many builds of Dive into Deep "
            f"Learning have published, the line is their median. They trained {found.published.examples_per_s:,} "
            "examples/s on a V100."
        )


def _measures(found: Standing) -> tuple[Measure, ...]:
    measures = [_measure("Test accuracy", found.test_acc, found.published.test_acc)]
    if found.loss is not None:
        measures.append(_measure("Train loss", found.loss, found.published.loss))
    return tuple(measures)


def _measure(title: str, value: float, spread: Spread) -> Measure:
    return Measure(title, value, spread.median, spread.low, spread.high)
