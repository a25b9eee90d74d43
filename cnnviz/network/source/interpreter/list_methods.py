"""Methods of lists and dicts."""

import ast
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from cnnviz.network.source.interpreter.arithmetic import is_scalar
from cnnviz.network.source.interpreter.limits import bounded, unreadable
from cnnviz.network.source.interpreter.module_methods import Step
from cnnviz.network.source.interpreter.values import Args

if TYPE_CHECKING:
    from cnnviz.network.source.interpreter.machine import Machine


def _append(machine: "Machine", node: ast.AST, value: object, args: Args) -> object:
    assert isinstance(value, list)
    if len(args) != 1:
        raise unreadable(node, f"append takes one item, not {len(args)}")
    value.append(args[0])
    bounded(node, value)
    return None


def _extend(machine: "Machine", node: ast.AST, value: object, args: Args) -> object:
    assert isinstance(value, list)
    value.extend(machine.known_items(node, args[0] if args else ()))
    bounded(node, value)
    return None


def _insert(machine: "Machine", node: ast.AST, value: object, args: Args) -> object:
    assert isinstance(value, list)
    match args:
        case [int() as index, item]:
            value.insert(index, item)
            bounded(node, value)
            return None
    raise unreadable(node, "this insert cannot be read", "write insert(index, item)")


def _pop(machine: "Machine", node: ast.AST, value: object, args: Args) -> object:
    assert isinstance(value, list)
    match args:
        case [] if value:
            return value.pop()
        case [int() as index] if -len(value) <= index < len(value):
            return value.pop(index)
    raise unreadable(node, "this pop cannot be read")


def _get(machine: "Machine", node: ast.AST, value: object, args: Args) -> object:
    assert isinstance(value, dict)
    if not args or not is_scalar(args[0]):
        raise unreadable(node, "this get cannot be read")
    return value.get(args[0], args[1] if len(args) > 1 else None)


def _update(machine: "Machine", node: ast.AST, value: object, args: Args) -> object:
    assert isinstance(value, dict)
    for more in args:
        if not isinstance(more, dict):
            raise unreadable(node, "this update cannot be read")
        value.update(more)
    bounded(node, value)
    return None


def _of_dict(view: Callable[[dict[object, object]], list[object]]) -> Step:
    def step(machine: "Machine", node: ast.AST, value: object, args: Args) -> object:
        assert isinstance(value, dict)
        return machine.budget.made(node, view(value))

    return step


METHODS: Mapping[type, Mapping[str, Step]] = {
    list: {"append": _append, "extend": _extend, "insert": _insert, "pop": _pop},
    dict: {
        "get": _get,
        "update": _update,
        "keys": _of_dict(list),
        "values": _of_dict(lambda value: list(value.values())),
        "items": _of_dict(lambda value: list(value.items())),
    },
}
