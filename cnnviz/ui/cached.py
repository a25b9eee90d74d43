"""Summaries and figures, cached by a network's canonical text: an edit that comes back costs nothing."""

import plotly.graph_objects as go
import streamlit as st

from cnnviz.drawing.charts import cost_chart
from cnnviz.network.document import parse, to_text
from cnnviz.network.spec import Network
from cnnviz.network.summary import Summary, summarize
from cnnviz.training import store


def summary_of(network: Network) -> Summary:
    """Return the summary of a network."""
    return _summary(to_text(network))


def cost_chart_of(network: Network) -> go.Figure:
    """Return the chart of a network's parameters and mult-adds."""
    return _cost_chart(to_text(network))


@st.cache_resource(max_entries=500, show_spinner=False)
def _summary(text: str) -> Summary:
    return summarize(parse(text))


@st.cache_resource(max_entries=200, show_spinner=False)
def _cost_chart(text: str) -> go.Figure:
    return cost_chart(_summary(text))


@st.cache_resource(show_spinner=False)
def open_store() -> store.Store:
    """Return the run store.

    Raises StoreError when it cannot be opened.
    """
    return store.open_store()
