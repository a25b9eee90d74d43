"""What rows say of modules and operations that nobody here wrote: kind, call text and role."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from torch import nn

from cnnviz.errors import SpecError
from cnnviz.network.kinds import Role
from cnnviz.network.layers import LAYERS, check_layer
from cnnviz.network.notation import call_text
from cnnviz.network.spec import Layer, Value
from cnnviz.network.tracing.operations import arguments

_LONGEST = 100  # characters of a text


@dataclass(frozen=True)
class Label:
    """The words for a module or an operation."""

    kind: str
    text: str
    role: Role

    def but(self, remark: str) -> "Label":
        """Return these words with a remark after them."""
        return Label(self.kind, f"{self.text}, {remark}", self.role)


def parameter_label(param: nn.Parameter) -> Label:
    """Return the words for a parameter alone."""
    return Label("Parameter", f"Parameter({', '.join(map(str, param.shape))})", "reshape")


def module_label(module: nn.Module) -> Label:
    """Return a module's words: its text is its call as in `LAYERS` where it is a layer of PyTorch known there."""
    kind = type(module).__name__
    return _known_label(module) or Label(kind, _cut(f"{kind}({_extra(module)})"), _module_role(module))


def operation_label(operation: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any], used: list[str]) -> Label:
    """Return an operation's words, with the names of the parameters that it used."""
    kind = operation_name(operation)
    settings = [f"{name}={value!r}" for name, value in _settings(operation, args, kwargs)]
    return Label(kind, _cut(f"{kind}({', '.join(used + settings)})"), _operation_role(kind))


def operation_name(operation: Any) -> str:
    """Return an operation's name, the same for the one that works in place: "add" for `aten::add_`."""
    name: str = operation._schema.name
    return name.split("::")[-1].strip("_")


_ROLES_OF_FILES: Mapping[str, Role] = {
    "torch.nn.modules.activation": "activation",
    "torch.nn.modules.batchnorm": "normalisation",
    "torch.nn.modules.conv": "convolution",
    "torch.nn.modules.dropout": "regularisation",
    "torch.nn.modules.instancenorm": "normalisation",
    "torch.nn.modules.linear": "linear",
    "torch.nn.modules.normalization": "normalisation",
    "torch.nn.modules.pooling": "pooling",
    "torch.nn.modules.rnn": "linear",
    "torch.nn.modules.sparse": "linear",
}

_ROLES_OF_OPERATIONS: tuple[tuple[str, Role], ...] = (
    (".*conv.*", "convolution"),
    (".*pool.*", "pooling"),
    (".*_norm", "normalisation"),
    (".*dropout", "regularisation"),
    ("linear|bilinear|.*mm|mv|dot|matmul|einsum|scaled_dot_product_attention|embedding|lstm|gru|rnn_.*", "linear"),
    ("add|sub|rsub|mul|div|cat|concat|concatenate|stack|[hvd]stack|maximum|minimum|lerp|addc.*", "merge"),
    (".*relu.*|.*elu|gelu|silu|mish|hard.*|.*sigmoid|tanh|.*softmax|softplus|softsign|glu", "activation"),
)


def _module_role(module: nn.Module) -> Role:
    """Return the role of the class of PyTorch that a module's class is, or comes from."""
    home = next(base for base in type(module).__mro__ if base.__module__.startswith("torch.nn.modules."))
    if home.__name__ in LAYERS:
        return LAYERS[home.__name__].role
    if next(module.children(), None) is not None:
        return "block"
    return _ROLES_OF_FILES.get(home.__module__, "reshape")


@lru_cache(maxsize=1000)
def _operation_role(kind: str) -> Role:
    return next((role for pattern, role in _ROLES_OF_OPERATIONS if re.fullmatch(pattern, kind)), "reshape")


def _known_label(module: nn.Module) -> Label | None:
    kind = type(module).__name__
    if kind not in LAYERS or type(module) is not getattr(nn, kind, None):
        return None
    return _layer_label(kind, tuple([(name, _value(module, name)) for name in _names(kind)]))


@cache
def _names(kind: str) -> tuple[str, ...]:
    """Return the names of a layer's parameters that do not follow from its input."""
    return tuple(name for name, param in LAYERS[kind].params.items() if param.follows is None)


def _value(module: nn.Module, name: str) -> Any:
    value = getattr(module, name, None)
    if name == "bias":
        return value is not None
    return tuple(value) if isinstance(value, list) else value


@lru_cache(maxsize=10_000)
def _layer_label(kind: str, params: tuple[tuple[str, Value], ...]) -> Label | None:
    try:
        return Label(kind, call_text(check_layer(Layer(kind, dict(params)))), LAYERS[kind].role)
    except SpecError:  # PyTorch allows more than a network of ours
        return None


def _extra(module: nn.Module) -> str:
    """Return what a module's class says of itself, which for a module of many parts is nothing."""
    try:
        return " ".join(module.extra_repr().split())
    except Exception:  # code of any kind, and only words are lost
        return ""


def _settings(operation: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the plain values given to an operation that are not its defaults."""
    given = arguments(operation, args, kwargs)
    for argument in operation._schema.arguments:
        value, default = (_plain(each, argument.N) for each in (given[argument.name], argument.default_value))
        if value is not None and value != default:
            yield argument.name, value


def _plain(value: Any, length: int | None) -> Value:
    """Return a number, word or tuple of numbers, equal sides as one number, and None for anything else."""
    if isinstance(value, list | tuple) and value and all(isinstance(number, int | float) for number in value):
        return value[0] if length == len(value) > 1 and len(set(value)) == 1 else tuple(value)
    return value if isinstance(value, bool | int | float | str) else None


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
