"""How each kind of expression is read: a literal table from Python's syntax to a small function."""

import ast
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from cnnviz.network.source.interpreter import flow
from cnnviz.network.source.interpreter.arithmetic import binary, compare, is_number, is_scalar, unary
from cnnviz.network.source.interpreter.comprehensions import dict_comprehension, dict_key, list_comprehension
from cnnviz.network.source.interpreter.limits import bounded, unreadable
from cnnviz.network.source.interpreter.natives import BUILTINS
from cnnviz.network.source.interpreter.strings import PERCENT, filled
from cnnviz.network.source.interpreter.subscripts import read_slice, subscript
from cnnviz.network.source.interpreter.torch_names import KNOWN
from cnnviz.network.source.interpreter.values import (
    Foreign,
    Function,
    Instance,
    Native,
    Scope,
    Super,
    Tensor,
    describe,
)

if TYPE_CHECKING:
    from cnnviz.network.source.interpreter.machine import Machine

Read = Callable[["Machine", Any, Scope], object]


def _constant(machine: "Machine", node: ast.Constant, scope: Scope) -> object:
    if not is_scalar(node.value):
        return Foreign(type(node.value).__name__, node.lineno)
    return bounded(node, node.value)


CONVENTIONS: Mapping[str, tuple[object]] = {
    "torch": (Foreign("torch", 1),),
    "nn": (Foreign("torch.nn", 1),),
    "F": (Foreign("torch.nn.functional", 1),),
}
"""Names that mean the same wherever PyTorch is written, for code that was pasted without its imports."""


def _name(machine: "Machine", node: ast.Name, scope: Scope) -> object:
    found = look_up(node.id, scope)
    if found is None:
        raise unreadable(node, f"{node.id[:40]} is not defined in this text", "paste its definition too")
    return machine.known(found[0])


def look_up(name: str, scope: Scope) -> tuple[object] | None:
    """Return what a name stands for, alone in a tuple, or None where it stands for nothing."""
    place: Scope | None = scope
    while place is not None:
        if name in place.names:
            return (place.names[name],)
        for module in place.stars:
            if f"{module}.{name}" in KNOWN:
                return (KNOWN[f"{module}.{name}"],)
        place = place.parent
    if name.endswith(("Error", "Exception", "Warning")):
        return (Foreign(name[:40], 1),)
    return (BUILTINS[name],) if name in BUILTINS else CONVENTIONS.get(name)


def _attribute(machine: "Machine", node: ast.Attribute, scope: Scope) -> object:
    return machine.attribute(node, machine.evaluate(node.value, scope), node.attr)


def _call(machine: "Machine", node: ast.Call, scope: Scope) -> object:
    if isinstance(node.func, ast.Name) and node.func.id == "super":
        return _super(machine, node, scope)
    callee = machine.evaluate(node.func, scope)
    if isinstance(callee, Native) and callee.lazy:
        return None
    args = list(_items(machine, node.args, scope))
    kwargs: dict[str, object] = {}
    for keyword in node.keywords:
        value = machine.evaluate(keyword.value, scope)
        if keyword.arg is not None:
            kwargs[keyword.arg] = value
        elif isinstance(value, dict):
            kwargs.update({str(name): each for name, each in value.items()})
        elif not isinstance(callee, Foreign):
            raise unreadable(node, f"**{describe(value)} cannot be read")
    return machine.call(node, callee, args, kwargs)


def _super(machine: "Machine", node: ast.Call, scope: Scope) -> object:
    place: Scope | None = scope
    while place is not None and place.owner is None:
        place = place.parent
    if place is None or not isinstance(place.this, Instance) or place.owner is None:
        raise unreadable(node, "super() stands outside of a method")
    return Super(place.this, place.owner.base)


def _items(machine: "Machine", nodes: list[ast.expr], scope: Scope) -> Iterator[object]:
    """Yield the values of expressions, those with a star one by one."""
    for node in nodes:
        if isinstance(node, ast.Starred):
            yield from machine.known_items(node, machine.evaluate(node.value, scope))
        else:
            yield machine.evaluate(node, scope)


def _list(machine: "Machine", node: ast.List, scope: Scope) -> object:
    return machine.budget.made(node, list(_items(machine, node.elts, scope)))


def _tuple(machine: "Machine", node: ast.Tuple, scope: Scope) -> object:
    return machine.budget.made(node, tuple(_items(machine, node.elts, scope)))


def _dict(machine: "Machine", node: ast.Dict, scope: Scope) -> object:
    result: dict[object, object] = {}
    for key, value in zip(node.keys, node.values, strict=True):
        each = machine.evaluate(value, scope)
        if key is None:
            if not isinstance(each, dict):
                raise unreadable(node, f"**{describe(each)} cannot be read")
            result.update(each)
        else:
            result[dict_key(node, machine.evaluate(key, scope))] = each
    return machine.budget.made(node, result)


def _binary(machine: "Machine", node: ast.BinOp, scope: Scope) -> object:
    left, right = machine.evaluate(node.left, scope), machine.evaluate(node.right, scope)
    return operate(machine, node, node.op, left, right)


def operate(machine: "Machine", node: ast.AST, op: ast.operator, left: object, right: object) -> object:
    """Return ``left op right``, also of tensors.

    Raises SpecError naming the line when it cannot be read.
    """
    if isinstance(left, Tensor) and isinstance(right, Tensor) and isinstance(op, ast.Add | ast.Mult):
        return (flow.add if isinstance(op, ast.Add) else flow.multiply)(node, left, right)
    if isinstance(left, str) and isinstance(op, ast.Mod) and not isinstance(right, Foreign):
        return filled(node, left, PERCENT, right if isinstance(right, tuple) else (right,))
    return binary(node, op, left, right, machine.budget)


def _unary(machine: "Machine", node: ast.UnaryOp, scope: Scope) -> object:
    value = machine.evaluate(node.operand, scope)
    if isinstance(node.op, ast.Not):
        truth = machine.truth(node, value)
        return truth if isinstance(truth, Foreign) else not truth
    return unary(node, node.op, value)


def _boolean(machine: "Machine", node: ast.BoolOp, scope: Scope) -> object:
    """Return the first value that decides; one that is not known decides only where none after it does."""
    unknown, value = None, None
    for each in node.values:
        value = machine.evaluate(each, scope)
        truth = machine.truth(each, value)
        if isinstance(truth, Foreign):
            unknown = unknown or truth
        elif truth == isinstance(node.op, ast.Or):
            return truth if unknown else value
    return unknown or value


def _compare(machine: "Machine", node: ast.Compare, scope: Scope) -> object:
    left = machine.evaluate(node.left, scope)
    result: object = True
    for op, comparator in zip(node.ops, node.comparators, strict=True):
        right = machine.evaluate(comparator, scope)
        result = compare(node, op, left, right)
        if result is not True:
            return result
        left = right
    return result


def _conditional(machine: "Machine", node: ast.IfExp, scope: Scope) -> object:
    truth = machine.truth(node.test, machine.evaluate(node.test, scope))
    if isinstance(truth, Foreign):
        return truth
    return machine.evaluate(node.body if truth else node.orelse, scope)


def _lambda(machine: "Machine", node: ast.Lambda, scope: Scope) -> object:
    body: list[ast.stmt] = [ast.copy_location(ast.Return(node.body), node.body)]
    return Function("a lambda", node.args, body, scope, machine.defaults(node.args, scope))


def _f_string(machine: "Machine", node: ast.JoinedStr, scope: Scope) -> object:
    text = ""
    for part in node.values:
        value = machine.evaluate(part.value if isinstance(part, ast.FormattedValue) else part, scope)
        formatted = isinstance(part, ast.FormattedValue) and part.format_spec is not None
        if formatted or not (is_number(value) or isinstance(value, str | None)):
            return Foreign("an f-string", node.lineno)
        text += str(value)
        bounded(node, text)
    return text


def _walrus(machine: "Machine", node: ast.NamedExpr, scope: Scope) -> object:
    value = machine.evaluate(node.value, scope)
    machine.assign(node.target, value, scope)
    return value


EXPRESSIONS: Mapping[type[ast.AST], Read] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Call: _call,
    ast.List: _list,
    ast.Tuple: _tuple,
    ast.Dict: _dict,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.BoolOp: _boolean,
    ast.Compare: _compare,
    ast.IfExp: _conditional,
    ast.Subscript: subscript,
    ast.Slice: read_slice,
    ast.ListComp: list_comprehension,
    ast.GeneratorExp: list_comprehension,
    ast.DictComp: dict_comprehension,
    ast.Lambda: _lambda,
    ast.JoinedStr: _f_string,
    ast.NamedExpr: _walrus,
}
