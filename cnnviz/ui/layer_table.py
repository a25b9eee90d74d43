"""Every layer with its exact numbers, to read and to download."""

import streamlit as st

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
    columns = {
        "Path": [row.path for row in summary.rows],
        "Layer": [" " * row.depth + row.text for row in summary.rows],
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
        column_config={"Parameters": number, "Mult-adds": number, "Output bytes": number},
    )


def _field_text(row: Row) -> str:
    return shape_text(row.receptive_field.size) if row.receptive_field else ""


def _output_text(row: Row, summary: Summary) -> str:
    return missing_shape(summary) if row.output_shape is None else shape_text(row.output_shape)
