"""Items and slices."""

import ast
from operator import getitem
from typing import TYPE_CHECKING

from cnnviz.network.source.interpreter.arithmetic import is_flat, plainly
from cnnviz.network.source.interpreter.limits import unreadable
from cnnviz.network.source.interpreter.values import MODULE_LIST, SEQUENTIAL, Foreign, Instance, Scope, Size, describe

if TYPE_CHECKING:
    from cnnviz.network.source.interpreter.machine import Machine


def subscript(machine: "Machine", node: ast.Subscript, scope: Scope) -> object:
    """Return an item, or several, of a list, a dict or a container of layers."""
    value, key = machine.evaluate(node.value, scope), machine.evaluate(node.slice, scope)
    if unknown := next((each for each in (value, key) if isinstance(each, Foreign)), None):
        return unknown
    if isinstance(value, Instance) and value.cls.holds_layers:
        part = _plain_item(machine, node, value.attributes if isinstance(key, str) else value.modules, key)
        return _layers_of(value, part) if isinstance(key, slice) and isinstance(part, list) else part
    return machine.known(_plain_item(machine, node, value, key))


def _plain_item(machine: "Machine", node: ast.Subscript, value: object, key: object) -> object:
    sequence = isinstance(value, str | list | tuple | range) and isinstance(key, int | slice)
    if not sequence and not (isinstance(value, dict) and is_flat(key)):
        raise unreadable(node, f"{describe(value)}[{describe(key)}] cannot be read")
    return machine.budget.made(node, plainly(node, getitem, value, key))


def _layers_of(like: Instance, layers: list[object]) -> Instance:
    base = SEQUENTIAL if like.cls.derives(SEQUENTIAL) else MODULE_LIST
    return Instance(base, {str(number): layer for number, layer in enumerate(layers)})


def read_slice(machine: "Machine", node: ast.Slice, scope: Scope) -> object:
    """Return a slice whose ends are whole numbers."""
    ends = [each and machine.evaluate(each, scope) for each in (node.lower, node.upper, node.step)]
    if unknown := next((each for each in ends if isinstance(each, Foreign | Size)), None):
        return unknown
    if not all(each is None or type(each) is int for each in ends):
        raise unreadable(node, "this slice cannot be read")
    return slice(*ends)
