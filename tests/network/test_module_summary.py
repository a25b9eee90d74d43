import copy
import math
import warnings
from dataclasses import dataclass
from functools import partial

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from cnnviz.errors import SpecError
from cnnviz.network.build import build
from cnnviz.network.module_summary import summarize_module
from cnnviz.network.presets import PRESETS, preset
from cnnviz.network.summary import Row, Summary, summarize


class Functional(nn.Module):
    """A network as people write it: layers for the weights, functions for the rest."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 3, padding=1)
        self.conv2 = nn.Conv2d(8, 8, 3, padding=1, bias=False)
        self.fc = nn.Linear(16, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = torch.cat([x, x + self.conv2(x)], dim=1)
        return self.fc(F.adaptive_avg_pool2d(x, 1).flatten(1))


def by_path(summary: Summary) -> dict[str, Row]:
    return {row.path: row for row in summary.rows}


def total_params(module: nn.Module) -> int:
    return sum(param.numel() for param in module.parameters())


def mult_adds(module: nn.Module, x: Tensor) -> float:
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        module(x)
    return counter.get_total_flops() / 2


def test_every_row_has_the_numbers_of_hand_arithmetic():
    pool, mean = "max_pool2d(kernel_size=2)", "adaptive_avg_pool2d(output_size=1)"
    conv1, conv2 = "Conv2d(out_channels=8, kernel_size=3, padding=1", 8 * 8 * 9
    assert summarize_module(Functional(), (3, 8, 8)).rows == (
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


# What must not change


class Stateful(nn.Module):
    """A module that keeps things, as people's modules do."""

    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(3)
        self.drop = nn.Dropout(0.5)
        self.register_buffer("runs", torch.zeros((), dtype=torch.long))
        self.constant = torch.ones(1)
        self.kept: list[Tensor] = []
        self.stats = {"calls": [0]}
        self.calls = 0
        self.act = self.activate

    def activate(self, x: Tensor) -> Tensor:
        self.calls += 1
        return x.relu()

    def forward(self, x: Tensor) -> Tensor:
        self.runs += 1
        self.constant += 1
        self.stats["calls"].append(1)
        self.kept.append(x)
        return self.act(self.drop(self.norm(x))) + torch.rand(1) + self.constant


@pytest.mark.parametrize("shape", [(3, 4, 4), (5, 4, 4)], ids=["that works", "that fails"])
def test_the_module_is_left_as_it_was_also_by_a_run(shape):
    module = nn.Sequential(Stateful(), nn.Conv2d(3, 2, 1)).train()
    module[1].eval()
    module[1].weight.grad = torch.ones_like(module[1].weight)
    seen = []
    module[0].register_forward_hook(lambda *_: seen.append("hook"))
    module[0].norm.register_forward_pre_hook(lambda *_: seen.append("pre-hook"))
    tensors = {name: (id(tensor), tensor.clone()) for name, tensor in module.state_dict(keep_vars=True).items()}
    hooks = [dict(inner._forward_hooks) for inner in module.modules()]
    flags = [inner.training for inner in module.modules()]
    names = [list(vars(inner)) for inner in module.modules()]
    random_state = torch.get_rng_state()

    summary = summarize_module(module, shape)

    assert (summary.problem is None) == (shape == (3, 4, 4))
    assert seen == []
    for name, tensor in module.state_dict(keep_vars=True).items():
        assert id(tensor) == tensors[name][0]
        assert torch.equal(tensor, tensors[name][1])
        assert tensor.device.type == "cpu"
    assert hooks == [dict(inner._forward_hooks) for inner in module.modules()]
    assert flags == [inner.training for inner in module.modules()]
    assert names == [list(vars(inner)) for inner in module.modules()]
    first = module[0]
    assert (first.kept, first.stats, first.calls, first.constant.item()) == ([], {"calls": [0]}, 0, 1)
    assert first.act.__self__ is first
    assert torch.equal(module[1].weight.grad, torch.ones_like(module[1].weight))
    assert torch.equal(torch.get_rng_state(), random_state)
    assert torch.is_grad_enabled()
    assert not torch.is_inference_mode_enabled()
    assert first(torch.rand(1, 3, 4, 4)).requires_grad  # and it still trains


def test_a_module_that_was_run_for_real_is_left_as_it_was():
    module = nn.Sequential(Stateful(), LooksAtValues()).train()
    state = copy.deepcopy(module.state_dict())
    random_state = torch.get_rng_state()
    assert summarize_module(module, (3, 4, 4)).problem is None
    assert all(torch.equal(tensor, state[name]) for name, tensor in module.state_dict().items())
    assert torch.equal(torch.get_rng_state(), random_state)
    assert (module[0].kept, module[0].calls, module.training) == ([], 0, True)


def test_dropout_and_normalisation_run_as_in_evaluation():
    class Training(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return x.flatten() if self.training else x

    assert summarize_module(nn.Sequential(Training()).train(), (3, 4)).output_shape == (3, 4)


def test_a_lazy_module_stays_lazy():
    module = nn.Sequential(nn.LazyConv2d(8, 3), nn.LazyBatchNorm2d(), nn.Flatten(), nn.LazyLinear(5))
    summary = summarize_module(module, (3, 8, 8))
    assert [(row.kind, row.num_params) for row in summary.rows] == [
        *(("Conv2d", 224), ("BatchNorm2d", 16), ("Flatten", 0), ("Linear", 8 * 36 * 5 + 5)),
    ]
    assert module[0].has_uninitialized_params()
    assert [type(inner).__name__ for inner in module] == ["LazyConv2d", "LazyBatchNorm2d", "Flatten", "LazyLinear"]
    assert module(torch.rand(2, 1, 8, 8)).shape == (2, 5)  # one channel and not three: nothing had been decided


# Modules that do unusual things


class LooksAtValues(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.attention = nn.MultiheadAttention(4, 2, batch_first=True)
        self.proj = nn.Linear(3, 4)

    def forward(self, x: Tensor) -> Tensor:
        x = self.proj(x.flatten(2).transpose(1, 2))
        if x.sum().item() > 1e9:
            x = -x
        return self.attention(x, x, x, need_weights=False)[0]


def test_a_module_that_looks_at_values_is_run_for_real():
    module = nn.Sequential(LooksAtValues())
    summary = summarize_module(module, (3, 4, 4))
    rows = by_path(summary)
    assert summary.output_shape == (16, 4)
    assert summary.num_params == total_params(module)
    # Projections of 3 to 4, 4 to 12 and 4 to 4 values at 16 positions; two products of 16 × 16 × 2 in two heads.
    assert summary.mult_adds == 16 * (3 * 4 + 4 * 12 + 4 * 4) + 2 * 2 * 16 * 16 * 2
    assert rows["0.attention.scaled_dot_product_attention"].mult_adds == 2 * 2 * 16 * 16 * 2


def test_one_that_looks_at_values_and_has_none_is_refused():
    with pytest.raises(SpecError, match="LooksAtValues looks at values and not only at sizes"):
        summarize_module(LooksAtValues().to("meta"), (3, 4, 4))


def test_one_that_looks_at_values_and_is_too_large_to_run_is_refused(monkeypatch):
    monkeypatch.setattr("cnnviz.network.module_summary._MOST_REAL_PARAMS", 10)
    with pytest.raises(SpecError, match=r"at most 10 parameters"):
        summarize_module(LooksAtValues(), (3, 4, 4))


def test_constants_and_devices_in_a_forward_are_no_obstacle():
    class Positions(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embed = nn.Linear(4, 4)
            self.offset = [torch.ones(4)]
            self.device = "cpu"

        def forward(self, x: Tensor) -> Tensor:
            steps = torch.linspace(0, 1, 3).tolist()
            mask = torch.zeros(4, device=self.device)
            mask[1:3] = 1
            return self.embed(x.to(self.device).cpu() * mask + torch.arange(4)) + self.offset[0] * len(steps)

    summary = summarize_module(Positions().to("meta"), (4,))  # on meta it cannot have been run for real
    assert summary.problem is None
    assert (summary.output_shape, summary.num_params) == ((4,), 20)


def test_weights_that_are_computed_from_others():
    norm = torch.nn.utils.parametrizations.weight_norm(nn.Conv2d(3, 8, 3))
    summary = summarize_module(nn.Sequential(norm), (3, 8, 8))
    assert summary.num_params == total_params(norm) == 8 + 8 * 27 + 8
    assert (summary.rows[0].role, summary.rows[0].output_shape) == ("convolution", (8, 6, 6))
    assert by_path(summary)["0.conv2d"].mult_adds == 8 * 27 * 36


def wrapped_by_compile(module: nn.Module) -> nn.Module:
    return torch.compile(module)


def compiled_in_place(module: nn.Module) -> nn.Module:
    module.compile()
    return module


@pytest.mark.parametrize(
    "wrap", [wrapped_by_compile, compiled_in_place, nn.DataParallel, torch.fx.symbolic_trace, copy.deepcopy]
)
def test_a_wrapped_module_has_the_rows_of_the_one_inside(wrap):
    module = Functional()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        summary = summarize_module(wrap(module), (3, 8, 8))
    assert summary.rows == summarize_module(module, (3, 8, 8)).rows


def test_a_forward_that_holds_the_module_itself_is_followed_or_refused():
    module = Functional()
    module.forward = partial(Functional.forward, module)
    assert summarize_module(module, (3, 8, 8)).num_params == total_params(module)
    forward = module.forward
    module.forward = lambda x: forward(x)
    with pytest.raises(SpecError, match="runs outside of its copy"):
        summarize_module(module, (3, 8, 8))


def test_torchscript_is_refused():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        script = torch.jit.script(nn.Sequential(nn.ReLU()))
    with pytest.raises(SpecError, match="TorchScript"):
        summarize_module(script, (3,))


class Nested(nn.Module):
    def __init__(self, depth: int) -> None:
        super().__init__()
        self.inner = Nested(depth - 1) if depth else nn.Linear(4, 4)

    def forward(self, x: Tensor) -> Tensor:
        return self.inner(x)


def test_deep_nesting_is_measured_and_endless_nesting_refused():
    assert summarize_module(Nested(50), (4,)).rows[-1].depth == 50
    with pytest.raises(SpecError, match="nested too deeply"):
        summarize_module(Nested(400), (4,))


# Modules that fail


def test_a_layer_that_does_not_take_its_input_is_the_problem_and_the_rows_before_it_stay():
    module = nn.Sequential(nn.Conv2d(3, 8, 3), nn.Flatten(), nn.Sequential(nn.ReLU(), nn.Linear(5, 2)), nn.ReLU())
    summary = summarize_module(module, (3, 8, 8))
    assert [(row.path, row.output_shape) for row in summary.rows] == [
        *(("0", (8, 6, 6)), ("1", (288,)), ("2", None), ("2.0", (288,))),
    ]
    assert (summary.num_params, summary.output_shape) == (224, None)
    with pytest.raises(RuntimeError) as refusal:
        module(torch.rand(1, 3, 8, 8))
    assert str(summary.problem) == f"layer 2.1 (Linear) cannot take 288: PyTorch says: {refusal.value}"


def test_an_operation_that_fails_is_named():
    class Unequal(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.a, self.b = nn.Conv2d(3, 4, 3), nn.Conv2d(3, 4, 5)

        def forward(self, x: Tensor) -> Tensor:
            return self.a(x) + self.b(x)

    problem = summarize_module(nn.Sequential(nn.ReLU(), Unequal()), (3, 8, 8)).problem
    assert (problem.path, problem.kind, problem.input_shape) == ("1.add", "add", (4, 6, 6))
    assert "must match the size" in problem.reason


def test_a_failure_of_the_modules_own_code_is_the_modules():
    class Picky(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            raise KeyError("metadata\nmissing")

    problem = summarize_module(nn.Sequential(Picky()), (3,)).problem
    assert (problem.path, problem.kind, problem.input_shape) == ("0", "Picky", (3,))
    assert problem.reason.startswith("it raises KeyError: ")
    assert "\n" not in problem.reason


def test_a_forward_of_two_inputs_is_the_modules_problem():
    problem = summarize_module(nn.Bilinear(2, 2, 2), (2,)).problem
    assert str(problem).startswith("Bilinear cannot take 2: it raises TypeError: ")


def test_a_failure_that_the_module_catches_is_none():
    class Trying(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.strict, self.loose = nn.Linear(9, 2), nn.Linear(4, 2)

        def forward(self, x: Tensor) -> Tensor:
            try:
                return self.strict(x)
            except RuntimeError:
                return self.loose(x)

    summary = summarize_module(Trying(), (4,))
    assert (summary.problem, summary.output_shape) == (None, (2,))
    assert [(row.path, row.text, row.num_params) for row in summary.rows] == [
        ("loose", "Linear(out_features=2)", 10),
        ("strict", "Linear(out_features=2), never used", 20),
    ]


@pytest.mark.parametrize(
    ("module", "shape"),
    [
        (nn.ConvTranspose2d(3, 4, 3, stride=2, output_padding=2), (3, 8, 8)),
        (nn.Softmax(dim=4), (3, 8, 8)),
        (nn.Upsample(scale_factor=0.01), (3, 8, 8)),
        (nn.BatchNorm2d(4), (3, 8, 8)),
        (nn.LayerNorm(5), (3, 8, 8)),
        (nn.PReLU(5), (3, 8, 8)),
        (nn.ReflectionPad2d(9), (3, 8, 8)),
        (nn.PixelShuffle(2), (3, 8, 8)),
        (nn.AvgPool2d(3, padding=2), (3, 8, 8)),
        (nn.ConvTranspose2d(3, 4, 1, padding=5), (3, 8, 8)),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, nn.Module) else "",
)
def test_what_a_cpu_refuses_is_refused_though_there_is_no_data(module, shape):
    module = nn.Sequential(module).eval()
    with pytest.raises((RuntimeError, IndexError)) as refusal:
        module(torch.rand(1, *shape))
    for device in ("cpu", "meta"):
        problem = summarize_module(module.to(device), shape).problem
        assert problem.path == "0"
        assert str(refusal.value).splitlines()[0] in problem.reason


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
