"""How each kind of statement is read: a literal table from Python's syntax to a small function."""

import ast
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from cnnviz.network.source.interpreter.attributes import imported
from cnnviz.network.source.interpreter.expressions import operate
from cnnviz.network.source.interpreter.limits import bounded, unreadable
from cnnviz.network.source.interpreter.skipping import skip
from cnnviz.network.source.interpreter.values import (
    Class,
    Foreign,
    Function,
    Jump,
    Native,
    Outcome,
    Return,
    Scope,
)

if TYPE_CHECKING:
    from cnnviz.network.source.interpreter.machine import Machine

PLAIN = ("__init__", "__repr__", "__str__", "__constants__", "__annotations__", "__slots__")
"""Names in a class, of those between double underscores, that change nothing in what its forward does."""

Run = Callable[["Machine", Any, Scope], Outcome]


def _expression(machine: "Machine", node: ast.Expr, scope: Scope) -> Outcome:
    machine.note(node, machine.evaluate(node.value, scope), scope)
    return None


def _assign(machine: "Machine", node: ast.Assign, scope: Scope) -> Outcome:
    value = machine.evaluate(node.value, scope)
    for target in node.targets:
        machine.assign(target, value, scope)
    return None


def _annotated(machine: "Machine", node: ast.AnnAssign, scope: Scope) -> Outcome:
    if node.value is not None:
        machine.assign(node.target, machine.evaluate(node.value, scope), scope)
    return None


def _augmented(machine: "Machine", node: ast.AugAssign, scope: Scope) -> Outcome:
    place = ast.copy_location(_as_read(node.target), node.target)
    left, right = machine.evaluate(place, scope), machine.evaluate(node.value, scope)
    if isinstance(left, list) and isinstance(node.op, ast.Add):
        left.extend(machine.known_items(node, right))
        bounded(node, left)
    else:
        left = operate(machine, node, node.op, left, right)
    machine.assign(node.target, left, scope)
    return None


def _as_read(target: ast.Name | ast.Attribute | ast.Subscript) -> ast.expr:
    match target:
        case ast.Name():
            return ast.Name(target.id, ast.Load())
        case ast.Attribute():
            return ast.Attribute(target.value, target.attr, ast.Load())
        case _:
            return ast.Subscript(target.value, target.slice, ast.Load())


def _if(machine: "Machine", node: ast.If, scope: Scope) -> Outcome:
    truth = machine.truth(node.test, machine.evaluate(node.test, scope))
    if isinstance(truth, Foreign):
        skip(machine, [*node.body, *node.orelse], scope, truth)
        return None
    return machine.execute(node.body if truth else node.orelse, scope)


def _for(machine: "Machine", node: ast.For, scope: Scope) -> Outcome:
    items = machine.evaluate(node.iter, scope)
    if isinstance(items, Foreign):
        skip(machine, [node], scope, items)
        return None
    for item in machine.iterate(node.iter, items):
        machine.assign(node.target, item, scope)
        outcome = machine.execute(node.body, scope)
        if outcome is Jump.BREAK:
            return None
        if isinstance(outcome, Return):
            return outcome
    return machine.execute(node.orelse, scope)


def _while(machine: "Machine", node: ast.While, scope: Scope) -> Outcome:
    while True:
        truth = machine.truth(node.test, machine.evaluate(node.test, scope))
        if isinstance(truth, Foreign):
            skip(machine, [node], scope, truth)
            return None
        if not truth:
            return machine.execute(node.orelse, scope)
        outcome = machine.execute(node.body, scope)
        if outcome is Jump.BREAK:
            return None
        if isinstance(outcome, Return):
            return outcome


def _with(machine: "Machine", node: ast.With, scope: Scope) -> Outcome:
    for item in node.items:
        value = machine.evaluate(item.context_expr, scope)
        if item.optional_vars is not None:
            machine.assign(item.optional_vars, value, scope)
    return machine.execute(node.body, scope)


def _return(machine: "Machine", node: ast.Return, scope: Scope) -> Outcome:
    return Return(machine.evaluate(node.value, scope) if node.value else None)


def _function(machine: "Machine", node: ast.FunctionDef, scope: Scope) -> Outcome:
    function = Function(node.name[:40], node.args, node.body, scope, machine.defaults(node.args, scope))
    scope.names[node.name] = _undecorated(node, function)
    return None


def _class(machine: "Machine", node: ast.ClassDef, scope: Scope) -> Outcome:
    if node.keywords:
        raise unreadable(node, f"{node.name[:40]} changes how Python works by its {node.keywords[0].arg}")
    bases = [machine.evaluate(base, scope) for base in node.bases]
    known = [base for base in bases if isinstance(base, Class)]
    cls = Class(node.name[:40], known[0] if known else None, foreign=any(isinstance(base, Foreign) for base in bases))
    cls.foreign = cls.foreign or any(base.foreign for base in known)
    if len(known) > 1:
        raise unreadable(node, f"{node.name[:40]} has {len(known)} bases", "one can be read")
    inside = Scope(parent=scope)
    machine.execute(node.body, inside)
    if special := next((name for name in inside.names if name[:2] == name[-2:] == "__" and name not in PLAIN), None):
        raise unreadable(node, f"{node.name[:40]} changes how Python works by its {special[:40]}")
    for name, value in inside.names.items():
        cls.attributes[name] = _owned(value, cls) if isinstance(value, Function) else value
    scope.names[node.name] = _undecorated(node, cls)
    if not node.decorator_list:
        machine.classes.append(cls)
    return None


def _owned(function: Function, cls: Class) -> Function:
    scope = function.scope.parent or function.scope  # a method does not see the names of its class
    return Function(function.name, function.arguments, function.body, scope, function.defaults, cls)


def _undecorated(node: ast.FunctionDef | ast.ClassDef, value: object) -> object:
    match node.decorator_list:
        case []:
            return value
        case [ast.Name(id="staticmethod")]:
            return Native(node.name[:40], lambda machine, place, args, kwargs: machine.call(place, value, args, kwargs))
    line = node.decorator_list[0].lineno
    return Foreign(node.name[:40], line, f"line {line}: {node.name[:40]} has a decorator, which cannot be read")


def _import(machine: "Machine", node: ast.Import, scope: Scope) -> Outcome:
    for alias in node.names:
        top = alias.name.partition(".")[0]
        scope.names[alias.asname or top] = imported(alias.name if alias.asname else top, node)
    return None


def _import_from(machine: "Machine", node: ast.ImportFrom, scope: Scope) -> Outcome:
    module = "." * node.level + (node.module or "")
    for alias in node.names:
        if alias.name == "*":
            scope.stars.append(module)
        else:
            scope.names[alias.asname or alias.name] = imported(f"{module}.{alias.name}", node)
    return None


def _nothing(machine: "Machine", node: ast.stmt, scope: Scope) -> Outcome:
    return None


def _break(machine: "Machine", node: ast.Break, scope: Scope) -> Outcome:
    return Jump.BREAK


def _continue(machine: "Machine", node: ast.Continue, scope: Scope) -> Outcome:
    return Jump.CONTINUE


def _raise(machine: "Machine", node: ast.Raise, scope: Scope) -> Outcome:
    raise unreadable(node, "the code raises an error here")


STATEMENTS: Mapping[type[ast.AST], Run] = {
    ast.Expr: _expression,
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.If: _if,
    ast.For: _for,
    ast.While: _while,
    ast.With: _with,
    ast.Return: _return,
    ast.FunctionDef: _function,
    ast.ClassDef: _class,
    ast.Import: _import,
    ast.ImportFrom: _import_from,
    ast.Assert: _nothing,
    ast.Pass: _nothing,
    ast.Break: _break,
    ast.Continue: _continue,
    ast.Raise: _raise,
}
