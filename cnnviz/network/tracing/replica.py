"""What runs in the place of a module: a copy of its structure and code, with tensors of its own, or itself."""

from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from types import MethodType
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.parameter import UninitializedBuffer, UninitializedParameter

from cnnviz.errors import SpecError

_HOOKS = frozenset(name for name in vars(nn.Module()) if name.endswith(("_hooks", "_hooks_with_kwargs")))
_PLAIN = frozenset((bool, int, float, str, type(None), torch.Size))


Wrap = Callable[[nn.Module, nn.Module], Callable[..., Any]]
"""Given a module and what runs in its place, returns what is to run as the latter's forward."""

Prepare = Callable[[nn.Module, Wrap], nn.Module]
"""Returns what runs in the place of a module, in evaluation mode."""


def copied_without_data(module: nn.Module, wrap: Wrap) -> nn.Module:
    """Return a copy of a module on the meta device."""
    copy: nn.Module = Replicas(meta_tensor, wrap).of(module)
    return copy


def copied_with_data(module: nn.Module, wrap: Wrap) -> nn.Module:
    """Return a copy of a module on the CPU."""
    copy: nn.Module = Replicas(cpu_tensor, wrap).of(module)
    return copy


def in_place(module: nn.Module, wrap: Wrap) -> nn.Module:
    """Return a module itself, which is changed: for one without hooks that nobody else holds."""
    for inner in module.modules():
        vars(inner).update(training=False, forward=wrap(inner, inner))
    return module


class Replicas:
    """Copies modules without their hooks, in evaluation mode; what is one object stays one object.

    Modules, tensors, and the lists, tuples, sets, dicts, methods and partial functions that hold them are copied; other
    objects are shared. Of a module that was wrapped for compilation or for several devices the inner one is copied.
    `copy_tensor` makes the copy of a tensor.
    """

    def __init__(self, copy_tensor: Callable[[Tensor], Tensor], wrap: Wrap) -> None:
        self._copy_tensor, self._wrap = copy_tensor, wrap
        self._copies: dict[int, Any] = {}

    def of(self, value: Any) -> Any:
        """Return the copy of a value, the same one each time."""
        if type(value) in _PLAIN:
            return value
        if (known := self._copies.get(id(value))) is None:
            known = self._copies[id(value)] = self._copy(value)
        return known

    def _copy(self, value: Any) -> Any:
        if isinstance(value, nn.Module):
            return self._module(value)
        if isinstance(value, Tensor):
            return self._copy_tensor(value)
        match value:
            case list() | tuple() | set() if type(value) in (list, tuple, set):
                return type(value)(map(self.of, value))
            case dict() if type(value) in (dict, OrderedDict):
                return type(value)((key, self.of(inside)) for key, inside in value.items())
            case MethodType(__self__=nn.Module() as owner, __func__=function):
                return MethodType(function, self.of(owner))
            case partial():
                return partial(self.of(value.func), *map(self.of, value.args), **self.of(value.keywords))
        return value

    def _module(self, module: nn.Module) -> nn.Module:
        if isinstance(module, torch.jit.ScriptModule):
            raise SpecError(f"{module.original_name} is TorchScript, which hides its layers; give the module it is of")
        if (inner := unwrapped(module)) is not module:
            return self._module(inner)
        replica: nn.Module = object.__new__(type(module))
        self._copies[id(module)] = replica  # before its attributes, which may lead back to it
        inside = vars(replica)
        for name, value in vars(module).items():
            inside[name] = OrderedDict() if name in _HOOKS else self.of(value)
        inside.pop("_compiled_call_impl", None)
        inside["training"] = False
        inside["forward"] = self._wrap(module, replica)
        return replica


def unwrapped(module: nn.Module) -> nn.Module:
    """Return the module that was given to `torch.compile`, `DataParallel` or `DistributedDataParallel`, else itself."""
    name = "module" if isinstance(module, nn.DataParallel | nn.parallel.DistributedDataParallel) else "_orig_mod"
    inner = dict(module.named_children()).get(name)
    return module if inner is None else unwrapped(inner)


def meta_tensor(tensor: Tensor) -> Tensor:
    """Return a tensor without data in the place of this one."""
    return _copy(tensor, "meta", _emptied)


def cpu_tensor(tensor: Tensor) -> Tensor:
    """Return a copy of a tensor on the CPU."""
    return _copy(tensor, "cpu", lambda tensor: tensor.detach().to("cpu", copy=True))


def _emptied(tensor: Tensor) -> Tensor:
    if tensor.layout is not torch.strided:
        return torch.empty_like(tensor, device="meta")
    return torch.empty_strided(tensor.shape, tensor.stride(), dtype=tensor.dtype, device="meta")


def _copy(tensor: Tensor, device: str, make: Callable[[Tensor], Tensor]) -> Tensor:
    match tensor:
        case UninitializedParameter() | UninitializedBuffer():
            kind: Any = type(tensor)
            lazy: Tensor = kind(device=device, dtype=tensor.data.dtype)
            return lazy
        case nn.Parameter():
            return nn.Parameter(make(tensor), requires_grad=tensor.requires_grad)
    return make(tensor)
