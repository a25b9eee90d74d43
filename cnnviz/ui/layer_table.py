"""Every layer with its exact numbers, to read and to download."""

from collections.abc import Sequence

import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from cnnviz.drawing.table import missing_shape, table_csv
from cnnviz.formatting import shape_text
from cnnviz.network.summary import Row, Summary
from cnnviz.ui.export_panel import file_stem

_MOST_ROWS = 40  # of which all are on show; longer tables scroll
_HEIGHT = 1000  # pixels


def layer_table(summary: Summary) -> None:
    """Show the full table, each block before its layers, with a download as CSV."""
    title, download = st.columns([4, 1], vertical_alignment="bottom")
    title.markdown("**Every layer**")
    with download, st.container(horizontal_alignment="right"):
        st.download_button(
            "Table as CSV",
            lambda: table_csv(summary),
            file_name=f"{file_stem(summary.name)}.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
        )
    paths = [row.path for row in summary.rows]
    layers = ["\N{EM SPACE}" * row.depth + row.text for row in summary.rows]
    columns = {
        "Path": paths,
        "Layer": layers,
        "Input shape": [shape_text(row.input_shape) for row in summary.rows],
        "Output shape": [_output_text(row, summary) for row in summary.rows],
        "Parameters": [row.num_params for row in summary.rows],
        "Mult-adds": [row.mult_adds for row in summary.rows],
        "Output bytes": [row.output_bytes for row in summary.rows],
    }
    if any(row.receptive_field for row in summary.rows):
        columns["Receptive field"] = [_field_text(row) for row in summary.rows]
    number = st.column_config.NumberColumn(format="localized")
    st.dataframe(
        columns,
        hide_index=True,
        key="layer_table",
        height="content" if len(summary.rows) <= _MOST_ROWS else _HEIGHT,
        column_config={
            "Path": _wide_enough(paths, most=260),
            "Layer": _wide_enough(layers, most=370),
            **dict.fromkeys(("Parameters", "Mult-adds", "Output bytes"), number),
        },
    )


def _wide_enough(texts: Sequence[str], *, most: int) -> ColumnConfig:
    """Return a column that shows the longest text, up to a width in pixels."""
    return st.column_config.TextColumn(width=min(most, 24 + 7 * max(map(len, texts), default=0)))


def _field_text(row: Row) -> str:
    return shape_text(row.receptive_field.size) if row.receptive_field else ""


def _output_text(row: Row, summary: Summary) -> str:
    return missing_shape(summary) if row.output_shape is None else shape_text(row.output_shape)
