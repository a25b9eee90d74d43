"""What is known of a module that nobody here wrote: one row a layer and operation, and totals."""

import math
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from cnnviz.errors import SpecError, shorten
from cnnviz.formatting import count_text
from cnnviz.network.infer import Problem
from cnnviz.network.spec import Shape
from cnnviz.network.summary import Row, Summary
from cnnviz.network.tracing.calls import Call, num_values
from cnnviz.network.tracing.operations import MetaOperations, RealOperations
from cnnviz.network.tracing.replica import Prepare, copied_with_data, copied_without_data, in_place, unwrapped
from cnnviz.network.tracing.tracer import Tracer

_MOST_DIMENSIONS = 5
_MOST_VALUES = 2**40  # of an input
_MOST_REAL_VALUES = 2**22  # of an input with data: three channels of 1,182 × 1,182 pixels
_MOST_REAL_PARAMS = 250_000_000  # of a copy with data: 1 GB


def summarize_module(
    module: nn.Module, input_shape: Shape, *, name: str | None = None, dtype: torch.dtype | None = None
) -> Summary:
    """Measure every layer of a module, and every operation between them, as it is when it does not train.

    `input_shape` is that of one example, such as (3, 224, 224), and the module is given a batch of one. `dtype` is the
    input's: that of the parameters when left out; tokens need `torch.long`. The module is neither run nor changed: a
    copy of its structure without its hooks runs on PyTorch's meta device, where nothing is allocated. Only where that
    fails, because the module looks at values or does not take the input, a copy with data runs on the CPU.

    Rows are the modules in the order they ran, and the operations of those that hold others: "layer1.0.add". What runs
    again is shown again, as "layer1.0.relu#2". A parameter is counted once, where it is first used, and what holds
    parameters but never ran comes last. A shape is the first tensor's, without the batch where that is its first
    dimension. Mult-adds are those of `torch.utils.flop_counter`, which leaves out element-wise operations.

    A module that does not take this input is no error: the summary holds the rows up to the problem.
    Raises SpecError for what is no module or no shape, and for a module that looks at values and is too large to run.
    """
    _check(module, input_shape)
    return _summary(unwrapped(module), input_shape, name, dtype, copied_without_data)


def summarize_own_module(module: nn.Module, input_shape: Shape, *, name: str) -> Summary:
    """Measure a module that nobody else holds, and spend it: as `summarize_module` does, without a copy."""
    _check(module, input_shape)
    return _summary(module, input_shape, name, None, in_place)


def _summary(
    module: nn.Module, input_shape: Shape, name: str | None, dtype: torch.dtype | None, prepared: Prepare
) -> Summary:
    name = name or type(module).__name__
    with torch.random.fork_rng(devices=()):
        tracer = _traced(module, (1, *input_shape), dtype or _dtype(module), prepared)
    rows = tuple(_row(call, depth) for call, depth in tracer.root.walk())
    return Summary(name, tuple(input_shape), tracer.root.output_shape, rows, _problem(tracer))


def _traced(module: nn.Module, shape: Shape, dtype: torch.dtype, prepared: Prepare) -> Tracer:
    """Return the run of a module without data, or with data where that fails."""
    tracer = _tracer(module, prepared, MetaOperations())
    tracer.run(torch.empty(shape, dtype=dtype, device="meta"))
    if isinstance(tracer.error, SpecError):
        raise tracer.error
    if tracer.error and _can_run(module, shape):
        tracer = _tracer(module, copied_with_data, RealOperations())
        with _attention_in_steps():
            tracer.run(_example(shape, dtype))
    elif "meta" in str(tracer.error).lower():
        raise SpecError(
            f"{type(module).__name__} looks at values and not only at sizes, so it must be run to be measured, which "
            f"is done where a module has data and at most {count_text(_MOST_REAL_PARAMS)} parameters, and for at most "
            f"{count_text(_MOST_REAL_VALUES)} values of input"
        )
    return tracer


def _tracer(module: nn.Module, prepared: Prepare, operations: MetaOperations) -> Tracer:
    try:
        return Tracer(module, prepared, operations)
    except RecursionError as error:
        raise SpecError(f"{type(module).__name__} is nested too deeply to be copied") from error


def _check(module: object, input_shape: object) -> None:
    if not isinstance(module, nn.Module):
        raise SpecError(f"a module of torch.nn is needed, not {shorten(module)}; networks of cnnviz go to summarize")
    if (
        not isinstance(input_shape, tuple | list)
        or not 1 <= len(input_shape) <= _MOST_DIMENSIONS
        or not all(type(size) is int and size >= 1 for size in input_shape)
        or math.prod(input_shape) > _MOST_VALUES
    ):
        raise SpecError(
            f"input shape {shorten(input_shape)} must be 1 to {_MOST_DIMENSIONS} whole numbers from 1, without the "
            f"batch, such as (3, 224, 224), for at most {count_text(_MOST_VALUES)} values"
        )


def _dtype(module: nn.Module) -> torch.dtype:
    return next((param.dtype for param in module.parameters() if param.is_floating_point()), torch.float32)


def _can_run(module: nn.Module, shape: Shape) -> bool:
    """Return whether a copy of a module with data is of a moderate size, and whether there is data."""
    held = [*module.parameters(), *module.buffers()]
    total = sum(num_values(tensor) for tensor in held)
    return (
        total <= _MOST_REAL_PARAMS
        and math.prod(shape) <= _MOST_REAL_VALUES
        and not any(tensor.is_meta for tensor in held)
    )


def _example(shape: Shape, dtype: torch.dtype) -> Tensor:
    """Return an input with data: noise from 0 to 1, or zeros where it is of whole numbers."""
    noise = torch.rand(shape, generator=torch.Generator().manual_seed(0))
    return noise.to(dtype) if dtype.is_floating_point else torch.zeros(shape, dtype=dtype)


@contextmanager
def _attention_in_steps() -> Iterator[None]:
    """Keep PyTorch from running attention as one operation, whose mult-adds it does not know."""
    before = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        yield
    finally:
        torch.backends.mha.set_fastpath_enabled(before)


def _row(call: Call, depth: int) -> Row:
    return Row(
        path=call.path,
        kind=call.label.kind,
        role=call.label.role,
        text=call.label.text,
        depth=depth,
        is_leaf=call.has_ended and not call.inner,
        input_shape=call.input_shape,
        output_shape=call.output_shape,
        num_params=call.num_params,
        num_trainable=call.num_trainable,
        mult_adds=call.mult_adds,
        output_bytes=4 * call.output_values,
        sources=call.sources,
    )


def _problem(tracer: Tracer) -> Problem | None:
    if tracer.failed is None or tracer.error is None:
        return None
    lines = str(tracer.error).splitlines() or [""]
    says = "PyTorch says" if isinstance(tracer.error, RuntimeError) else f"it raises {type(tracer.error).__name__}"
    return Problem(tracer.failed.path, tracer.failed.label.kind, tracer.failed.input_shape, f"{says}: {lines[0]}")
