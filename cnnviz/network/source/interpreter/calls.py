"""Calls: of functions and classes in the text, of layers that are made, and of layers that are given a tensor."""

import ast
from collections.abc import Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING

from cnnviz.errors import SpecError
from cnnviz.network.source.interpreter import flow
from cnnviz.network.source.interpreter.layer_calls import make_layer
from cnnviz.network.source.interpreter.limits import MAX_CALLS, line_of, place, unreadable
from cnnviz.network.source.interpreter.torch_names import LEAVES, UNKNOWN_FUNCTIONS
from cnnviz.network.source.interpreter.values import (
    MODULE_LIST,
    SEQUENTIAL,
    Args,
    Class,
    Foreign,
    Function,
    Instance,
    Kwargs,
    LayerClass,
    Method,
    Native,
    Op,
    Return,
    Scope,
    Tensor,
    container,
    depends,
    describe,
    is_module,
)

if TYPE_CHECKING:
    from cnnviz.network.source.interpreter.machine import Machine


def call(machine: "Machine", node: ast.AST, callee: object, args: Args, kwargs: Kwargs) -> object:
    """Return what a call returns.

    Raises SpecError naming the line when it cannot be read.
    """
    match callee:
        case Native():
            return callee.run(machine, node, args, kwargs)
        case LayerClass():
            return make_layer(node, callee, args, kwargs)
        case Class():
            return _instance(machine, node, callee, args, kwargs)
        case Function():
            return _function(machine, node, callee, args, kwargs)
        case Method():
            return _function(machine, node, callee.function, [callee.this, *args], kwargs, this=callee.this)
        case Op() | Instance():
            return _forward(machine, node, callee, args, kwargs)
        case Foreign():
            return _foreign(node, callee, args, kwargs)
    raise unreadable(node, f"{describe(callee)} cannot be called")


def _foreign(node: ast.AST, callee: Foreign, args: Args, kwargs: Kwargs) -> Foreign:
    name = callee.label.rpartition(".")[2]
    if any(isinstance(value, Tensor) for value in [*args, *kwargs.values()]) and not callee.reason:
        raise unreadable(node, f"{callee.label} cannot be read", UNKNOWN_FUNCTIONS.get(name, "use a layer of torch.nn"))
    reason = callee.reason
    if callee.label == f"torch.nn.{name}":
        near = get_close_matches(name, LEAVES, n=1)
        hint = f"; did you mean nn.{near[0]}?" if near else ""
        reason = f"{place(node)}: nn.{name[:40]} is not among the layers known here{hint}"
    return Foreign(f"{callee.label}()"[:100], line_of(node), reason)


# Functions and classes of the text


def _function(
    machine: "Machine", node: ast.AST, function: Function, args: Args, kwargs: Kwargs, this: object = None
) -> object:
    if machine.depth >= MAX_CALLS:
        raise SpecError(f"{place(node)}: functions can call each other {MAX_CALLS} deep here, and this goes deeper")
    scope = Scope(_bound(node, function, args, kwargs), function.scope, function.owner, this)
    machine.depth += 1
    try:
        outcome = machine.execute(function.body, scope)
    finally:
        machine.depth -= 1
    return outcome.value if isinstance(outcome, Return) else None


def _bound(node: ast.AST, function: Function, args: Args, kwargs: Kwargs) -> dict[str, object]:
    """Return a function's parameters with the values that a call gives them."""
    arguments = function.arguments
    positional = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args)]
    known = {*positional, *(argument.arg for argument in arguments.kwonlyargs)}
    names = {**function.defaults, **dict(zip(positional, args, strict=False))}
    if len(args) > len(positional) and not arguments.vararg:
        raise unreadable(node, f"{function.title} takes {len(positional)} arguments, not {len(args)}")
    more: dict[object, object] = {}
    for name, value in kwargs.items():
        if name not in known and not arguments.kwarg:
            raise unreadable(node, f"{function.title} has no parameter {name[:40]!r}")
        (names if name in known else more)[name] = value
    if arguments.vararg:
        names[arguments.vararg.arg] = tuple(args[len(positional) :])
    if arguments.kwarg:
        names[arguments.kwarg.arg] = more
    if missing := [name for name in known if name not in names]:
        raise unreadable(node, f"{function.title} needs {', '.join(sorted(missing))}")
    return names


def _instance(machine: "Machine", node: ast.AST, cls: Class, args: Args, kwargs: Kwargs) -> Instance:
    instance = Instance(cls)
    initialize(machine, node, cls, instance, args, kwargs)
    return instance


def initialize(
    machine: "Machine", node: ast.AST, cls: Class | None, instance: Instance, args: Args, kwargs: Kwargs
) -> None:
    """Run the `__init__` that an object of a class has."""
    init = cls.find("__init__") if cls else None
    if isinstance(init, Function):
        _function(machine, node, init, [instance, *args], kwargs, this=instance)
    elif isinstance(init, Foreign):
        raise unreadable(node, str(init))
    elif cls and cls.holds_layers:
        _fill(machine, node, cls, instance, args)
    elif (args or kwargs) and cls and not cls.foreign:
        raise unreadable(node, f"{cls.name} takes no arguments")


def _fill(machine: "Machine", node: ast.AST, cls: Class, instance: Instance, args: Args) -> None:
    """Put the layers that a Sequential, ModuleList or ModuleDict is given into it."""
    if cls.derives(MODULE_LIST):
        args = machine.known_items(node, args[0]) if args else []
    if len(args) == 1 and isinstance(args[0], dict):
        named = args[0]
    else:
        named = {str(number): value for number, value in enumerate(args)}
    for name, value in named.items():
        instance.attributes[str(name)] = checked_module(node, value)


def checked_module(node: ast.AST, value: object) -> object:
    """Return a value that is a module.

    Raises SpecError saying what it is instead.
    """
    if is_module(value):
        return value
    if isinstance(value, Foreign):
        raise depends(node, "a layer here", value)
    hints: Mapping[type, str] = {list: "write *layers", tuple: "write *layers", LayerClass: "write () behind its name"}
    raise unreadable(node, f"{describe(value)} stands where a layer is needed", hints.get(type(value), ""))


# Forward passes


def _forward(machine: "Machine", node: ast.AST, module: Op | Instance, args: Args, kwargs: Kwargs) -> object:
    values = [*args, *kwargs.values()]
    if unknown := next((value for value in values if isinstance(value, Foreign)), None):
        return Foreign(f"{describe(module)} of {unknown.label}"[:100], line_of(node), unknown.reason)
    if len(values) == 1 and isinstance(tensor := values[0], Tensor):
        for op in ops_of(machine, node, module):
            tensor = flow.apply(node, op, tensor)
        return tensor
    if isinstance(module, Instance) and isinstance(method := _forward_method(module), Method):
        return call(machine, node, method, args, kwargs)
    raise unreadable(node, f"{describe(module)} of {', '.join(map(describe, values))} cannot be read")


def ops_of(machine: "Machine", node: ast.AST, module: object) -> flow.Ops:
    """Return the layers that a module applies to a tensor: itself, a Sequential, or what its forward does.

    None for an empty Sequential.
    """
    machine.budget.spend(node)
    checked_module(node, machine.known(module))
    if isinstance(module, Op):
        return (module,)
    assert isinstance(module, Instance)
    if isinstance(method := _forward_method(module), Method):
        return _as_one(node, trace(machine, node, method))
    if module.cls.derives(SEQUENTIAL):
        children = tuple(op for child in module.modules for op in ops_of(machine, node, child) or (_identity(node),))
        return _as_one(node, children, least=1)
    if module.cls.foreign and is_module(net := module.attributes.get("net")):
        return ops_of(machine, node, net)  # as d2l.Module does
    raise unreadable(node, f"{describe(module)} has no forward that could be read")


def trace(machine: "Machine", node: ast.AST, method: Method) -> flow.Ops:
    """Return the layers that a forward applies to its one input.

    Raises SpecError when it returns anything but a tensor made of that.
    """
    start, last = Tensor(), method.function.body[-1]
    out = call(machine, node, method, [start], {})
    if isinstance(out, Foreign):
        raise depends(last, f"what {method.this.cls.name}.forward returns", out)
    if not isinstance(out, Tensor):
        raise unreadable(last, f"{method.this.cls.name}.forward returns {describe(out)}", "it must return one tensor")
    return flow.chain(node, out, start)


def _as_one(node: ast.AST, ops: flow.Ops, least: int = 2) -> flow.Ops:
    return ops if len(ops) < least else (container("Sequential", line_of(node), ops),)


def _identity(node: ast.AST) -> Op:
    return Op("Identity", line_of(node))


def _forward_method(module: Instance) -> Method | None:
    found = module.cls.find("forward")
    return Method(found, module) if isinstance(found, Function) else None
