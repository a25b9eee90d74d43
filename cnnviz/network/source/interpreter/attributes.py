"""What ``value.name`` stands for: attributes and methods of lists, dicts, modules, tensors and what is imported."""

import ast
from functools import partial
from typing import TYPE_CHECKING

from cnnviz.network.layers import all_params
from cnnviz.network.source.interpreter.calls import initialize
from cnnviz.network.source.interpreter.limits import line_of, unreadable
from cnnviz.network.source.interpreter.list_methods import METHODS
from cnnviz.network.source.interpreter.module_methods import (
    FOREIGN_ATTRIBUTES,
    LAYERED_METHODS,
    MODULE_METHODS,
    NAMED_METHODS,
    Step,
)
from cnnviz.network.source.interpreter.strings import BRACES, filled
from cnnviz.network.source.interpreter.torch_names import KNOWN, SIZES, TENSOR_METHODS, UNKNOWN_FUNCTIONS
from cnnviz.network.source.interpreter.values import (
    MODULE_DICT,
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
    Super,
    Tensor,
    describe,
)
from cnnviz.network.spec import Layer

if TYPE_CHECKING:
    from cnnviz.network.source.interpreter.machine import Machine


def attribute(machine: "Machine", node: ast.AST, value: object, name: str) -> object:
    """Return an attribute of a value.

    Raises SpecError naming the line when there is none that could be read.
    """
    match value:
        case Foreign():
            return imported(f"{value.label}.{name}", node, value.reason)
        case Super():
            return _inherited(value, name, node)
        case Instance():
            return _of_instance(value, name, node)
        case Op():
            return _of_layer(value, name, node)
        case Tensor():
            return _of_tensor(value, name, node)
        case Class() if (found := value.find(name)) is not None:
            return found
        case Class() if name == "__init__":
            return Native(name, partial(_initialize_explicitly, value))
        case list() | dict() if name in METHODS[type(value)]:
            return _bound(METHODS[type(value)][name], name, value)
        case Class() | LayerClass() if name == "__name__":
            return value.name
        case str() if name == "format":
            return Native(name, partial(_format, value))
        case str():
            return Foreign(f"a string's {name}"[:60], line_of(node))
    raise unreadable(node, f"{describe(value)} has no {name[:40]!r} that can be read")


def imported(path: str, node: ast.AST, reason: str = "") -> object:
    """Return what a dotted name stands for."""
    known = KNOWN.get(path) if not reason else None
    return Foreign(path[:100], line_of(node), reason) if known is None else known


def _bound(step: Step, name: str, value: object) -> Native:
    def run(machine: "Machine", node: ast.AST, args: Args, kwargs: Kwargs) -> object:
        return step(machine, node, value, [*args, *kwargs.values()])

    return Native(name, run)


def _format(text: str, machine: "Machine", node: ast.AST, args: Args, kwargs: Kwargs) -> object:
    return filled(node, text, BRACES, [*args, *kwargs.values()])


# Modules


def _of_instance(instance: Instance, name: str, node: ast.AST) -> object:
    if name in instance.attributes:
        return instance.attributes[name]
    found = instance.cls.find(name)
    if isinstance(found, Function):
        return Method(found, instance)
    if found is not None:
        return found
    methods = {**MODULE_METHODS, **(NAMED_METHODS if instance.cls.derives(MODULE_DICT) else {})}
    if instance.cls.derives(SEQUENTIAL) or instance.cls.derives(MODULE_LIST):
        methods |= LAYERED_METHODS
    if name in methods:
        return _bound(methods[name], name, instance)
    if name in FOREIGN_ATTRIBUTES or instance.cls.foreign:
        return Foreign(f"{instance.cls.name}.{name}"[:100], line_of(node))
    raise unreadable(node, f"{describe(instance)} has no {name[:40]!r} that can be read")


def _of_layer(op: Op, name: str, node: ast.AST) -> object:
    if name in MODULE_METHODS:
        return _bound(MODULE_METHODS[name], name, op)
    params = all_params(Layer(op.kind, op.params))
    if params.get(name) is not None and name != "bias":
        return params[name]
    return Foreign(f"{op.kind}.{name}"[:100], line_of(node))


def _of_tensor(tensor: Tensor, name: str, node: ast.AST) -> object:
    if name == "shape":
        return SIZES
    if name not in TENSOR_METHODS:
        why = UNKNOWN_FUNCTIONS.get(name, f"these can: {', '.join(TENSOR_METHODS)}")
        raise unreadable(node, f".{name[:40]} of a tensor cannot be read", why)
    method = TENSOR_METHODS[name]
    return Native(name, lambda machine, node, args, kwargs: method.run(machine, node, [tensor, *args], kwargs))


def _inherited(value: Super, name: str, node: ast.AST) -> object:
    base, this = value.base, value.this
    found = base.find(name) if base else None
    if isinstance(found, Function):
        return Method(found, this)
    if name == "__init__":
        return Native(name, lambda machine, node, args, kwargs: initialize(machine, node, base, this, args, kwargs))
    raise unreadable(node, f"super().{name[:40]} cannot be read")


def _initialize_explicitly(cls: Class, machine: "Machine", node: ast.AST, args: Args, kwargs: Kwargs) -> object:
    """Run ``nn.Module.__init__(self)``."""
    if args and isinstance(args[0], Instance):
        initialize(machine, node, cls, args[0], args[1:], kwargs)
        return None
    raise unreadable(node, "this __init__ cannot be read")
