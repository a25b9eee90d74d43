"""Modules that do unusual things or fail, and that none of them is changed."""

import copy
import gc
import warnings
from functools import partial

import pytest
import torch
from torch import Tensor, nn

from cnnviz.errors import SpecError
from cnnviz.network.module_summary import summarize_module
from tests.network.people import Functional, LooksAtValues, by_path, total_params

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


def test_a_run_leaves_no_copy_behind_that_would_wait_for_the_garbage_collector():
    module = nn.Sequential(Functional())
    gc.collect()
    gc.disable()
    try:
        summarize_module(module, (3, 8, 8))
        assert [each for each in gc.get_objects() if type(each) is Functional] == [module[0]]
    finally:
        gc.enable()


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
