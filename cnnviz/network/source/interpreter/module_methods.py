"""Methods that every module has, and those of Sequential and ModuleList."""

import ast
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from cnnviz.network.source.interpreter.calls import checked_module
from cnnviz.network.source.interpreter.limits import unreadable
from cnnviz.network.source.interpreter.values import Args, Instance, is_module

if TYPE_CHECKING:
    from cnnviz.network.source.interpreter.machine import Machine

Step = Callable[["Machine", ast.AST, object, Args], object]
"""Is given the object and the arguments, those given by name last."""


def _itself(machine: "Machine", node: ast.AST, value: object, args: Args) -> object:
    return value


def _nothing(machine: "Machine", node: ast.AST, value: object, args: Args) -> object:
    return None


def _children(machine: "Machine", node: ast.AST, value: object, args: Args) -> object:
    return value.modules if isinstance(value, Instance) else []


def _named_children(machine: "Machine", node: ast.AST, value: object, args: Args) -> object:
    return _named(value)


def _named(value: object) -> list[tuple[str, object]]:
    attributes = value.attributes if isinstance(value, Instance) else {}
    return [(name, child) for name, child in attributes.items() if is_module(child)]


def _add_module(machine: "Machine", node: ast.AST, value: object, args: Args) -> object:
    match value, args:
        case Instance(), [str() as name, module]:
            value.attributes[name] = checked_module(node, module)
            return None
    raise unreadable(node, "this add_module cannot be read", "write module.add_module(name, layer)")


def _add_layers(machine: "Machine", node: ast.AST, value: object, args: Args) -> object:
    """Append one layer, or each of several."""
    assert isinstance(value, Instance)
    for layer in args:
        value.attributes[str(len(value.modules))] = checked_module(node, layer)
    return value


def _extend_layers(machine: "Machine", node: ast.AST, value: object, args: Args) -> object:
    return _add_layers(machine, node, value, machine.known_items(node, args[0] if args else ()))


def _insert_layer(machine: "Machine", node: ast.AST, value: object, args: Args) -> object:
    assert isinstance(value, Instance)
    match args:
        case [int() as index, layer]:
            layers = value.modules
            layers.insert(index, checked_module(node, layer))
            value.attributes = {str(number): each for number, each in enumerate(layers)}
            return value
    raise unreadable(node, "this insert cannot be read", "write insert(index, layer)")


MODULE_METHODS: Mapping[str, Step] = {
    **dict.fromkeys(("to", "cuda", "cpu", "train", "eval", "float", "double", "half", "requires_grad_"), _itself),
    "apply": _itself,  # sets weights, as in net.apply(init_weights)
    **dict.fromkeys(("zero_grad", "load_state_dict", "register_buffer"), _nothing),
    "children": _children,
    "named_children": _named_children,
    "add_module": _add_module,
    "register_module": _add_module,
}

LAYERED_METHODS: Mapping[str, Step] = {
    "append": _add_layers,
    "extend": _extend_layers,
    "insert": _insert_layer,
}
"""Of Sequential and ModuleList."""

NAMED_METHODS: Mapping[str, Step] = {
    "items": _named_children,
    "keys": lambda machine, node, value, args: [name for name, _ in _named(value)],
    "values": _children,
}
"""Of ModuleDict."""

FOREIGN_ATTRIBUTES = (
    *("training", "parameters", "named_parameters", "modules", "named_modules", "buffers", "state_dict"),
    *("register_parameter", "layer_summary"),
)
