"""Charts of what layers cost, as Plotly figures without a theme of their own."""

from collections.abc import Callable, Sequence

import plotly.graph_objects as go

from cnnviz.drawing.colours import ROLE_COLOURS
from cnnviz.formatting import percent_text, shape_text
from cnnviz.network.summary import Row, Summary

_MOST_LABELS = 40  # bars that can carry a label each


def cost_chart(summary: Summary) -> go.Figure:
    """Return each layer's share of the network's parameters and mult-adds; layers without either are left out."""
    rows = [row for row in summary.top_rows if row.num_params or row.mult_adds]
    figure = go.Figure(
        [
            _bars(rows, "Parameters", lambda row: row.num_params, pattern=""),
            _bars(rows, "Mult-adds", lambda row: row.mult_adds, pattern="/"),
        ]
    )
    figure.update_layout(
        height=270,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        barmode="group",
        bargap=0.35 if len(rows) > 5 else 0.7,
        bargroupgap=0.06,
        legend={"orientation": "h", "x": 1, "xanchor": "right", "y": 1.02, "yanchor": "bottom"},
        yaxis={"title": "share of the network", "tickformat": ".0%", "rangemode": "tozero", "fixedrange": True},
        xaxis={
            "tickangle": 0 if len(rows) <= 14 else -45,
            "showticklabels": len(rows) <= _MOST_LABELS,
            "type": "category",
        },
    )
    return figure


def _bars(rows: Sequence[Row], name: str, count: Callable[[Row], int], *, pattern: str) -> go.Bar:
    counts = [count(row) for row in rows]
    total = sum(counts) or 1
    shares = [value / total for value in counts]
    return go.Bar(
        name=name,
        x=[f"{row.path} {row.kind}<br>{shape_text(row.output_shape or ())}" for row in rows],
        y=shares,
        customdata=[[row.text, f"{value:,}"] for row, value in zip(rows, counts, strict=True)],
        text=[percent_text(share) for share in shares] if len(rows) <= _MOST_LABELS else None,
        textposition="outside",
        cliponaxis=False,
        marker={
            "color": [ROLE_COLOURS[row.role] for row in rows],
            "line": {"width": 0},
            "pattern": {"shape": pattern, "fillmode": "overlay", "fgcolor": "rgba(255,255,255,0.55)", "size": 6},
        },
        hovertemplate=f"%{{customdata[0]}}<br>{name} %{{customdata[1]}} (%{{y:.1%}})<extra></extra>",
    )
