"""What layers cost in several networks, as curves on one Plotly chart without a theme of its own."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

import plotly.graph_objects as go

from cnnviz.formatting import bytes_text, count_text, shape_text
from cnnviz.network.summary import Row, Summary

LOOKS = (
    ("#0072b2", "solid", "circle"),
    ("#d55e00", "dash", "square"),
    ("#009e73", "dot", "diamond"),
    ("#cc79a7", "dashdot", "x"),
)
"""Colour (Okabe and Ito 2008), line and marker of the first to the fourth network."""


@dataclass(frozen=True)
class Metric:
    """A number of every layer, 0 where it has none, and how it is written; `adds_up` where its sums mean something."""

    title: str
    of: Callable[[Row], int]
    text: Callable[[float], str]
    adds_up: bool = True


METRICS: Mapping[str, Metric] = {
    "num_params": Metric("Parameters", lambda row: row.num_params, count_text),
    "mult_adds": Metric("Mult-adds", lambda row: row.mult_adds, count_text),
    "output_bytes": Metric("Output bytes", lambda row: row.output_bytes, bytes_text),
    "receptive_field": Metric(
        "Receptive field",
        lambda row: max(row.receptive_field.size) if row.receptive_field else 0,
        "{:,.0f} px".format,
        False,
    ),
}


def cost_curves(summaries: Sequence[Summary], names: Sequence[str], metric: str, *, running: bool = False) -> go.Figure:
    """Return a curve for each network over its layers in the order they run.

    Each layer's own number stands on a logarithmic axis, without layers that have none; `running` adds them up instead,
    as a share of the network's whole, which shows where in it they are.
    """
    chosen = METRICS[metric]
    running = running and chosen.adds_up
    figure = go.Figure(
        [
            _curve(summary, name, chosen, LOOKS[index % len(LOOKS)], running)
            for index, (summary, name) in enumerate(zip(summaries, names, strict=True))
        ]
    )
    axis = {"tickformat": ".0%", "range": [-0.03, 1.05]} if running else {"type": "log", "dtick": 1, "tickformat": "~s"}
    figure.update_layout(
        height=330,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        legend={"orientation": "h", "x": 0, "xanchor": "left", "y": 1.02, "yanchor": "bottom"},
        xaxis={"title": "layer, in the order they run", "rangemode": "tozero", "fixedrange": True},
        yaxis={
            "title": f"share of all {chosen.title.lower()}" if running else chosen.title.lower(),
            "fixedrange": True,
            **axis,
        },
    )
    return figure


def _curve(summary: Summary, name: str, metric: Metric, look: tuple[str, str, str], running: bool) -> go.Scatter:
    rows = summary.leaf_rows
    values = [metric.of(row) for row in rows]
    whole = sum(values) or 1
    sums = [value / whole for value in accumulate(values)]
    shown = [index for index, value in enumerate(values) if value or running]
    colour, dash, symbol = look
    return go.Scatter(
        name=name,
        x=[index + 1 for index in shown],
        y=[sums[index] if running else values[index] for index in shown],
        customdata=[_hover(rows[index], metric.text(values[index]), sums[index]) for index in shown],
        mode="lines+markers",
        line={"color": colour, "dash": dash, "width": 2, "shape": "hv" if running else "linear"},
        marker={"symbol": symbol, "size": [(7 if len(shown) <= 60 else 4) if values[index] else 0 for index in shown]},
        hovertemplate=f"<b>{name}</b> %{{customdata[0]}}<br>%{{customdata[1]}}<br>{metric.title} %{{customdata[2]}}"
        f"{', %{customdata[3]} up to here' if metric.adds_up else ''}<extra></extra>",
    )


def _hover(row: Row, text: str, up_to_here: float) -> list[str]:
    return [row.text, shape_text(row.output_shape or ()), text, f"{up_to_here:.1%}"]
