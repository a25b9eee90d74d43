"""Sizes and mult-adds of the operations that networks are mostly made of, by arithmetic.

PyTorch's own answer, from its meta device, takes up to a millisecond each. A formula answers only for plain tensors
that surely fit the operation and each other; all others, and above all those that do not fit, are PyTorch's to judge.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor

from cnnviz.network.spec import Shape

Found = tuple[Sequence[int], int] | None
"""The shape of a result and the mult-adds, or None where only PyTorch can tell."""

_aten = torch.ops.aten


def computed(operation: Any, args: tuple[Any, ...]) -> tuple[Tensor, int] | None:
    """Return an operation's result without data, and its mult-adds, or None where only PyTorch can tell."""
    formula = _FORMULAS.get(operation)
    found = formula(*args) if formula else None
    if found is None:
        return None
    shape, mult_adds = found
    return args[0] if operation in _IN_PLACE else torch.empty(shape, device="meta"), mult_adds


def _elementwise(x: Tensor, *_: Any) -> Found:
    return (x.shape, 0) if _are_plain(x) else None


def _with_another(x: Tensor, other: Tensor | float) -> Found:
    """Return the sizes of a tensor with a number or a tensor of the same shape added or multiplied."""
    if isinstance(other, Tensor):
        return (x.shape, 0) if _are_plain(x, other) and x.shape == other.shape else None
    return (x.shape, 0) if _are_plain(x) and type(other) in (int, float) else None


def _joined(parts: Sequence[Tensor], dim: int = 0) -> Found:
    """Return the sizes of tensors joined along a dimension, where they are alike in all others."""
    if not _are_plain(*parts) or not -parts[0].dim() <= dim < parts[0].dim():
        return None
    shapes = [part.shape for part in parts]
    dim %= len(shapes[0])
    if len({(shape[:dim], shape[dim + 1 :]) for shape in shapes}) > 1:
        return None
    return (*shapes[0][:dim], sum(shape[dim] for shape in shapes), *shapes[0][dim + 1 :]), 0


def _linear(x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Found:
    if not _are_plain(x, weight, bias) or x.dim() < 2 or weight.dim() != 2 or x.shape[-1] != weight.shape[1]:
        return None
    features = weight.shape[0]
    return ((*x.shape[:-1], features), x.numel() * features) if _has_shape(bias, features) else None


def _conv2d(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Sequence[int] = (1, 1),
    padding: Sequence[int] = (0, 0),
    dilation: Sequence[int] = (1, 1),
    groups: int = 1,
) -> Found:
    if not _are_plain(x, weight, bias) or x.dim() != 4 or weight.dim() != 4 or groups < 1:
        return None
    filters, depth, *kernel_size = weight.shape
    if x.shape[1] != depth * groups or filters % groups or not _has_shape(bias, filters):
        return None
    if (sides := _slid(x.shape[2:], kernel_size, stride, padding, dilation)) is None:
        return None
    return (x.shape[0], filters, *sides), x.shape[0] * weight.numel() * sides[0] * sides[1]


def _batch_norm(
    x: Tensor,
    weight: Tensor | None,
    bias: Tensor | None,
    mean: Tensor | None,
    variance: Tensor | None,
    by_batch: bool,
    *_: Any,
) -> Found:
    if not _are_plain(x, weight, bias, mean, variance) or x.dim() < 2:
        return None
    if (mean is None) is not (variance is None) or (mean is None and not by_batch):
        return None
    return (x.shape, 0) if all(_has_shape(each, x.shape[1]) for each in (weight, bias, mean, variance)) else None


def _layer_norm(
    x: Tensor, normalized_shape: Sequence[int], weight: Tensor | None = None, bias: Tensor | None = None, *_: Any
) -> Found:
    shape = tuple(normalized_shape)
    if not shape or x.shape[-len(shape) :] != shape or not _are_plain(x, weight, bias):
        return None
    return (x.shape, 0) if _has_shape(weight, *shape) and _has_shape(bias, *shape) else None


def _max_pool2d(
    x: Tensor,
    kernel_size: Sequence[int],
    stride: Sequence[int] = (),
    padding: Sequence[int] = (0, 0),
    dilation: Sequence[int] = (1, 1),
    ceil_mode: bool = False,
) -> Found:
    if not _are_plain(x) or x.dim() != 4 or 2 * max(padding) > min(kernel_size):
        return None
    sides = _slid(x.shape[2:], kernel_size, stride or kernel_size, padding, dilation, ceil_mode=ceil_mode)
    return ((*x.shape[:2], *sides), 0) if sides else None


def _avg_pool2d(
    x: Tensor,
    kernel_size: Sequence[int],
    stride: Sequence[int] = (),
    padding: Sequence[int] = (0, 0),
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Found:
    return None if divisor_override == 0 else _max_pool2d(x, kernel_size, stride, padding, ceil_mode=ceil_mode)


def _adaptive_avg_pool2d(x: Tensor, output_size: Sequence[int]) -> Found:
    if not _are_plain(x) or x.dim() != 4 or len(output_size) != 2 or min(output_size) < 1:
        return None
    return (*x.shape[:2], *output_size), 0


def _slid(
    sides: Sequence[int],
    kernel_size: Sequence[int],
    stride: Sequence[int],
    padding: Sequence[int],
    dilation: Sequence[int],
    *,
    ceil_mode: bool = False,
) -> Shape | None:
    """Return how many steps a window takes along each side, by the formula of PyTorch's Conv2d and MaxPool2d."""
    settings = kernel_size, stride, padding, dilation
    if any(len(each) != len(sides) for each in settings) or min(*kernel_size, *stride, *dilation) < 1:
        return None
    steps = tuple(_steps(*side, ceil_mode) for side in zip(sides, *settings, strict=True))
    return steps if min(steps) > 0 <= min(padding) else None


def _steps(size: int, kernel_size: int, stride: int, padding: int, dilation: int, ceil_mode: bool) -> int:
    room = size + 2 * padding - dilation * (kernel_size - 1) - 1
    if not ceil_mode:
        return room // stride + 1
    steps = -(-room // stride) + 1
    return steps - ((steps - 1) * stride >= size + padding)  # the last window must not begin in the padding


def _are_plain(*tensors: Tensor | None) -> bool:
    """Return whether tensors, those that there are, hold ordinary numbers in the ordinary order."""
    for each in tensors:
        if each is None:
            continue
        if each.dtype is not torch.float32 or each.stride() != _usual_strides(each.shape) or each.numel() == 0:
            return False
    return True


@lru_cache(maxsize=10_000)
def _usual_strides(shape: torch.Size) -> tuple[int, ...]:
    return torch.empty(shape, device="meta").stride()


def _has_shape(tensor: Tensor | None, *shape: int) -> bool:
    return tensor is None or tensor.shape == shape


_ELEMENTWISE = "gelu", "hardsigmoid", "hardswish", "hardtanh", "relu", "relu6", "sigmoid", "silu", "tanh"
_OF_TWO = "add", "div", "mul", "sub"

_IN_PLACE: Mapping[Any, Callable[..., Found]] = {
    **{getattr(_aten, f"{name}_").default: _elementwise for name in _ELEMENTWISE},
    **{getattr(_aten, f"{name}_").Tensor: _with_another for name in _OF_TWO},
}
_FORMULAS: Mapping[Any, Callable[..., Found]] = {
    **_IN_PLACE,
    **{getattr(_aten, name).default: _elementwise for name in _ELEMENTWISE},
    **{getattr(_aten, name).Tensor: _with_another for name in _OF_TWO},
    _aten.adaptive_avg_pool2d.default: _adaptive_avg_pool2d,
    _aten.avg_pool2d.default: _avg_pool2d,
    _aten.batch_norm.default: _batch_norm,
    _aten.cat.default: _joined,
    _aten.conv2d.default: _conv2d,
    _aten.layer_norm.default: _layer_norm,
    _aten.linear.default: _linear,
    _aten.max_pool2d.default: _max_pool2d,
}
