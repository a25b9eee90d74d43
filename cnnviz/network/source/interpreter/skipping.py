"""Code that is passed over since it depends on what cannot be read: what it may have changed is then not known."""

import ast
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from cnnviz.network.source.interpreter.expressions import look_up
from cnnviz.network.source.interpreter.limits import Unreadable
from cnnviz.network.source.interpreter.module_methods import FOREIGN_ATTRIBUTES, MODULE_METHODS
from cnnviz.network.source.interpreter.values import Class, Foreign, Function, Instance, Native, Scope, is_module

if TYPE_CHECKING:
    from cnnviz.network.source.interpreter.machine import Machine

HARMLESS = frozenset({*MODULE_METHODS, *FOREIGN_ATTRIBUTES} - {"add_module", "register_module"})
"""Methods that leave a module's layers as they are."""

REACHING = ("setattr", "getattr", "map", "list", "tuple", "dict", "zip", "enumerate", "reversed", "sorted")
"""Functions of Python's that change what they are given, or hand on what is in it."""


def skip(machine: "Machine", statements: Iterable[ast.AST], scope: Scope, because: Foreign) -> None:
    """Pass over statements: what they name or may change is foreign from then on.

    Raises SpecError when they end the function or the loop around them, so that what comes next is not known.
    """
    nodes = list(statements)
    for node in nodes:
        if ending := next(_endings(node, within_loop=False), None):
            raise Unreadable(f"line {ending.lineno}: whether this is reached depends on this: {because}")
    _forget(machine, nodes, scope, because, seen=set())


def _endings(node: ast.AST, within_loop: bool) -> Iterator[ast.stmt]:
    """Yield what leaves the code: a return, or a break or continue of a loop around it."""
    if isinstance(node, ast.Return) or (isinstance(node, ast.Break | ast.Continue) and not within_loop):
        yield node
    if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Lambda):
        return
    inside = within_loop or isinstance(node, ast.For | ast.While)
    for child in ast.iter_child_nodes(node):
        yield from _endings(child, inside)


def _forget(machine: "Machine", nodes: Iterable[ast.AST], scope: Scope, because: Foreign, seen: set[int]) -> None:
    inside = [inner for each in nodes for inner in ast.walk(each)]
    harmless = {id(name) for node in inside if isinstance(node, ast.Call) for name in _only_used(node, scope)}
    for node in inside:
        machine.budget.spend(node)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and id(node) not in harmless:
            _taint(machine, node, _value(node.id, scope), because)
    for node in inside:
        function = _called(node, scope)
        if function and id(function) not in seen:
            seen.add(id(function))
            _forget(machine, function.body, Scope(parent=function.scope), because, seen)
    for node in inside:
        for name, place in _named(node, scope):
            place.names[name] = Foreign(name[:40], because.line, str(because))


def _value(name: str, scope: Scope) -> object:
    return (look_up(name, scope) or (None,))[0]


def _taint(machine: "Machine", node: ast.AST, value: object, because: Foreign) -> None:
    """Note that a value, and what is in it, may have been changed."""
    waiting, seen = [value], set(machine.tainted)
    while waiting:
        each = waiting.pop()
        if isinstance(each, list | tuple | dict | Instance | Class) and id(each) not in seen:
            machine.budget.spend(node)
            seen.add(id(each))
            waiting += _contents(each)
            if not isinstance(each, tuple):
                machine.tainted[id(each)] = (each, because)


def _contents(value: list[object] | tuple[object, ...] | dict[object, object] | Instance | Class) -> list[object]:
    if isinstance(value, Instance | Class):
        return [*value.attributes.values()]
    return [*value.values()] if isinstance(value, dict) else [*value]


def _only_used(call: ast.Call, scope: Scope) -> list[ast.AST]:
    """Return the names in a call that are not changed by it: what is called, and what Python's own functions get."""
    match call.func:
        case ast.Name(id=name) if isinstance(native := _value(name, scope), Native) and native.name not in REACHING:
            return [call.func, *call.args]
        case ast.Name():
            return [call.func]
        case ast.Attribute(value=ast.Name(id=name) as owner, attr=method):
            value = _value(name, scope)
            layer = isinstance(value, Instance) and is_module(value.attributes.get(method))
            return [owner] if layer or method in HARMLESS else []
    return []


def _called(node: ast.AST, scope: Scope) -> Function | None:
    """Return the function of the text that a piece of code calls."""
    found: object = None
    match node:
        case ast.Call(func=ast.Name(id=name)):
            found = _value(name, scope)
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method)):
            owner = _value(name, scope)
            found = owner.cls.find(method) if isinstance(owner, Instance) else None
    return found if isinstance(found, Function) else None


def _named(node: ast.AST, scope: Scope) -> list[tuple[str, Scope]]:
    """Return the names that a piece of code gives a value, each with its scope."""
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            return [(name, scope)]
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.AsyncFunctionDef(name=name):
            return [(name, scope)]
        case ast.Import() | ast.ImportFrom():
            return [(alias.asname or alias.name.partition(".")[0], scope) for alias in node.names]
        case ast.Global() | ast.Nonlocal():
            return [(name, place) for name in node.names for place in _around(scope)]
    return []


def _around(scope: Scope | None) -> Iterator[Scope]:
    while scope is not None:
        yield scope
        scope = scope.parent
