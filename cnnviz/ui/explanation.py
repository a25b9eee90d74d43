"""Why the selected layer has its numbers: what it does, its window, its formulas, its share of the network."""

from collections.abc import Iterator

import streamlit as st

from cnnviz.formatting import capitalized
from cnnviz.network.explanation import Explanation, Formula
from cnnviz.network.spec import Network
from cnnviz.ui.cached import explanation_of, window_drawing_of

_LINE_BREAK = "  \n"
_NUMBERS_WIDTH = 420  # pixels, or less where the column is narrower


def explanation_panel(network: Network, path: str) -> None:
    """Explain the layer at a row's path, in a column of 300 pixels or more.

    Raises SpecError when there is no such layer.
    """
    explanation = explanation_of(network, path)
    with st.container(border=True):
        st.markdown(f"**Why these numbers**\n\n{' '.join(explanation.what)}")
        with st.container(horizontal=True, gap="medium"):  # beside each other where there is room
            if drawing := window_drawing_of(network, path, is_dark=st.context.theme.type == "dark"):
                st.image(drawing.svg, alt=drawing.title)
            if numbers := "\n\n".join(_numbers(explanation)):  # in one element, which is quicker than many
                st.markdown(numbers, width=_NUMBERS_WIDTH)


def _numbers(explanation: Explanation) -> Iterator[str]:
    yield from map(_formula, explanation.formulas)
    if explanation.shares:
        yield _LINE_BREAK.join(f":small[{capitalized(share.text)}]" for share in explanation.shares)
    yield from (f":small[:gray[{note}]]" for note in explanation.notes)


def _formula(formula: Formula) -> str:
    """Return a formula between its name and what comes of it; inline, since KaTeX breaks no displayed line."""
    name = f"**{formula.name}**" + (f" :small[:gray[{formula.rule}]]" if formula.rule else "")
    result = f":small[{capitalized(formula.result)}]" if formula.result else ""
    return _LINE_BREAK.join(filter(None, [name, rf"$\displaystyle {formula.latex}$", result]))
