"""The network as files: its drawing, its text, PyTorch source and table."""

import re
from collections.abc import Callable, Mapping
from functools import partial

import streamlit as st

from cnnviz.drawing.export import Format, draw
from cnnviz.drawing.table import table_csv
from cnnviz.drawing.table_markup import table_latex, table_markdown
from cnnviz.errors import SpecError
from cnnviz.network.document import to_text
from cnnviz.network.source import to_source
from cnnviz.network.spec import Network
from cnnviz.network.summary import Summary
from cnnviz.ui.picture import shown_as

_DRAWINGS: Mapping[str, Format] = {"SVG": "svg", "PNG": "png", "LaTeX (TikZ)": "tex"}


def export_panel(network: Network, summary: Summary) -> None:
    """Show, behind a button, a download for each form of a network; each is made on the click."""
    with st.popover("Export", icon=":material/download:", help="Drawing, table, PyTorch code, YAML"):
        stem = file_stem(network.name)
        style, shown = shown_as()
        for label, format_ in _DRAWINGS.items():
            make = partial(draw, summary, style=style, format=format_, **shown)
            _button(f"Drawing as {label}", make, f"{stem}-{style}.{format_}")
        _button("Network as YAML", lambda: to_text(network), f"{stem}.yaml")
        _button("PyTorch code", lambda: _source(network), f"{stem}.py")
        _button("Table as CSV", lambda: table_csv(summary), f"{stem}.csv")
        _button("Table as Markdown", lambda: table_markdown(summary), f"{stem}.md")
        _button("Table as LaTeX", lambda: table_latex(summary), f"{stem}-table.tex")


def file_stem(name: str) -> str:
    """Return a network's name as that of a file: letters, digits and hyphens."""
    return re.sub(r"[^\w.-]+", "-", name).strip("-.") or "network"


def _button(label: str, make: Callable[[], str | bytes], file_name: str) -> None:
    st.download_button(label, make, file_name=file_name, key=f"export.{label}", on_click="ignore", width="stretch")


def _source(network: Network) -> str:
    try:
        return to_source(network)
    except SpecError as error:
        return f"# This network cannot be written as PyTorch code yet: {error}\n"
