"""Every layer with its exact numbers, to read and to download."""

import streamlit as st

from cnnviz.drawing.table import table_csv
from cnnviz.formatting import shape_text
from cnnviz.network.summary import Summary


def layer_table(summary: Summary) -> None:
    """Show the full table, each block before its layers, with a download as CSV."""
    title, download = st.columns([4, 1], vertical_alignment="bottom")
    title.markdown("**Every layer**")
    with download, st.container(horizontal_alignment="right"):
        st.download_button(
            "Table as CSV",
            lambda: table_csv(summary),
            file_name=f"{summary.name}.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
        )
    columns = {
        "Path": [row.path for row in summary.rows],
        "Layer": [" " * row.depth + row.text for row in summary.rows],
        "Input shape": [shape_text(row.input_shape) for row in summary.rows],
        "Output shape": [shape_text(row.output_shape or ()) or "does not fit" for row in summary.rows],
        "Parameters": [row.num_params for row in summary.rows],
        "Mult-adds": [row.mult_adds for row in summary.rows],
        "Output bytes": [row.output_bytes for row in summary.rows],
    }
    number = st.column_config.NumberColumn(format="localized")
    st.dataframe(
        columns,
        hide_index=True,
        key="layer_table",
        height="content",
        column_config={"Parameters": number, "Mult-adds": number, "Output bytes": number},
    )
