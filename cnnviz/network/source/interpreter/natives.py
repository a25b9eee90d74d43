"""Python's own functions, as far as they are understood in pasted code."""

import ast
import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from cnnviz.network.source.interpreter.arithmetic import is_flat, is_number, is_scalar, plainly
from cnnviz.network.source.interpreter.limits import line_of, unreadable
from cnnviz.network.source.interpreter.values import (
    MODULE,
    Args,
    Class,
    Foreign,
    Instance,
    Kwargs,
    LayerClass,
    Native,
    Op,
    Size,
    Tensor,
    describe,
    is_module,
)

if TYPE_CHECKING:
    from cnnviz.network.source.interpreter.machine import Machine

Run = Callable[["Machine", ast.AST, Args, Kwargs], object]


def _plainly(function: Callable[..., object], most: int, *, takes: Callable[[object], bool] = is_scalar) -> Run:
    """Return a function of plain values, given at most so many; of what is not known it makes an unknown."""

    def run(machine: "Machine", node: ast.AST, args: Args, kwargs: Kwargs) -> object:
        if unknown := next((value for value in args if isinstance(value, Foreign | Size)), None):
            return unknown
        if kwargs or len(args) > most or not all(map(takes, args)):
            raise unreadable(
                node, f"this call with {', '.join(map(describe, [*args, *kwargs])) or 'nothing'} cannot be read"
            )
        return machine.budget.made(node, plainly(node, function, *args))

    return run


def _over_items(function: Callable[[list[object]], object]) -> Run:
    """Return a function of the items of its first argument, or of all its arguments."""

    def run(machine: "Machine", node: ast.AST, args: Args, kwargs: Kwargs) -> object:
        items = machine.items(node, args[0]) if len(args) == 1 else args
        if isinstance(items, Foreign):
            return items
        if kwargs:
            raise unreadable(node, f"{next(iter(kwargs))}= cannot be read here")
        return _plainly(lambda *each: function(list(each)), len(items))(machine, node, list(items), {})

    return run


def _listed(make: Callable[[list[object]], object]) -> Run:
    """Return a function that makes a list or tuple of the items of its argument."""

    def run(machine: "Machine", node: ast.AST, args: Args, kwargs: Kwargs) -> object:
        if not args:
            return make([])
        items = machine.items(node, args[0])
        return items if isinstance(items, Foreign) else make(items)

    return run


def _dict(machine: "Machine", node: ast.AST, args: Args, kwargs: Kwargs) -> object:
    pairs = args[0].items() if args and isinstance(args[0], dict) else machine.items(node, args[0]) if args else []
    if isinstance(pairs, Foreign):
        return pairs
    result: dict[object, object] = {}
    for pair in pairs:
        if not isinstance(pair, list | tuple) or len(pair) != 2 or not is_scalar(pair[0]):
            raise unreadable(node, f"{describe(pair)} is no pair of a name and a value")
        result[pair[0]] = pair[1]
    return result | kwargs


def _len(machine: "Machine", node: ast.AST, args: Args, kwargs: Kwargs) -> object:
    match args:
        case [Tensor()]:
            return Size.BATCH
        case [Foreign() as unknown]:
            return unknown
        case [Instance(cls=cls) as value] if cls.holds_layers:
            return len(value.modules)
        case [str() | list() | tuple() | dict() | range() as value]:
            return len(value)
    raise unreadable(node, f"len of {', '.join(map(describe, args))} cannot be read")


def _enumerate(machine: "Machine", node: ast.AST, args: Args, kwargs: Kwargs) -> object:
    items = machine.items(node, args[0]) if args else []
    start = args[1] if len(args) > 1 else kwargs.get("start", 0)
    if isinstance(items, Foreign):
        return items
    if not isinstance(start, int):
        raise unreadable(node, f"enumerate from {describe(start)} cannot be read")
    return list(enumerate(items, start))


def _zip(machine: "Machine", node: ast.AST, args: Args, kwargs: Kwargs) -> object:
    if unknown := next((value for value in args if isinstance(value, Foreign)), None):
        return unknown
    return list(zip(*(machine.iterate(node, value) for value in args), strict=False))


def _map(machine: "Machine", node: ast.AST, args: Args, kwargs: Kwargs) -> object:
    items = machine.items(node, args[1]) if len(args) == 2 else Foreign("map", line_of(node))
    return items if isinstance(items, Foreign) else [machine.call(node, args[0], [item], {}) for item in items]


def _isinstance(machine: "Machine", node: ast.AST, args: Args, kwargs: Kwargs) -> object:
    if len(args) != 2 or any(isinstance(value, Foreign | Size) for value in args):
        return Foreign("isinstance", line_of(node))
    value, kinds = args[0], args[1] if isinstance(args[1], tuple) else (args[1],)
    return any(_is_a(value, kind) for kind in kinds)


def _is_a(value: object, kind: object) -> bool:
    match kind:
        case LayerClass():
            return isinstance(value, Op) and value.kind == kind.kind
        case Class() if kind is MODULE:
            return is_module(value)
        case Class():
            return isinstance(value, Instance) and value.cls.derives(kind)
        case Native(name=name) if name in TYPES:
            return isinstance(value, TYPES[name])
    return False


def _type(machine: "Machine", node: ast.AST, args: Args, kwargs: Kwargs) -> object:
    match args:
        case [Op(kind=kind)]:
            return LayerClass(kind)
        case [Instance(cls=cls)]:
            return cls
    return Foreign("type", line_of(node))


def _getattr(machine: "Machine", node: ast.AST, args: Args, kwargs: Kwargs) -> object:
    match args:
        case [value, str() as name]:
            return machine.attribute(node, value, name)
        case [Instance() as value, str() as name, default]:
            return machine.attribute(node, value, name) if name in value.attributes else default
    raise unreadable(node, "this getattr cannot be read", "write object.name")


def _setattr(machine: "Machine", node: ast.AST, args: Args, kwargs: Kwargs) -> object:
    match args:
        case [Instance() as value, str() as name, new]:
            value.attributes[name] = new
            return None
    raise unreadable(node, "this setattr cannot be read", "write self.name = value")


def _hasattr(machine: "Machine", node: ast.AST, args: Args, kwargs: Kwargs) -> object:
    match args:
        case [Instance() as value, str() as name]:
            return name in value.attributes or value.cls.find(name) is not None
    return Foreign("hasattr", line_of(node))


TYPES: Mapping[str, type | tuple[type, ...]] = {
    "int": int,
    "float": float,
    "str": str,
    "bool": bool,
    "list": list,
    "tuple": tuple,
    "dict": dict,
    "Tensor": Tensor,
}

_RUNS: Mapping[str, Run] = {
    "range": _plainly(range, 3, takes=lambda value: isinstance(value, int)),
    "int": _plainly(int, 1),
    "float": _plainly(float, 1),
    "str": _plainly(str, 1),
    "bool": _plainly(bool, 1, takes=is_flat),
    "abs": _plainly(abs, 1, takes=is_number),
    "round": _plainly(
        lambda number, digits=None: round(number, digits and max(-20, min(digits, 20))), 2, takes=is_number
    ),
    "min": _over_items(min),  # type: ignore[arg-type]
    "max": _over_items(max),  # type: ignore[arg-type]
    "sum": _over_items(sum),  # type: ignore[arg-type]
    "any": _over_items(any),
    "all": _over_items(all),
    "sorted": _over_items(sorted),  # type: ignore[arg-type]
    "list": _listed(list),
    "tuple": _listed(tuple),
    "reversed": _listed(lambda items: items[::-1]),
    "dict": _dict,
    "len": _len,
    "enumerate": _enumerate,
    "zip": _zip,
    "map": _map,
    "isinstance": _isinstance,
    "type": _type,
    "getattr": _getattr,
    "setattr": _setattr,
    "hasattr": _hasattr,
}

BUILTINS: Mapping[str, Native] = {
    **{name: Native(name, run) for name, run in _RUNS.items()},
    "print": Native("print", lambda *_: None, lazy=True),
}
"""By their names in Python."""

MATHS: Mapping[str, Native] = {
    f"math.{name}": Native(name, _plainly(getattr(math, name), 2, takes=is_number))
    for name in ("ceil", "floor", "sqrt", "log", "log2", "log10", "gcd")
}
