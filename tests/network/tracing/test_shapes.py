"""Every formula against PyTorch itself, run for real with random arguments, fitting ones and others."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from cnnviz.network.torchvision_models import torchvision_summary
from cnnviz.network.tracing import operations
from cnnviz.network.tracing.operations import _run
from cnnviz.network.tracing.shapes import _FORMULAS, _IN_PLACE, computed

few = st.integers(1, 6)
maps = st.tuples(st.integers(1, 2), few, st.integers(1, 9), st.integers(1, 9))
shapes = st.lists(few, min_size=1, max_size=4)


def pairs(low: int, high: int) -> st.SearchStrategy[list[int]]:
    return st.lists(st.integers(low, high), min_size=2, max_size=2)


def tensors(shapes: st.SearchStrategy) -> st.SearchStrategy[Tensor]:
    return shapes.map(torch.ones)


def near(*sizes: int) -> st.SearchStrategy[Tensor | None]:
    """Draw nothing, a tensor of these sizes, which fit, or seldom one of others."""
    fitting = st.sampled_from([None, torch.ones(sizes), torch.ones(sizes)])
    return st.integers(0, 9).flatmap(lambda number: fitting if number else tensors(shapes))


def some(draw: st.DrawFn, *rest: st.SearchStrategy) -> list:
    """Draw the first few of arguments that can be left out."""
    return [draw(each) for each in rest[: draw(st.integers(0, len(rest)))]]


@st.composite
def conv2d(draw: st.DrawFn) -> tuple:
    x, groups = draw(tensors(maps)), draw(st.sampled_from([1, 1, 2, 3]))
    depth = draw(st.sampled_from([max(1, x.shape[1] // groups)] * 4 + [1, 2]))
    filters = draw(st.integers(1, 3)) * groups + draw(st.sampled_from([0, 0, 0, 1]))
    weight, from_1 = torch.ones(filters, depth, *draw(pairs(1, 4))), pairs(1, 3) | pairs(0, 3)
    settings = some(draw, near(filters), from_1, pairs(0, 3) | pairs(-1, 3), from_1)
    return x, weight, *settings, *([groups] if len(settings) == 4 else [])


@st.composite
def max_pool2d(draw: st.DrawFn) -> tuple:
    stride = pairs(0, 4) | pairs(1, 4) | st.just([])
    settings = some(draw, stride, pairs(-1, 2) | pairs(0, 2), pairs(0, 2) | pairs(1, 2), st.booleans())
    return draw(tensors(maps)), draw(pairs(0, 5) | pairs(1, 5)), *settings


@st.composite
def avg_pool2d(draw: st.DrawFn) -> tuple:
    stride = pairs(0, 4) | pairs(1, 4) | st.just([])
    divisor = st.none() | st.integers(0, 3)
    settings = some(draw, stride, pairs(-1, 2) | pairs(0, 2), st.booleans(), st.booleans(), divisor)
    return draw(tensors(maps)), draw(pairs(0, 5) | pairs(1, 5)), *settings


@st.composite
def batch_norm(draw: st.DrawFn) -> tuple:
    x = draw(tensors(shapes))
    vectors = [draw(near(x.shape[min(1, x.dim() - 1)])) for _ in range(4)]
    return x, *vectors, draw(st.booleans()), 0.1, 1e-5, False


@st.composite
def layer_norm(draw: st.DrawFn) -> tuple:
    x = draw(tensors(shapes))
    shape = x.shape[draw(st.integers(0, x.dim())) :] if draw(st.integers(0, 9)) else draw(shapes)
    return x, list(shape), draw(near(*shape)), draw(near(*shape)), 1e-5, False


@st.composite
def linear(draw: st.DrawFn) -> tuple:
    x = draw(tensors(shapes))
    weight = torch.ones(draw(few), x.shape[-1]) if draw(st.integers(0, 9)) else draw(tensors(shapes))
    return x, weight, *some(draw, near(weight.shape[0]))


@st.composite
def cat(draw: st.DrawFn) -> tuple:
    shape, dim = draw(shapes), draw(st.integers(-5, 4))
    parts = [list(shape) for _ in range(draw(st.integers(1, 4)))]
    for part in parts:
        if -len(shape) <= dim < len(shape):
            part[dim] = draw(few)
        if draw(st.integers(0, 9)) == 0:
            part[-1] = draw(few)
    return [torch.ones(part) for part in parts], *([dim] if draw(st.booleans()) else [])


@st.composite
def of_two(draw: st.DrawFn) -> tuple:
    x = draw(tensors(shapes))
    return x, draw(st.sampled_from([torch.ones(x.shape), torch.ones(x.shape).double(), 2, 0.5, x]) | tensors(shapes))


ARGUMENTS = {
    "adaptive_avg_pool2d": st.tuples(tensors(maps | shapes), pairs(0, 4)),
    "avg_pool2d": avg_pool2d(),
    "batch_norm": batch_norm(),
    "cat": cat(),
    "conv2d": conv2d(),
    "elementwise": st.tuples(tensors(shapes)),
    "layer_norm": layer_norm(),
    "linear": linear(),
    "max_pool2d": max_pool2d(),
    "of two": of_two(),
}
OPERATIONS: dict[str, list] = {name: [] for name in ARGUMENTS}
for each in _FORMULAS:
    name = each._schema.name.removeprefix("aten::").rstrip("_")
    group = "of two" if name in ("add", "div", "mul", "sub") else name if name in ARGUMENTS else "elementwise"
    OPERATIONS[group].append(each)
UNUSUAL = (
    lambda x: x.double(),
    lambda x: x[..., :0],
    lambda x: x.transpose(0, -1),
    lambda x: x.to(memory_format=torch.channels_last) if x.dim() == 4 else x,
    lambda x: torch.ones(1).expand(x.shape),
)


def metadata(tensor: Tensor) -> tuple:
    return tensor.shape, tensor.stride(), tensor.dtype


@pytest.mark.parametrize("group", OPERATIONS)
@given(data=st.data())
def test_a_formula_says_what_pytorch_does_or_nothing(group, data):
    operation = data.draw(st.sampled_from(OPERATIONS[group]))
    first, *rest = data.draw(ARGUMENTS[group])
    if data.draw(st.integers(0, 5)) == 0:
        change = data.draw(st.sampled_from(UNUSUAL))
        first = [change(first[0]), *first[1:]] if isinstance(first, list) else change(first)
    found = computed(operation, (first, *rest))
    try:
        output = operation(first, *rest)
    except (RuntimeError, IndexError, ValueError):
        assert found is None
        return
    if found is not None:
        with FlopCounterMode(display=False) as counter:
            operation(first, *rest)
        assert (metadata(found[0]), found[1]) == (metadata(output), counter.get_total_flops() / 2)
        assert found[0] is first if operation in _IN_PLACE else found[0].is_meta


def test_networks_leave_little_to_pytorch(monkeypatch):
    asked = set()

    def noted(operation, args, kwargs):
        asked.add(operation._schema.name)
        return _run(operation, args, kwargs)

    monkeypatch.setattr(operations, "_run", noted)
    for name in ("resnet18", "googlenet", "densenet121", "squeezenet1_1"):
        torchvision_summary(name, (3, 64, 64))
    assert asked == {"aten::dropout", "aten::flatten"}
