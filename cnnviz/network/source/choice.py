"""Which of the values in pasted code is the network."""

import ast
from collections.abc import Iterator, Sequence

from cnnviz.errors import SpecError
from cnnviz.network.source.interpreter.limits import Unreadable, unreadable
from cnnviz.network.source.interpreter.machine import Machine
from cnnviz.network.source.interpreter.module_methods import LAYERED_METHODS
from cnnviz.network.source.interpreter.values import MODULE, Class, Foreign, Scope, depends, describe, is_module

NAMES = ("net", "model", "network")
CHANGING = (*LAYERED_METHODS, "add_module", "register_module")
NO_NETWORK = "this text makes no network; it needs a line such as net = nn.Sequential(nn.Flatten(), nn.LazyLinear(10))"


def until_network(statements: Sequence[ast.stmt]) -> tuple[list[ast.stmt], str | None]:
    """Return the statements up to the last that makes or changes what is called net, and its name; else all.

    What comes after, such as training, is of no interest, and neither is a call of what returns nothing.
    """
    flat = list(_flat(statements))
    functions = [each for each in flat if isinstance(each, ast.FunctionDef)]
    changing = [each.name for each in functions if _changes_argument(each)]
    found = [(index, name) for index, each in enumerate(flat) for name in _sets(each, changing) if name in NAMES]
    if not found:
        procedures = {each.name for each in functions if not _returns(each)} - {*changing}
        return [each for each in flat if not _only_calls(each, procedures)], None
    last, name = found[-1]
    return flat[: last + 1], name


def _flat(statements: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield statements, those under ``if __name__ == "__main__":`` as if they stood by themselves."""
    for statement in statements:
        match statement:
            case ast.If(test=ast.Compare(left=ast.Name(id="__name__")), body=body):
                yield from _flat(body)
            case _:
                yield statement


def _returns(function: ast.FunctionDef) -> bool:
    return any(isinstance(node, ast.Return) and node.value is not None for node in ast.walk(function))


def _only_calls(statement: ast.stmt, procedures: set[str]) -> bool:
    """Return whether a statement is only a call such as ``main()``, of a function that returns nothing."""
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Name(id=name))):
            return name in procedures
    return False


def _changes_argument(function: ast.FunctionDef) -> bool:
    names = {argument.arg for argument in function.args.args}
    return any(name in names for each in function.body for name in _parts_set(each, ()))


def _sets(node: ast.AST, changing: Sequence[str]) -> Iterator[str]:
    """Yield the names that a statement gives a value, or of which it changes a part."""
    for inner in _outside_functions(node):
        if isinstance(inner, ast.Name) and not isinstance(inner.ctx, ast.Load):
            yield inner.id
    yield from _parts_set(node, changing)


def _parts_set(node: ast.AST, changing: Sequence[str]) -> Iterator[str]:
    """Yield the names of what a statement sets a part of, adds a layer to, or gives to a function that does so."""
    for inner in _outside_functions(node):
        match inner:
            case ast.Attribute(ctx=ast.Store() | ast.Del()) | ast.Subscript(ctx=ast.Store() | ast.Del()):
                yield from _base(inner.value)
            case ast.Call(func=ast.Attribute(attr=method, value=value)) if method in CHANGING:
                yield from _base(value)
            case ast.Call(func=ast.Name(id=name), args=args) if name == "setattr" or name in changing:
                yield from (each for argument in args for each in _base(argument))


def _outside_functions(node: ast.AST) -> Iterator[ast.AST]:
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
        yield node
        for child in ast.iter_child_nodes(node):
            yield from _outside_functions(child)


def _base(node: ast.AST) -> Iterator[str]:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    if isinstance(node, ast.Name):
        yield node.id


def network_value(
    machine: Machine, scope: Scope, statements: Sequence[ast.stmt], name: str | None, errors: Sequence[Unreadable]
) -> tuple[ast.AST, object]:
    """Return the network's module and where it was made.

    Raises SpecError when there is none, with the first reason why something could not be read.
    """
    if name is not None and name in scope.names:
        return statements[-1], _named(machine, statements[-1], name, machine.known(scope.names[name]))
    if machine.last is not None:
        return machine.last
    for cls in reversed(machine.classes):
        if cls.derives(MODULE) or cls.foreign:
            return statements[-1], _made(machine, statements[-1], cls)
    raise errors[0] if errors else SpecError(NO_NETWORK)


def _named(machine: Machine, node: ast.AST, name: str, value: object) -> object:
    if isinstance(value, Foreign):
        raise Unreadable(value.reason) if value.reason else depends(node, name, value)
    if isinstance(value, Class) and value.derives(MODULE):
        return _made(machine, node, value)
    if not is_module(value):
        raise unreadable(node, f"{name} is {describe(value)} and no network")
    return value


def _made(machine: Machine, node: ast.AST, cls: Class) -> object:
    try:
        return machine.call(node, cls, [], {})
    except Unreadable as error:
        raise Unreadable(f"{error}; add a line such as net = {cls.name[:40]}(…)") from error
