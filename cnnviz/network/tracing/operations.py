"""Single operations of PyTorch: what one returns, and how many mult-adds it takes.

Kernels of the meta device are written in Python and take up to a millisecond, and networks repeat themselves: an
operation that has no formula in `shapes` is run once for the same sizes, and answered from memory after that.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import is_dataclass
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_map_only
from torch.utils.flop_counter import flop_registry

from cnnviz.network.tracing.replica import meta_tensor
from cnnviz.network.tracing.shapes import computed

Args = tuple[Any, ...]
Kwargs = Mapping[str, Any]
Answer = Callable[[list[Tensor]], Any]

_MOST_ZEROS = 2**26  # 256 MB


class MetaOperations:
    """Runs operations on tensors of the meta device, which have sizes and no data."""

    def __init__(self) -> None:
        self._known: dict[Any, tuple[Answer, int]] = {}

    def run(self, operation: Any, args: Args, kwargs: Kwargs, inputs: list[Tensor]) -> tuple[Any, int]:
        """Return an operation's result and its mult-adds, given its arguments and the tensors in them.

        Operations on tensors of the CPU alone run there, so that constants keep their values. Where one meets a tensor
        without data, only its sizes count, and what is moved to another device stays without data.
        """
        on_meta = [tensor.is_meta for tensor in inputs]
        if not any(on_meta):
            return operation(*args, **kwargs), 0
        if not kwargs and (sure := computed(operation, args)) is not None:
            return sure
        key = operation, _key(args), _key(kwargs)
        if key not in self._known:
            if not all(on_meta) or any(isinstance(value, torch.device) for value in (*args, *kwargs.values())):
                args, kwargs = tree_map_only((Tensor, torch.device), _on_meta, (args, kwargs))
            sizes = [tensor.shape for tensor in inputs]
            try:
                output, mult_adds = _run(operation, args, kwargs)
            except Exception:
                _try_on_cpu(operation, args, kwargs)
                raise
            if _is_doubtful(operation, args, kwargs, output):
                _try_on_cpu(operation, args, kwargs)
            if sizes != [tensor.shape for tensor in inputs]:
                return output, mult_adds  # it changed an input in place
            self._known[key] = _answer(output, tensors((args, kwargs))), mult_adds
        answer, mult_adds = self._known[key]
        return answer(inputs), mult_adds


class RealOperations(MetaOperations):
    """Runs operations on tensors of the CPU, for modules that look at values."""

    def run(self, operation: Any, args: Args, kwargs: Kwargs, inputs: list[Tensor]) -> tuple[Any, int]:
        """Return an operation's result and its mult-adds, given its arguments and the tensors in them."""
        meta_args, meta_kwargs = tree_map_only(Tensor, meta_tensor, (args, kwargs))
        output = operation(*args, **kwargs)
        if not inputs:
            return output, 0
        try:
            return output, super().run(operation, meta_args, meta_kwargs, tensors((meta_args, meta_kwargs)))[1]
        except (NotImplementedError, RuntimeError):  # sizes that follow from values; no multiplication does that
            return output, 0


def arguments(operation: Any, args: Args, kwargs: Kwargs) -> dict[str, Any]:
    """Return an operation's arguments by name, those left out at their default."""
    known = operation._schema.arguments
    given = {argument.name: value for argument, value in zip(known, args, strict=False)}
    return {argument.name: argument.default_value for argument in known} | given | dict(kwargs)


def tensors(value: Any) -> list[Tensor]:
    """Return the tensors in a value, those in lists, tuples, dicts and dataclasses included, in order."""
    found: list[Tensor] = []
    _collect((value,), found)
    return found


_WITHOUT_TENSORS = frozenset((bool, int, float, str, type(None)))


def _collect(values: Iterable[Any], found: list[Tensor]) -> None:
    for value in values:
        if type(value) in _WITHOUT_TENSORS:
            continue
        if isinstance(value, Tensor):
            found.append(value)
        elif isinstance(value, (list, tuple)):
            _collect(value, found)
        elif isinstance(value, dict):
            _collect(value.values(), found)
        elif is_dataclass(value):
            _collect(vars(value).values(), found)


class _Counter(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Counts FLOPs as `torch.utils.flop_counter.FlopCounterMode` does, two for a mult-add, without its global hooks."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.flops = 0

    def __torch_dispatch__(self, operation: Any, types: Any, args: Args = (), kwargs: Kwargs | None = None) -> Any:
        kwargs = kwargs or {}
        formula = flop_registry.get(operation._overloadpacket)
        if formula is None:
            with self:
                output = operation.decompose(*args, **kwargs)
            if output is not NotImplemented:
                return output
        output = operation(*args, **kwargs)
        if formula is not None:
            self.flops += formula(*args, **kwargs, out_val=output)
        return output


def _run(operation: Any, args: Args, kwargs: Kwargs) -> tuple[Any, int]:
    with _Counter() as counter:
        output = operation(*args, **kwargs)
    return output, counter.flops // 2


def _on_meta(value: Tensor | torch.device) -> Tensor | torch.device:
    if isinstance(value, torch.device):
        return torch.device("meta")
    return value if value.is_meta else meta_tensor(value)


def _is_doubtful(operation: Any, args: Args, kwargs: Kwargs, output: Any) -> bool:
    """Return whether the meta device may have let through what a CPU refuses."""
    name = operation._schema.name
    if name in ("aten::softmax", "aten::log_softmax"):
        num_dims = max(1, args[0].dim())
        return not -num_dims <= args[1] < num_dims
    if name.startswith("aten::conv_transpose"):
        given = arguments(operation, args, kwargs)
        sides = zip(given["output_padding"], given["stride"], given["dilation"], strict=True)
        return any(padding >= max(stride, dilation) for padding, stride, dilation in sides)
    return any(tensor.numel() == 0 for tensor in tensors(output))


def _try_on_cpu(operation: Any, args: Args, kwargs: Kwargs) -> None:
    """Run an operation on zeros: one that is refused there too is refused in the CPU's words, which say more."""
    if sum(tensor.numel() for tensor in tensors((args, kwargs))) <= _MOST_ZEROS:
        args, kwargs = tree_map_only(Tensor, lambda each: torch.zeros(each.shape, dtype=each.dtype), (args, kwargs))
        operation(*args, **kwargs)


def _key(value: Any) -> Any:
    """Return what tells a value from others: of a tensor its size, strides and type."""
    if isinstance(value, Tensor):
        return value.shape, value.stride(), value.dtype
    if isinstance(value, list | tuple):
        return tuple(map(_key, value))
    if isinstance(value, Mapping):
        return tuple((name, _key(inside)) for name, inside in value.items())
    return type(value), value  # 1, 1.0 and True are equal, but make different types


def _answer(output: Any, inputs: list[Tensor]) -> Answer:
    """Return a function that makes the like of an output: that input where it is one, else a new tensor."""
    if isinstance(output, list | tuple):
        kind, parts = type(output), [_answer(inside, inputs) for inside in output]
        return lambda inputs: kind(part(inputs) for part in parts)
    if not isinstance(output, Tensor):
        return lambda _: output
    for number, tensor in enumerate(inputs):
        if tensor is output:
            return lambda inputs: inputs[number]
    shape, stride, dtype = output.shape, output.stride(), output.dtype
    return lambda _: torch.empty_strided(shape, stride, dtype=dtype, device="meta")
