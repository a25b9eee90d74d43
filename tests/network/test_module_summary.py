import copy
import math
from dataclasses import dataclass, replace

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from cnnviz.errors import SpecError
from cnnviz.network.build import build
from cnnviz.network.module_summary import summarize_module
from cnnviz.network.presets import PRESETS, preset
from cnnviz.network.summary import Row, summarize
from tests.network.people import Functional, by_path, total_params


def mult_adds(module: nn.Module, x: Tensor) -> float:
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        module(x)
    return counter.get_total_flops() / 2


def test_every_row_has_the_numbers_of_hand_arithmetic():
    pool, mean = "max_pool2d(kernel_size=2)", "adaptive_avg_pool2d(output_size=1)"
    conv1, conv2 = "Conv2d(out_channels=8, kernel_size=3, padding=1", 8 * 8 * 9
    summary = summarize_module(Functional(), (3, 8, 8))
    assert [row.sources for row in summary.rows[:6]] == [
        ("",),
        ("conv1",),
        ("relu",),
        ("max_pool2d",),
        ("max_pool2d", "conv2"),
        ("max_pool2d", "add"),
    ]
    assert tuple(replace(row, sources=()) for row in summary.rows) == (
        row("conv1", "Conv2d", "convolution", f"{conv1})", (3, 8, 8), (8, 8, 8), 224, 8 * 27 * 64),
        row("relu", "relu", "activation", "relu()", (8, 8, 8), (8, 8, 8)),
        row("max_pool2d", "max_pool2d", "pooling", pool, (8, 8, 8), (8, 4, 4)),
        row("conv2", "Conv2d", "convolution", f"{conv1}, bias=False)", (8, 4, 4), (8, 4, 4), conv2, conv2 * 16),
        row("add", "add", "merge", "add()", (8, 4, 4), (8, 4, 4)),
        row("cat", "cat", "merge", "cat(dim=1)", (8, 4, 4), (16, 4, 4)),
        row("adaptive_avg_pool2d", "adaptive_avg_pool2d", "pooling", mean, (16, 4, 4), (16, 1, 1)),
        row("flatten", "flatten", "reshape", "flatten(start_dim=1)", (16, 1, 1), (16,)),
        row("fc", "Linear", "linear", "Linear(out_features=10)", (16,), (10,), 170, 160),
    )


def row(path, kind, role, text, input_shape, output_shape, params=0, mult_adds=0) -> Row:
    numel = math.prod(output_shape)
    return Row(path, kind, role, text, 0, True, input_shape, output_shape, params, params, mult_adds, 4 * numel)


def test_totals_and_output_are_those_of_pytorch_run_for_real():
    module, x = Functional().eval(), torch.rand(1, 3, 8, 8)
    summary = summarize_module(module, (3, 8, 8))
    assert summary.name == "Functional"
    assert summary.input_shape == (3, 8, 8)
    assert summary.output_shape == tuple(module(x).shape[1:])
    assert summary.num_params == total_params(module)
    assert summary.mult_adds == mult_adds(module, x)
    assert summary.problem is None


def test_a_block_is_the_sum_of_what_ran_in_it_and_its_operations_stand_in_it():
    module = nn.Sequential(nn.ReLU(), Functional())
    summary = summarize_module(module, (3, 8, 8))
    block = by_path(summary)["1"]
    inner = [row for row in summary.rows if row.depth == 1]
    assert (block.kind, block.role, block.is_leaf) == ("Functional", "block", False)
    assert [row.path for row in inner][:3] == ["1.conv1", "1.relu", "1.max_pool2d"]
    assert block.num_params == sum(row.num_params for row in inner) == total_params(module)
    assert block.mult_adds == sum(row.mult_adds for row in inner) == summary.mult_adds
    assert [row.path for row in summary.top_rows] == ["0", "1"]


@pytest.mark.parametrize("name", PRESETS)
def test_a_built_network_has_the_rows_that_its_text_has(name):
    spec = preset(name)
    wanted = summarize(spec)
    summary = summarize_module(build(spec, device="meta"), spec.input_shape)
    found = by_path(summary)
    for leaf in wanted.leaf_rows:
        other = found[leaf.path]
        assert (other.kind, other.role, other.input_shape, other.output_shape) == (
            *(leaf.kind, leaf.role, leaf.input_shape, leaf.output_shape),
        )
        assert (other.num_params, other.mult_adds) == (leaf.num_params, leaf.mult_adds)
    assert (summary.num_params, summary.mult_adds) == (wanted.num_params, wanted.mult_adds)
    assert summary.output_shape == wanted.output_shape


# Parameters: shared, frozen, raw, unused


class Shared(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(4, 4)
        self.tied = nn.Linear(4, 4)
        self.tied.weight = self.first.weight
        self.act = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        return self.act(self.first(self.act(self.first(x)))) + self.tied(x)


def test_what_runs_twice_is_shown_twice_and_its_parameters_are_counted_once():
    module = Shared()
    summary = summarize_module(module, (4,))
    assert [(row.path, row.num_params, row.mult_adds) for row in summary.rows] == [
        ("first", 20, 16),
        ("act", 0, 0),
        ("first#2", 0, 16),
        ("act#2", 0, 0),
        ("tied", 4, 16),  # its weight is that of `first`
        ("add", 0, 0),
    ]
    assert summary.num_params == total_params(module) == 24


def test_frozen_parameters_are_not_trainable():
    module = nn.Sequential(nn.Conv2d(1, 2, 3), nn.Flatten(), nn.Linear(2, 3))
    module[0].requires_grad_(False)
    module[2].bias.requires_grad_(False)
    summary = summarize_module(module, (1, 3, 3))
    assert [row.num_params for row in summary.rows] == [20, 0, 9]
    assert [row.num_trainable for row in summary.rows] == [0, 0, 6]
    assert (summary.num_params, summary.num_trainable) == (29, 6)


class Raw(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(2, 1, 1))
        self.weight = nn.Parameter(torch.ones(2, 2, 1, 1))
        self.unused = nn.Parameter(torch.ones(5))
        self.heads = nn.ModuleList([nn.Linear(2, 2), nn.Linear(2, 3)])
        self.aux = nn.Sequential(nn.Linear(7, 7), nn.ReLU())

    def forward(self, x: Tensor) -> Tensor:
        return self.heads[1](F.conv2d(x * self.scale, self.weight).mean((2, 3)))


def test_parameters_outside_of_layers_are_counted_where_they_are_used_and_unused_ones_last():
    summary = summarize_module(Raw(), (2, 4, 4))
    assert [(row.path, row.text, row.num_params) for row in summary.rows] == [
        ("mul", "mul(scale)", 2),
        ("conv2d", "conv2d(weight)", 4),
        ("mean", "mean(dim=(2, 3))", 0),
        ("heads.1", "Linear(out_features=3)", 9),
        ("unused", "Parameter(5), never used", 5),
        ("heads.0", "Linear(out_features=2), never used", 6),
        ("aux", "Sequential(), never used", 56),
    ]
    assert by_path(summary)["conv2d"].mult_adds == 2 * 2 * 16
    assert summary.num_params == total_params(Raw())
    assert summary.output_shape == (3,)


def test_a_layer_whose_weight_another_uses_is_no_unused_one():
    class Borrowing(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embed, self.relu = nn.Linear(4, 4, bias=False), nn.ReLU()

        def forward(self, x: Tensor) -> Tensor:
            return F.linear(self.relu(x), self.embed.weight)

    rows = by_path(summarize_module(Borrowing(), (4,)))
    assert list(rows) == ["relu", "linear"]
    assert (rows["linear"].text, rows["linear"].num_params) == ("linear(embed.weight)", 16)


# Shapes


class Output(dict):
    """What libraries return: a dict with more to it."""


@dataclass
class Record:
    score: Tensor
    count: int = 0


@pytest.mark.parametrize(
    "wrap",
    [lambda x: (x, None), lambda x: [x], lambda x: {"out": x, "aux": x}, lambda x: Output(out=x), Record, lambda x: x],
)
def test_of_several_outputs_the_first_ones_shape_is_told(wrap):
    class Wrapping(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(3, 4, 3)

        def forward(self, x: Tensor):
            return wrap(self.conv(x))

    summary = summarize_module(nn.Sequential(Wrapping()), (3, 8, 8))
    assert summary.rows[0].output_shape == summary.output_shape == (4, 6, 6)


def test_a_module_that_gives_no_tensor_has_no_output_shape():
    class Silent(nn.Module):
        def forward(self, x: Tensor) -> None:
            pass

    summary = summarize_module(Silent(), (3,))
    assert (summary.output_shape, summary.problem) == (None, None)


def test_recurrent_layers_and_their_mult_adds():
    module, x = nn.Sequential(nn.LSTM(8, 4, num_layers=2, batch_first=True)), torch.rand(1, 5, 8, device="meta")
    summary = summarize_module(module, (5, 8))
    assert summary.rows[0].output_shape == (5, 4)
    assert summary.rows[0].output_bytes == 4 * (5 * 4 + 2 * 4 + 2 * 4)  # all tensors: the output, and both last states
    assert summary.num_params == total_params(module)
    assert summary.mult_adds == mult_adds(copy.deepcopy(module).to("meta"), x)


def test_only_a_batch_is_left_out_of_a_shape():
    class Windows(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.norm = nn.LayerNorm(3)

        def forward(self, x: Tensor) -> Tensor:
            windows = self.norm(x.unfold(2, 4, 4).permute(0, 2, 3, 4, 1).reshape(-1, 4, 3))
            return windows.reshape(x.shape[0], -1)

    rows = by_path(summarize_module(Windows(), (3, 8, 4)))
    assert rows["reshape"].output_shape == rows["norm"].output_shape == (8, 4, 3)  # eight windows, not eight images
    assert rows["reshape#2"].output_shape == (96,)


def test_tokens_need_their_type():
    module = nn.Sequential(nn.Embedding(10, 6), nn.Linear(6, 2))
    assert summarize_module(module, (5,), dtype=torch.long).output_shape == (5, 2)
    problem = summarize_module(module, (5,)).problem
    assert (problem.path, problem.kind) == ("0", "Embedding")
    assert "Long" in problem.reason


def test_a_module_in_half_precision_gets_such_an_input():
    assert summarize_module(nn.Sequential(nn.Linear(4, 2)).to(torch.bfloat16), (4,)).output_shape == (2,)


# What is asked for


@pytest.mark.parametrize("module", [None, "resnet50", nn.Linear, preset("lenet")])
def test_what_is_no_module_is_told(module):
    with pytest.raises(SpecError, match=r"a module of torch\.nn is needed"):
        summarize_module(module, (3, 8, 8))


@pytest.mark.parametrize("shape", [(), (0, 8, 8), (3, -1, 8), (3, 8.0, 8), (True,), "3", None, 8, (1,) * 6, (2**41,)])
def test_an_impossible_shape_is_told(shape):
    with pytest.raises(SpecError, match="must be 1 to 5 whole numbers from 1"):
        summarize_module(nn.ReLU(), shape)


def test_a_name_can_be_given():
    assert summarize_module(nn.ReLU(), (3,), name="mine").name == "mine"


def test_a_huge_module_takes_no_memory():
    with torch.device("meta"):
        module = nn.Sequential(nn.Flatten(), nn.Linear(3 * 10_000 * 10_000, 100_000))
    summary = summarize_module(module, (3, 10_000, 10_000))
    assert summary.mult_adds == 3 * 10_000 * 10_000 * 100_000
