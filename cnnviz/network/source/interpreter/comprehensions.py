"""Comprehensions, read loop by loop."""

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from cnnviz.network.source.interpreter.arithmetic import is_flat, is_scalar
from cnnviz.network.source.interpreter.limits import unreadable
from cnnviz.network.source.interpreter.values import Foreign, Scope, describe

if TYPE_CHECKING:
    from cnnviz.network.source.interpreter.machine import Machine


def list_comprehension(machine: "Machine", node: ast.ListComp | ast.GeneratorExp, scope: Scope) -> object:
    """Return the list of a comprehension or generator."""
    result: list[object] = []
    unknown = _each(
        machine, node.generators, Scope(parent=scope), lambda inner: result.append(machine.evaluate(node.elt, inner))
    )
    return unknown or machine.budget.made(node, result)


def dict_comprehension(machine: "Machine", node: ast.DictComp, scope: Scope) -> object:
    """Return the dict of a comprehension."""
    result: dict[object, object] = {}

    def put(inner: Scope) -> None:
        result[dict_key(node, machine.evaluate(node.key, inner))] = machine.evaluate(node.value, inner)

    return _each(machine, node.generators, Scope(parent=scope), put) or machine.budget.made(node, result)


def _each(
    machine: "Machine", generators: list[ast.comprehension], scope: Scope, put: Callable[[Scope], None]
) -> Foreign | None:
    """Run a comprehension's loops, and return what is not known of it, if anything."""
    if not generators:
        put(scope)
        return None
    loop, *inner = generators
    items = machine.evaluate(loop.iter, scope)
    if isinstance(items, Foreign):
        return items
    for item in machine.iterate(loop.iter, items):
        machine.assign(loop.target, item, scope)
        tests = [machine.truth(test, machine.evaluate(test, scope)) for test in loop.ifs]
        unknown = next((test for test in tests if isinstance(test, Foreign)), None)
        if all(tests) and not unknown:
            unknown = _each(machine, inner, scope, put)
        if unknown:
            return unknown
    return None


def dict_key(node: ast.AST, key: object) -> object:
    """Return a value that can be the key of a dict.

    Raises SpecError when it cannot be looked up at once, whatever is in it.
    """
    if not is_scalar(key) and not (isinstance(key, tuple) and is_flat(key)):
        raise unreadable(node, f"{describe(key)} cannot be the key of a dict here")
    return key
