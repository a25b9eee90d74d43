"""A layer's call: arguments are bound as PyTorch does, and what `LAYERS` does not know is refused."""

import ast
import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import cast

from torch import nn

from cnnviz.errors import SpecError
from cnnviz.network.layers import LAYERS, check_layer
from cnnviz.network.source.interpreter.limits import line_of, unreadable
from cnnviz.network.source.interpreter.values import Args, Foreign, Kwargs, LayerClass, Op, Size, depends, describe
from cnnviz.network.spec import Layer, Value

WITHOUT_MEANING = ("device", "dtype", "training", "_stacklevel")
"""Arguments that change neither the layer's shapes nor what it computes in training or evaluation."""


@dataclass(frozen=True)
class Functional:
    """A function that does what a layer does, and its parameters after the tensor, in their order."""

    kind: str
    parameters: tuple[str, ...]


_DROPOUT = ("p", "training", "inplace")
_UPSAMPLE = ("size", "scale_factor", "mode", "align_corners", "recompute_scale_factor", "antialias")


def _same(kind: str) -> Functional:
    return Functional(kind, tuple(LAYERS[kind].params))


FUNCTIONALS: Mapping[str, Functional] = {
    "relu": _same("ReLU"),
    "relu_": _same("ReLU"),
    "relu6": _same("ReLU6"),
    "leaky_relu": _same("LeakyReLU"),
    "elu": _same("ELU"),
    "gelu": _same("GELU"),
    "silu": _same("SiLU"),
    "sigmoid": _same("Sigmoid"),
    "tanh": _same("Tanh"),
    "hardsigmoid": _same("Hardsigmoid"),
    "hardswish": _same("Hardswish"),
    "softmax": Functional("Softmax", ("dim", "_stacklevel", "dtype")),
    "log_softmax": Functional("LogSoftmax", ("dim", "_stacklevel", "dtype")),
    "dropout": Functional("Dropout", _DROPOUT),
    "dropout2d": Functional("Dropout2d", _DROPOUT),
    "max_pool2d": Functional("MaxPool2d", (*LAYERS["MaxPool2d"].params, "return_indices")),
    "avg_pool2d": _same("AvgPool2d"),
    "adaptive_avg_pool2d": _same("AdaptiveAvgPool2d"),
    "adaptive_max_pool2d": _same("AdaptiveMaxPool2d"),
    "local_response_norm": _same("LocalResponseNorm"),
    "interpolate": Functional("Upsample", _UPSAMPLE),
    "upsample": Functional("Upsample", _UPSAMPLE[:4]),
    "pixel_shuffle": _same("PixelShuffle"),
    "flatten": _same("Flatten"),
    "unflatten": Functional("Unflatten", ("dim", "unflattened_size")),
}
"""By their names in `torch.nn.functional`, `torch` or as methods of a tensor."""

DEFAULTS: Mapping[str, Mapping[str, object]] = {"flatten": {"start_dim": 0}, "relu_": {"inplace": True}}
"""Where a function has another default than the layer."""


def make_layer(node: ast.AST, layer: LayerClass, args: Args, kwargs: Kwargs) -> Op:
    """Return the layer that a call of its class makes.

    Raises SpecError naming the line, the parameter, the value and what is allowed.
    """
    signature = _signature(layer.name)
    _check_names(node, layer.kind, kwargs, tuple(signature.parameters))
    try:
        bound = signature.bind(*args, **kwargs)
    except TypeError as error:
        raise unreadable(node, f"nn.{layer.name}: {str(error)[:100]}") from error
    defaults = {name: parameter.default for name, parameter in signature.parameters.items()}
    return _checked(node, layer.kind, {n: v for n, v in bound.arguments.items() if not _is_default(v, defaults[n])})


def call_functional(node: ast.AST, name: str, args: Args, kwargs: Kwargs) -> Op:
    """Return the layer that a function stands for, given its arguments after the tensor.

    Raises SpecError as `make_layer` does.
    """
    functional = FUNCTIONALS[name]
    _check_names(node, name, kwargs, functional.parameters)
    if len(args) > len(functional.parameters):
        raise unreadable(node, f"{name} takes {len(functional.parameters)} arguments after the tensor, not {len(args)}")
    given = {**DEFAULTS.get(name, {}), **dict(zip(functional.parameters, args, strict=False)), **kwargs}
    return _checked(node, functional.kind, {n: v for n, v in given.items() if v is not None})


@cache
def _signature(name: str) -> inspect.Signature:
    return inspect.signature(getattr(nn, name))


def _check_names(node: ast.AST, name: str, kwargs: Kwargs, known: tuple[str, ...]) -> None:
    if unknown := [each for each in kwargs if each not in known]:
        raise unreadable(node, f"{name} has no parameter {unknown[0][:40]!r}", f"its parameters are {', '.join(known)}")


def _is_default(value: object, default: object) -> bool:
    return type(value) is type(default) and value == default


def _checked(node: ast.AST, kind: str, given: Mapping[str, object]) -> Op:
    params = {}
    for name, value in given.items():
        if name in LAYERS[kind].params:
            params[name] = plain(node, f"{kind}: {name}", value)
        elif name not in WITHOUT_MEANING and value not in (None, False):
            raise unreadable(node, f"{kind}: {name}={describe(value)} cannot be read", "leave it out")
    try:
        checked = check_layer(Layer(kind, params))
    except SpecError as error:
        raise unreadable(node, str(error)) from error
    return Op(kind, line_of(node), checked.params)


def plain(node: ast.AST, what: str, value: object) -> Value:
    """Return a value that a layer's parameter can have.

    Raises SpecError naming the line, and what the value depends on where it cannot be known.
    """
    items = value if isinstance(value, list | tuple) else [value]
    for item in items:
        if isinstance(item, Foreign):
            raise depends(node, what, item)
        if isinstance(item, Size):
            raise unreadable(node, f"{what} depends on the size of a tensor", "write it as a number")
        if not isinstance(item, int | float | str | None):
            raise unreadable(node, f"{what} is {describe(item)}", "it must be a plain value, such as 3, 0.5 or (3, 5)")
    if len(items) > 8:
        raise unreadable(node, f"{what} has {len(items)} values")
    return cast(Value, tuple(items) if isinstance(value, list | tuple) else value)
