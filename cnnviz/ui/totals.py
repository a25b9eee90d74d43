"""A network's totals in one row of figures."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from cnnviz.formatting import bytes_text, count_text, percent_text, shape_text
from cnnviz.network.scaling import num_classes
from cnnviz.network.spec import Network
from cnnviz.network.summary import Summary
from cnnviz.ui.cached import smallest_input_of

_FLOAT32_BYTES = 4


@dataclass(frozen=True)
class _Figure:
    """A number as people read it, a note under it, and the exact number on hover."""

    label: str
    value: str
    note: str
    exact: str


def totals(network: Network, summary: Summary) -> None:
    """Show parameters, mult-adds, bytes, smallest input and output, for what fits of the network."""
    _show([*_costs(summary), _smallest_input(network), _output(summary, num_classes(network))])


def model_totals(summary: Summary) -> None:
    """Show parameters, mult-adds, bytes and output of a model that is not edited here."""
    _show([*_costs(summary), _output(summary, None)])


def _show(figures: Sequence[_Figure]) -> None:
    for column, figure in zip(st.columns(len(figures), border=True), figures, strict=True):
        with column:
            st.metric(figure.label, figure.value, figure.note, delta_color="off", delta_arrow="off", help=figure.exact)


def _costs(summary: Summary) -> list[_Figure]:
    weights_bytes = _FLOAT32_BYTES * summary.num_params
    return [
        _Figure("Parameters", count_text(summary.num_params), _linear_share(summary), f"{summary.num_params:,}"),
        _Figure(
            "Mult-adds",
            count_text(summary.mult_adds),
            f"{count_text(2 * summary.mult_adds)} FLOPs",
            f"{summary.mult_adds:,} multiplications for one image, each with an addition: two operations (FLOPs)",
        ),
        _Figure("Weights", bytes_text(weights_bytes), "float32", f"{weights_bytes:,} bytes of parameters"),
        _Figure(
            "Outputs",
            bytes_text(summary.output_bytes),
            "for one image",
            f"{summary.output_bytes:,} bytes (float32) that all layers make of one image",
        ),
    ]


def _linear_share(summary: Summary) -> str:
    linear = [row for row in summary.leaf_rows if row.role == "linear"]
    if not linear or not summary.num_params:
        return "in the layers that fit" if summary.problem else "no linear layers"
    share = sum(row.num_params for row in linear) / summary.num_params
    return f"{percent_text(share)} in {len(linear)} linear layer{'s' if len(linear) > 1 else ''}"


def _smallest_input(network: Network) -> _Figure:
    smallest = smallest_input_of(network)
    if smallest is None:
        return _Figure("Smallest input", "—", "no size works", "No height and width make the whole network work")
    exact = f"The network works from {shape_text(smallest)} pixels on, and not below"
    return _Figure("Smallest input", " × ".join(map(str, smallest)), "pixels", exact)


def _output(summary: Summary, classes: int | None) -> _Figure:
    if summary.output_shape is None:
        return _Figure("Output", "—", "see above", "The network does not fit together")
    fits = "✓ as many as classes" if summary.output_shape == (classes,) else "not a row of classes"
    note = fits if len(summary.output_shape) != 1 or classes else "values"
    return _Figure("Output", shape_text(summary.output_shape), note, "Shape of the output, without the batch")
