import json
import math

import pytest
import torch
from hypothesis import given
from torch.utils.flop_counter import FlopCounterMode

from cnnviz.errors import SpecError
from cnnviz.network.build import build
from cnnviz.network.costs.receptive import ReceptiveField
from cnnviz.network.layers import LAYERS, new_layer
from cnnviz.network.notation import parse_layer
from cnnviz.network.presets import preset
from cnnviz.network.spec import Layer, Network
from cnnviz.network.summary import Row, summarize
from tests.network import strategies
from tests.network.examples import network
from tests.network.refusals import error_line, read_or_refuse

SMALL = network(
    "VGGBlock(num_convs=1, out_channels=4)",
    "Flatten()",
    "Linear(out_features=10)",
    input_shape=(3, 8, 6),
)


def test_every_row_has_the_numbers_of_hand_arithmetic():
    conv = "Conv2d(out_channels=4, kernel_size=3, padding=1)"
    params, adds = 4 * 3 * 9 + 4, 4 * 3 * 9 * 8 * 6
    # Size, stride and start of what they see of 8×6 pixels.
    window, pooled = ReceptiveField((3, 3), (1, 1), (0, 0)), ReceptiveField((4, 4), (2, 2), (0.5, 0.5))
    whole = ReceptiveField((8, 6), (0, 0), (3.5, 2.5))
    block, pool = "VGGBlock(num_convs=1, out_channels=4)", "MaxPool2d(kernel_size=2, stride=2)"
    assert summarize(SMALL).rows == (
        Row("0", "VGGBlock", "block", block, 0, False, (3, 8, 6), (4, 4, 3), params, params, adds, 4 * 48, pooled, ()),
        Row(
            "0.0",
            "Conv2d",
            "convolution",
            conv,
            1,
            True,
            (3, 8, 6),
            (4, 8, 6),
            params,
            params,
            adds,
            4 * 192,
            window,
            ("",),
        ),
        Row("0.1", "ReLU", "activation", "ReLU()", 1, True, (4, 8, 6), (4, 8, 6), 0, 0, 0, 4 * 192, window, ("0.0",)),
        Row("0.2", "MaxPool2d", "pooling", pool, 1, True, (4, 8, 6), (4, 4, 3), 0, 0, 0, 4 * 48, pooled, ("0.1",)),
        Row("1", "Flatten", "reshape", "Flatten()", 0, True, (4, 4, 3), (48,), 0, 0, 0, 4 * 48, whole, ("0.2",)),
        Row(
            "2",
            "Linear",
            "linear",
            "Linear(out_features=10)",
            0,
            True,
            (48,),
            (10,),
            490,
            490,
            480,
            4 * 10,
            whole,
            ("1",),
        ),
    )


def test_totals_count_every_layer_once():
    summary = summarize(SMALL)
    assert summary.num_params == summary.num_trainable == 112 + 490
    assert summary.mult_adds == 5184 + 480
    assert summary.output_shape == (10,)
    assert summary.problem is None


def test_the_output_bytes_are_those_of_layers_and_merges_and_no_block_counts_twice():
    # 8 channels of 4 pixels out of the Conv2d, the Identity and the ReLU each, and their sum; float32 is 4 bytes.
    branches = "Residual([Sequential([Conv2d(out_channels=8, kernel_size=1), Identity()])], [ReLU()])"
    assert summarize(network(branches, input_shape=(8, 2, 2))).output_bytes == 4 * (8 * 4) * 4


def test_a_network_already_seen_is_not_measured_again():
    spec = preset("lenet")
    assert summarize(spec.model_copy(deep=True)) is summarize(spec)


def test_networks_that_differ_in_anything_are_not_taken_for_each_other():
    spec = network("MaxPool2d(kernel_size=2)")
    assert summarize(spec.replace(name="other")).name == "other"
    assert summarize(spec.replace(input_shape=(1, 6, 6))).output_shape == (1, 3, 3)
    summarize(network("MaxPool2d(kernel_size=1)"))
    with pytest.raises(SpecError, match=r"kernel_size must be .* not True"):  # in Python, True == 1
        summarize(spec.replace(layers=(Layer("MaxPool2d", {"kernel_size": True}),)))


def test_top_rows_are_the_networks_own_and_leaf_rows_those_that_compute():
    summary = summarize(SMALL)
    assert [row.path for row in summary.top_rows] == ["0", "1", "2"]
    assert [row.path for row in summary.leaf_rows] == ["0.0", "0.1", "0.2", "1", "2"]


def test_to_dict_is_what_json_holds_under_the_names_of_the_interface():
    summary = json.loads(json.dumps(summarize(SMALL).to_dict()))
    totals = ["num_params", "num_trainable", "mult_adds", "output_bytes"]
    assert list(summary) == ["name", "input_shape", "output_shape", *totals, "rows", "problem"]
    assert summary["input_shape"] == [3, 8, 6]
    assert summary["output_shape"] == [10]
    assert summary["problem"] is None
    assert {"path", "kind", "text", "input_shape", "output_shape", "num_params", "mult_adds"} <= set(summary["rows"][0])


def test_to_dict_tells_the_problem():
    broken = json.loads(json.dumps(summarize(network("Linear(out_features=10)")).to_dict()))
    assert broken["output_shape"] is None
    assert broken["rows"] == []
    assert set(broken["problem"]) == {"path", "kind", "input_shape", "reason", "text"}
    assert (broken["problem"]["path"], broken["problem"]["input_shape"]) == ("0", [1, 8, 8])


@pytest.mark.parametrize(
    "layers",
    [
        ("Conv2d(out_channels=6, kernel_size=(3, 5), stride=(2, 1), padding=1, dilation=2, bias=False)",),
        ("Conv2d(out_channels=6, kernel_size=3, groups=3)", "BatchNorm2d()", "AvgPool2d(kernel_size=2)"),
        ("Linear(in_features=12, out_features=5)", "Tanh()"),
        ("AdaptiveAvgPool2d(output_size=(2, 3))", "Flatten()", "Linear(out_features=7, bias=False)"),
    ],
)
def test_shapes_parameters_and_mult_adds_are_those_of_pytorch_run_for_real(layers):
    spec = network(*layers, input_shape=(3, 10, 12))
    summary, module, counter = summarize(spec), build(spec).eval(), FlopCounterMode(display=False)
    with counter:
        output = module(torch.rand(1, 3, 10, 12))
    assert summary.output_shape == tuple(output.shape[1:])
    assert summary.num_params == sum(p.numel() for p in module.parameters())
    assert summary.mult_adds == counter.get_total_flops() / 2


def test_the_rows_up_to_the_problem_stay():
    summary = summarize(network("ReLU()", "Flatten()", "MaxPool2d(kernel_size=2)", "Linear(out_features=10)"))
    assert [(row.path, row.output_shape) for row in summary.rows] == [("0", (1, 8, 8)), ("1", (64,))]
    assert (summary.problem.path, summary.problem.kind, summary.problem.input_shape) == ("2", "MaxPool2d", (64,))
    assert summary.output_shape is None


def test_a_problem_in_the_first_layer_leaves_no_rows():
    summary = summarize(network("Conv2d(out_channels=3, kernel_size=9)"))
    assert summary.rows == ()
    assert (summary.num_params, summary.mult_adds, summary.output_shape) == (0, 0, None)
    assert summary.problem.path == "0"


def test_a_problem_inside_a_block_keeps_the_layers_before_it():
    # 16 pixels are 8, 4, 2, 1 after four blocks, and the pool of the fifth has nothing left to halve.
    summary = summarize(preset("vgg11").replace(input_shape=(1, 16, 16)))
    assert str(summary.problem) == (
        "layer 4.4 (MaxPool2d) cannot take 512×1×1: its 2×2 window is larger than the 1×1 map that reaches it"
    )
    assert [row.output_shape for row in summary.top_rows] == [(64, 8, 8), (128, 4, 4), (256, 2, 2), (512, 1, 1), None]
    assert [row.path for row in summary.rows][-5:] == ["4", "4.0", "4.1", "4.2", "4.3"]
    block, conv = summary.rows[-5], summary.rows[-4]
    assert conv.output_shape == (512, 1, 1)
    assert block.num_params == 2 * conv.num_params == 2 * (512 * 512 * 9 + 512)
    assert block.output_bytes == 0


def test_a_size_that_overflows_is_a_problem_and_not_an_exception():
    summary = summarize(
        network(
            "Conv2d(out_channels=65536, kernel_size=1)",
            "Flatten()",
            "Linear(out_features=1000000)",
            input_shape=(65536, 8192, 8192),
        )
    )
    assert [row.output_shape for row in summary.rows] == [(65536, 8192, 8192), (2**42,)]
    assert summary.problem.path == "2"
    assert "overflow" in summary.problem.reason
    assert str(2**42) in summary.problem.reason


def test_the_largest_sizes_are_measured_without_memory():
    big = summarize(network("Conv2d(out_channels=65536, kernel_size=1)", input_shape=(65536, 8192, 8192)))
    assert big.mult_adds == 65536 * 65536 * 8192 * 8192
    assert big.rows[0].output_bytes == 4 * 65536 * 8192 * 8192


@given(strategies.networks())
def test_a_network_of_well_written_layers_raises_only_where_they_become_too_many(spec: Network):
    spec = spec.replace(width=1)
    summary = read_or_refuse(summarize, spec)
    if summary is None:
        assert error_line(summarize, spec) == "a network can have 5,000 layers, those inside its blocks included"
        return
    assert (summary.problem is None) == (len(summary.top_rows) == len(spec.layers) and summary.output_shape is not None)
    assert all(row.output_bytes == 4 * math.prod(row.output_shape) for row in summary.rows if row.output_shape)


@pytest.mark.parametrize("kind", LAYERS)
def test_the_text_of_a_row_is_read_back_as_its_layer(kind):
    row = summarize(Network(input_shape=(2, 8, 8), layers=(new_layer("Flatten"), new_layer(kind)))).rows[-1]
    assert parse_layer(row.text) == new_layer(row.kind)


def test_a_number_that_python_cannot_write_is_told_as_any_other():
    huge = Network(input_shape=(1, 8, 8), layers=(Layer("Conv2d", {"out_channels": 10**5000, "kernel_size": 1}),))
    with pytest.raises(
        SpecError, match="Conv2d: out_channels must be a whole number from 1 to 65536, not a huge number"
    ):
        summarize(huge)


@pytest.mark.parametrize(
    ("layers", "misfit"),
    [
        (["ReLU()", "MaxPool2d(kernel_size=9)", "ReLU()"], ("1", "MaxPool2d(kernel_size=9)", 0, ("0",))),
        (["Sequential([Sequential([MaxPool2d(kernel_size=9)])])"], ("0.0.0", "MaxPool2d(kernel_size=9)", 2, ("",))),
        (["Residual([ReLU()], [Tanh(), Linear(in_features=9, out_features=1)])"],
         ("0.shortcut.1", "Linear(in_features=9, out_features=1)", 1, ("0.shortcut.0",))),
        (["Flatten()", "VGGBlock(num_convs=1, out_channels=3)"],
         ("1", "VGGBlock(num_convs=1, out_channels=3)", 0, ("0",))),
    ],
)  # fmt: skip
def test_the_layer_that_does_not_fit_has_a_row_of_its_own(layers, misfit):
    summary = summarize(network(*layers))
    row = summary.misfit
    assert (row.path, row.text, row.depth, row.sources) == misfit
    assert (row.input_shape, row.output_shape) == (summary.problem.input_shape, None)
    assert row.path not in {each.path for each in summary.rows}


def test_a_container_whose_parts_do_not_go_together_is_among_the_rows():
    summary = summarize(network("Residual([Conv2d(out_channels=4, kernel_size=1)])"))
    assert summary.problem.path == summary.rows[0].path
    assert summary.misfit is None
