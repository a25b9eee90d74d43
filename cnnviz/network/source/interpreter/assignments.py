"""What an assignment's target, such as a name, an attribute or several names, is given."""

import ast
from typing import TYPE_CHECKING

from cnnviz.network.source.interpreter.limits import bounded, unreadable
from cnnviz.network.source.interpreter.values import MODULE_DICT, Class, Foreign, Instance, Scope, describe, is_module

if TYPE_CHECKING:
    from cnnviz.network.source.interpreter.machine import Machine


def assign(machine: "Machine", target: ast.expr, value: object, scope: Scope) -> None:
    """Give a name, attribute, item or several names a value.

    Raises SpecError naming the line when that cannot be read.
    """
    match target:
        case ast.Name():
            scope.names[target.id] = value
        case ast.Tuple() | ast.List():
            _unpack(machine, target, value, scope)
        case ast.Starred():
            assign(machine, target.value, value, scope)
        case ast.Attribute():
            _set_attribute(machine.evaluate(target.value, scope), target, value)
        case ast.Subscript():
            _set_item(machine, target, value, scope)
        case _:
            raise unreadable(target, "this assignment cannot be read")


def _unpack(machine: "Machine", target: ast.Tuple | ast.List, value: object, scope: Scope) -> None:
    if isinstance(value, Foreign):
        for each in target.elts:
            assign(machine, each, value, scope)
        return
    values, names = machine.known_items(target, value), target.elts
    star = next((index for index, each in enumerate(names) if isinstance(each, ast.Starred)), None)
    if star is not None and len(values) >= len(names) - 1:
        end = len(values) - (len(names) - 1 - star)
        values = [*values[:star], values[star:end], *values[end:]]
    if len(values) != len(names):
        raise unreadable(target, f"{len(values)} values cannot be given to {len(names)} names")
    for each, item in zip(names, values, strict=True):
        assign(machine, each, item, scope)


def _set_attribute(owner: object, target: ast.Attribute, value: object) -> None:
    if isinstance(owner, Instance | Class):
        owner.attributes[target.attr] = value
    elif not isinstance(owner, Foreign):
        raise unreadable(target, f"setting .{target.attr[:40]} of {describe(owner)} cannot be read")


def _set_item(machine: "Machine", target: ast.Subscript, value: object, scope: Scope) -> None:
    owner, key = machine.evaluate(target.value, scope), machine.evaluate(target.slice, scope)
    match owner:
        case Foreign():
            return
        case list() if isinstance(key, int) and -len(owner) <= key < len(owner):
            owner[key] = value
        case dict() if isinstance(key, int | str):
            owner[key] = value
            bounded(target, owner)
        case Instance() if isinstance(key, str) and owner.cls.derives(MODULE_DICT):
            owner.attributes[key] = value
        case Instance() if isinstance(key, int) and -len(owner.modules) <= key < len(owner.modules):
            names = [name for name, each in owner.attributes.items() if is_module(each)]
            owner.attributes[names[key]] = value
        case _:
            raise unreadable(target, f"setting {describe(owner)}[{describe(key)}] cannot be read")
