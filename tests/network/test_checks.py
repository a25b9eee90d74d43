"""What arrives does not fit: the sentence that a person reads, and PyTorch refusing the same on the CPU."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from cnnviz.network import checks
from cnnviz.network.layers import LAYERS, new_layer
from cnnviz.network.notation import layer_text
from cnnviz.network.spec import Layer, Network
from cnnviz.network.summary import summarize
from tests.network.examples import network

MISFITS = [
    (
        "Conv2d(out_channels=3, kernel_size=11)",
        (1, 5, 5),
        "its 11×11 window is larger than the 5×5 map that reaches it",
    ),
    ("Conv2d(out_channels=3, kernel_size=(3, 9))", (1, 5, 5), "its 3×9 window is larger than the 5×5 map"),
    ("MaxPool2d(kernel_size=2)", (1, 1, 8), "its 2×2 window is larger than the 1×8 map that reaches it"),
    (
        "Conv2d(out_channels=3, kernel_size=3, padding=1, dilation=4)",
        (1, 5, 5),
        "its 9×9 window (3×3 at dilation 4×4) is larger than the 5×5 map that reaches it (with its padding 7×7)",
    ),
    ("Conv2d(out_channels=4, kernel_size=1, groups=2)", (3, 5, 5), "its 3 input channels cannot be split into 2"),
    ("Conv2d(out_channels=3, kernel_size=1, groups=2)", (4, 5, 5), "its 3 output channels cannot be split into 2"),
    ("Conv2d(in_channels=3, out_channels=1, kernel_size=1)", (4, 5, 5), "in_channels is 3, but its input has 4"),
    ("BatchNorm2d(num_features=3)", (4, 5, 5), "num_features is 3, but its input has 4"),
    ("Linear(in_features=6, out_features=1)", (4, 5, 5), "in_features is 6, but its input has 5"),
    (
        "Linear(out_features=10)",
        (4, 5, 6),
        "it needs a row of values, but a 4×5×6 map reaches it; put Flatten before it",
    ),
    ("MaxPool2d(kernel_size=3, padding=2)", (4, 5, 5), "a pool's padding can be at most half its window: 2×2 > 3×3"),
    ("AvgPool2d(kernel_size=(4, 2), padding=(2, 2))", (4, 5, 5), "a pool's padding can be at most half its window"),
]


@pytest.mark.parametrize(("text", "input_shape", "reason"), MISFITS)
def test_a_layer_that_does_not_fit_is_told_in_words_and_numbers(text, input_shape, reason):
    problem = summarize(network(text, input_shape=input_shape)).problem
    assert (problem.path, problem.kind, problem.input_shape) == ("0", text.partition("(")[0], input_shape)
    assert problem.reason.startswith(reason)


@pytest.mark.parametrize("kind", [kind for kind, entry in LAYERS.items() if checks.takes_a_map in entry.checks])
def test_a_layer_that_needs_a_map_does_not_take_a_row(kind):
    flat = network("Flatten()", layer_text(new_layer(kind)), input_shape=(4, 5, 6))
    problem = summarize(flat).problem
    assert (problem.path, problem.kind, problem.input_shape) == ("1", kind, (120,))
    assert "it needs a feature map" in problem.reason
    assert "a row of 120 values reaches it" in problem.reason


def test_a_linear_layer_acts_on_the_last_dimension_of_a_map_where_that_is_asked_for():
    row = summarize(network("Linear(in_features=6, out_features=3)", input_shape=(4, 5, 6))).rows[0]
    assert (row.output_shape, row.num_params, row.mult_adds) == ((4, 5, 3), 6 * 3 + 3, 4 * 5 * 6 * 3)


# Whatever the parameters, ours says "does not fit" exactly when PyTorch refuses


def sides(low: int, high: int) -> st.SearchStrategy:
    return st.integers(low, high) | st.tuples(st.integers(low, high), st.integers(low, high))


POOL = {
    "kernel_size": sides(1, 7),
    "stride": st.none() | sides(1, 4),
    "padding": sides(0, 4),
    "ceil_mode": st.booleans(),
}
SMALL = {
    "Conv2d": {
        "in_channels": st.none() | st.integers(1, 4),
        "out_channels": st.integers(1, 6),
        "kernel_size": sides(1, 7),
        "stride": sides(1, 4),
        "padding": sides(0, 4),
        "dilation": sides(1, 3),
        "groups": st.integers(1, 3),
        "bias": st.booleans(),
    },
    "MaxPool2d": POOL,
    "AvgPool2d": {**POOL, "count_include_pad": st.booleans()},
    "AdaptiveAvgPool2d": {"output_size": sides(1, 7)},
}
MAPS = st.tuples(st.integers(1, 4), st.integers(1, 9), st.integers(1, 9))


def eager_shape(kind: str, params: dict, input_shape: tuple[int, ...]) -> tuple[int, ...] | None:
    """Return what PyTorch's own layer makes of a real image on the CPU, or None when it raises."""
    if kind == "Conv2d":
        params = {**params, "in_channels": params["in_channels"] or input_shape[0]}
    try:
        return tuple(getattr(nn, kind)(**params)(torch.zeros(1, *input_shape)).shape[1:])
    except (RuntimeError, ValueError):
        return None


@pytest.mark.parametrize("kind", SMALL)
@settings(max_examples=300)
@given(st.data())
def test_a_layer_fits_exactly_when_pytorch_runs_it(kind, data):
    params, input_shape = data.draw(st.fixed_dictionaries(SMALL[kind])), data.draw(MAPS)
    summary = summarize(Network(input_shape=input_shape, layers=(Layer(kind, params),)))
    assert summary.output_shape == eager_shape(kind, params, input_shape)
    assert (summary.problem is None) == (len(summary.rows) == 1)


@pytest.mark.parametrize("kind", ["MaxPool2d", "AvgPool2d"])
@pytest.mark.parametrize(("size", "output_shape"), [(1, None), (2, (1, 1, 1)), (3, (1, 1, 1)), (4, (1, 2, 2))])
def test_a_pool_that_rounds_up_may_reach_over_the_edge_as_in_pytorch(kind, size, output_shape):
    params = {"kernel_size": 3, "stride": 2, "padding": 0, "ceil_mode": True}
    assert eager_shape(kind, params, (1, size, size)) == output_shape
    summary = summarize(Network(input_shape=(1, size, size), layers=(Layer(kind, params),)))
    assert summary.output_shape == output_shape
