"""Summaries and drawings, cached by a network's canonical text: an edit that comes back costs nothing."""

from dataclasses import dataclass

import streamlit as st

from cnnviz.drawing.styles import STYLES, Look
from cnnviz.drawing.svg import svg
from cnnviz.drawing.theme import DARK, LIGHT
from cnnviz.drawing.window import window
from cnnviz.network.comparison import Comparison, compare
from cnnviz.network.costs.smallest import smallest_input
from cnnviz.network.costs.sweep import Sweep, resolution_sweep
from cnnviz.network.diagnosis import Diagnosis, diagnose
from cnnviz.network.document import parse, to_text
from cnnviz.network.explanation import Explanation, explain
from cnnviz.network.explanation.explaining import node_at
from cnnviz.network.infer import infer_shapes
from cnnviz.network.notation import parse_shape
from cnnviz.network.spec import Network
from cnnviz.network.summary import Summary, summarize
from cnnviz.training import store


def summary_of(network: Network) -> Summary:
    """Return the summary of a network."""
    return _summary(to_text(network))


@st.cache_resource(max_entries=50, show_spinner="Measuring the model…")
def torchvision_summary_of(name: str, input_shape: str) -> Summary:
    """Return the summary of one of torchvision's models on an input shape's text, or on its usual input.

    Raises SpecError when there is no such model or the shape cannot be read.
    """
    from cnnviz.network.torchvision_models import torchvision_summary

    return torchvision_summary(name, parse_shape(input_shape) if input_shape else None)


def smallest_input_of(network: Network) -> tuple[int, int] | None:
    """Return the smallest height and width that a network takes, or None where none works."""
    return _smallest_input(to_text(network))


@st.cache_data(max_entries=500, show_spinner=False)
def _smallest_input(text: str) -> tuple[int, int] | None:
    return smallest_input(parse(text))


def sweep_of(network: Network) -> Sweep:
    """Return what a network costs on smaller and larger images."""
    return _sweep(to_text(network))


@st.cache_resource(max_entries=200, show_spinner=False)
def _sweep(text: str) -> Sweep:
    return resolution_sweep(parse(text))


def drawing_of(network: Network, style: str, look: Look, *, is_dark: bool) -> str:
    """Return a drawing of a network as SVG without a background of its own; `style` is a name in `STYLES`."""
    return _drawing(to_text(network), style, look, is_dark)


@st.cache_resource(max_entries=500, show_spinner=False)
def _drawing(text: str, style: str, look: Look, is_dark: bool) -> str:
    return _drawn(_summary(text), style, look, is_dark)


@st.cache_resource(max_entries=100, show_spinner=False)
def drawing_of_model(name: str, input_shape: str, style: str, look: Look, is_dark: bool) -> str:
    """Return a drawing of one of torchvision's models, as SVG."""
    return _drawn(torchvision_summary_of(name, input_shape), style, look, is_dark)


def _drawn(summary: Summary, style: str, look: Look, is_dark: bool) -> str:
    return svg(STYLES[style](summary, look), theme=DARK if is_dark else LIGHT, background=False)


def comparison_of(before: Network, after: Network) -> Comparison:
    """Return how two networks differ."""
    return _comparison(to_text(before), to_text(after))


@st.cache_resource(max_entries=200, show_spinner=False)
def _comparison(before: str, after: str) -> Comparison:
    return compare(parse(before), parse(after))


def diagnosis_of(network: Network) -> Diagnosis:
    """Return what is wrong with a network and what would help, and what is worth knowing of it."""
    return _diagnosis(to_text(network))


@st.cache_resource(max_entries=200, show_spinner=False)
def _diagnosis(text: str) -> Diagnosis:
    return diagnose(parse(text))


def explanation_of(network: Network, path: str) -> Explanation:
    """Return what the layer at a path does and where its numbers come from.

    Raises SpecError when there is no such layer.
    """
    return _explanation(to_text(network), path)


@st.cache_resource(max_entries=1000, show_spinner=False)
def _explanation(text: str, path: str) -> Explanation:
    return explain(parse(text), path)


@dataclass(frozen=True)
class Drawing:
    """A drawing as SVG without a background of its own, and what it shows in words."""

    svg: str
    title: str


def window_drawing_of(network: Network, path: str, *, is_dark: bool) -> Drawing | None:
    """Return the drawing of a layer's window on its map, or None for one that has none or does not fit."""
    return _window_drawing(to_text(network), path, is_dark)


@st.cache_resource(max_entries=500, show_spinner=False)
def _window_drawing(text: str, path: str, is_dark: bool) -> Drawing | None:
    node = node_at(infer_shapes(parse(text)), path)
    scene = window(node) if node else None
    if scene is None:
        return None
    return Drawing(svg(scene, theme=DARK if is_dark else LIGHT, background=False), scene.title)


@st.cache_resource(max_entries=500, show_spinner=False)
def _summary(text: str) -> Summary:
    return summarize(parse(text))


@st.cache_resource(show_spinner=False)
def open_store() -> store.Store:
    """Return the run store.

    Raises StoreError when it cannot be opened.
    """
    return store.open_store()
