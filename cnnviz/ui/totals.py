"""The network's totals in one row, and its problem in words."""

import streamlit as st

from cnnviz.formatting import bytes_text, capitalized, count_text, percent_text, shape_text
from cnnviz.network.scaling import num_classes
from cnnviz.network.spec import Network
from cnnviz.network.summary import Summary

_FLOAT32_BYTES = 4


def totals(network: Network, summary: Summary) -> None:
    """Show parameters, mult-adds, bytes and output, for what fits of the network."""
    outputs_bytes = sum(row.output_bytes for row in summary.leaf_rows)
    figures = [
        ("Parameters", count_text(summary.num_params), f"{summary.num_params:,}", _linear_share(summary)),
        ("Mult-adds per image", count_text(summary.mult_adds), f"{summary.mult_adds:,}", "conv and linear"),
        (
            "Weights",
            bytes_text(_FLOAT32_BYTES * summary.num_params),
            f"{_FLOAT32_BYTES * summary.num_params:,} bytes",
            "float32",
        ),
        ("Outputs per image", bytes_text(outputs_bytes), f"{outputs_bytes:,} bytes", "of all layers, float32"),
        ("Output", *_output(network, summary)),
    ]
    for column, (label, value, exact, note) in zip(st.columns(len(figures), border=True), figures, strict=True):
        with column:
            st.metric(label, value, note, delta_color="off", delta_arrow="off", help=exact)


def problem_card(summary: Summary) -> None:
    """Show which layer does not fit and why, if there is one."""
    if problem := summary.problem:
        st.error(
            f"**Layer {problem.path} · {problem.kind} does not fit.** {capitalized(problem.reason)}. "
            f"Its input is {shape_text(problem.input_shape)}. Change it, or a layer before it.",
            icon=":material/error:",
        )


def _linear_share(summary: Summary) -> str:
    linear = [row for row in summary.leaf_rows if row.role == "linear"]
    if not linear or not summary.num_params:
        return "no linear layers"
    share = sum(row.num_params for row in linear) / summary.num_params
    return f"{percent_text(share)} in {len(linear)} linear layer{'s' if len(linear) > 1 else ''}"


def _output(network: Network, summary: Summary) -> tuple[str, str, str]:
    if summary.output_shape is None:
        return "—", "The network does not fit together", "see above"
    text, classes = shape_text(summary.output_shape), num_classes(network)
    fits = summary.output_shape == (classes,)
    return text, "Shape of the output, without the batch", "✓ as many as classes" if fits else "not a row of classes"
