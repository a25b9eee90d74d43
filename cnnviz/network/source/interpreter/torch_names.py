"""What dotted names such as `torch.nn.Conv2d` stand for; all that are not here are foreign."""

import ast
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from torch import nn

from cnnviz.network.layers import LAYERS
from cnnviz.network.source.interpreter import flow
from cnnviz.network.source.interpreter.layer_calls import FUNCTIONALS, call_functional, make_layer
from cnnviz.network.source.interpreter.limits import line_of, unreadable
from cnnviz.network.source.interpreter.natives import BUILTINS, MATHS, Run
from cnnviz.network.source.interpreter.values import (
    MODULE,
    MODULE_DICT,
    MODULE_LIST,
    SEQUENTIAL,
    Args,
    Foreign,
    Kwargs,
    LayerClass,
    Native,
    Size,
    Tensor,
    describe,
)

if TYPE_CHECKING:
    from cnnviz.network.source.interpreter.machine import Machine

_REORDERED = "no layer here changes the order of dimensions, which are images, channels, height and width"
_PARTED = "no layer here takes a part of the channels; a 1×1 convolution for each branch can make fewer of them"
_PRODUCT = "no layer here multiplies matrices, as attention does"

UNKNOWN_FUNCTIONS: Mapping[str, str] = {
    **dict.fromkeys(("permute", "transpose", "movedim", "swapaxes", "t", "T"), _REORDERED),
    **dict.fromkeys(("chunk", "split", "tensor_split", "unbind", "narrow", "select", "index_select"), _PARTED),
    **dict.fromkeys(("matmul", "bmm", "mm", "einsum", "scaled_dot_product_attention"), _PRODUCT),
    "squeeze": "after a global pool, torch.flatten(x, 1) does the same",
    "batch_norm": "use nn.BatchNorm2d",
    "conv2d": "use nn.Conv2d",
    "linear": "use nn.Linear",
}
"""Why a function or a tensor's method has no counterpart, or what to do instead."""


def functional(name: str) -> Native:
    """Return the function of a tensor that a layer also does."""

    def run(machine: "Machine", node: ast.AST, args: Args, kwargs: Kwargs) -> object:
        tensor, rest, named = _tensor_first(args, kwargs)
        if isinstance(tensor, Foreign):
            return tensor
        if not isinstance(tensor, Tensor):
            raise unreadable(node, f"{name} of {describe(tensor)} cannot be read")
        return flow.apply(node, call_functional(node, name, rest, named), tensor)

    return Native(name, run)


def _tensor_first(args: Args, kwargs: Kwargs) -> tuple[object, Args, Kwargs]:
    if args:
        return args[0], args[1:], kwargs
    return kwargs.get("input"), [], {name: value for name, value in kwargs.items() if name != "input"}


def _of_two(merge: Callable[[ast.AST, Tensor, Tensor], Tensor]) -> Run:
    def run(machine: "Machine", node: ast.AST, args: Args, kwargs: Kwargs) -> object:
        match args:
            case [Tensor() as left, Tensor() as right] if not kwargs:
                return merge(node, left, right)
            case [Foreign() as unknown, *_] | [_, Foreign() as unknown, *_]:
                return unknown
        raise unreadable(node, f"a sum or product of {', '.join(map(describe, args))} cannot be read")

    return run


def _cat(machine: "Machine", node: ast.AST, args: Args, kwargs: Kwargs) -> object:
    given = dict(zip(("tensors", "dim"), args, strict=False)) | kwargs
    tensors, dim = given.get("tensors", ()), given.get("dim", 0)
    if not isinstance(tensors, list | tuple) or not tensors:
        return Foreign("torch.cat", line_of(node))
    if unknown := next((value for value in tensors if isinstance(value, Foreign)), None):
        return unknown
    if dim not in (1, -3):
        raise unreadable(node, f"joining on dimension {describe(dim)} cannot be read", "torch.cat(tensors, dim=1) can")
    for tensor in tensors:
        if not isinstance(tensor, Tensor):
            raise unreadable(node, f"joining {describe(tensor)} cannot be read")
    return flow.concatenate(node, tensors)


def _pad(machine: "Machine", node: ast.AST, args: Args, kwargs: Kwargs) -> object:
    given = dict(zip(("input", "pad", "mode", "value"), args, strict=False)) | kwargs
    tensor, sides = given.get("input"), given.get("pad")
    if isinstance(tensor, Foreign):
        return tensor
    if given.get("mode", "constant") != "constant" or given.get("value") not in (None, 0):
        raise unreadable(
            node, "padding with anything but zeros cannot be read", "a Conv2d has a padding_mode of its own"
        )
    if not isinstance(tensor, Tensor) or not isinstance(sides, list | tuple) or len(sides) not in (2, 4):
        raise unreadable(node, "this padding cannot be read", "F.pad(x, (left, right, top, bottom)) can")
    padding = tuple(sides) if len(sides) == 4 else (*sides, 0, 0)
    return flow.apply(node, make_layer(node, LayerClass("ZeroPad2d"), [padding], {}), tensor)


def _unchanged(machine: "Machine", node: ast.AST, args: Args, kwargs: Kwargs) -> object:
    return args[0] if args else next(iter(kwargs.values()), None)


def _made_elsewhere(machine: "Machine", node: ast.AST, args: Args, kwargs: Kwargs) -> object:
    return Foreign("torch.Tensor()", line_of(node))


def _partial(machine: "Machine", node: ast.AST, args: Args, kwargs: Kwargs) -> object:
    if not args:
        raise unreadable(node, "partial needs a function")

    def run(machine: "Machine", node: ast.AST, more: Args, named: Kwargs) -> object:
        return machine.call(node, args[0], [*args[1:], *more], {**kwargs, **named})

    return Native(f"partial({describe(args[0])})", run)


def _shape_method(machine: "Machine", node: ast.AST, args: Args, kwargs: Kwargs) -> object:
    tensor, sizes = args[0], args[1:] or list(kwargs.values())
    if len(sizes) == 1 and isinstance(sizes[0], list | tuple):
        sizes = list(sizes[0])
    assert isinstance(tensor, Tensor)
    return flow.view(node, tensor, sizes)


def _size(machine: "Machine", node: ast.AST, args: Args, kwargs: Kwargs) -> object:
    match [*args[1:], *kwargs.values()]:
        case []:
            return SIZES
        case [0 | -4]:
            return Size.BATCH
    return Size.OTHER


def _mean(machine: "Machine", node: ast.AST, args: Args, kwargs: Kwargs) -> object:
    dims = kwargs.get("dim", args[1] if len(args) > 1 else None)
    tensor, keep = args[0], kwargs.get("keepdim", args[2] if len(args) > 2 else False)
    assert isinstance(tensor, Tensor)
    if not isinstance(dims, list | tuple) or list(dims) not in ([2, 3], [-1, -2], [-2, -1], [3, 2]):
        raise unreadable(node, "this mean cannot be read", "x.mean([2, 3]) can: it is a global pool")
    pooled = flow.apply(node, call_functional(node, "adaptive_avg_pool2d", [1], {}), tensor)
    return pooled if keep else flow.apply(node, call_functional(node, "flatten", [1], {}), pooled)


SIZES = (Size.BATCH, Size.OTHER, Size.OTHER, Size.OTHER)
"""Of a tensor (N, C, H, W)."""

TENSOR_METHODS: Mapping[str, Native] = {
    **{name: functional(name) for name in FUNCTIONALS},
    **{name: Native(name, _shape_method) for name in ("view", "reshape")},
    **{name: Native(name, _of_two(flow.add)) for name in ("add", "add_", "__add__")},
    **{name: Native(name, _of_two(flow.multiply)) for name in ("mul", "mul_")},
    **{
        name: Native(name, _unchanged)
        for name in ("contiguous", "clone", "to", "float", "cuda", "cpu", "type_as", "expand_as")
    },
    "size": Native("size", _size),
    "mean": Native("mean", _mean),
}
"""By name; each is given the tensor first."""

LEAVES = tuple(kind for kind, entry in LAYERS.items() if entry.parts is None and entry.expand is None)
"""The layers that are classes of `torch.nn`."""

KNOWN: Mapping[str, object] = {
    **{f"torch.nn.{kind}": LayerClass(kind) for kind in LEAVES},
    **{f"torch.nn.Lazy{kind}": LayerClass(kind, lazy=True) for kind in LEAVES if hasattr(nn, f"Lazy{kind}")},
    **{f"torch.nn.functional.{name}": functional(name) for name in FUNCTIONALS},
    **{
        f"torch.{name}": functional(name)
        for name in ("relu", "relu_", "sigmoid", "tanh", "softmax", "log_softmax", "flatten")
    },
    **{f"torch.{name}": Native(name, _cat) for name in ("cat", "concat", "concatenate")},
    "torch.nn.functional.pad": Native("pad", _pad),
    "torch.add": Native("add", _of_two(flow.add)),
    "torch.mul": Native("mul", _of_two(flow.multiply)),
    "torch.nn.Module": MODULE,
    "torch.nn.Sequential": SEQUENTIAL,
    "torch.nn.ModuleList": MODULE_LIST,
    "torch.nn.ModuleDict": MODULE_DICT,
    "torch.Tensor": Native("Tensor", _made_elsewhere),
    "typing.cast": Native("cast", lambda machine, node, args, kwargs: args[-1] if args else None),
    "torch.nn.DataParallel": Native("DataParallel", _unchanged),
    "torch.compile": Native("compile", _unchanged),
    **{f"torch.{name}": Native(name, lambda *_: False) for name in ("cuda.is_available", "jit.is_scripting")},
    "collections.OrderedDict": BUILTINS["dict"],
    "functools.partial": Native("partial", _partial),
    **MATHS,
}
"""By the path that they are imported by."""
