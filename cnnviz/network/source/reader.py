"""A network read from pasted PyTorch code, which is never executed."""

import ast
from collections import Counter
from collections.abc import Iterator, Sequence

from cnnviz.errors import SpecError
from cnnviz.network.infer import Inferred, Node, infer_shapes
from cnnviz.network.inferable import without_inferable
from cnnviz.network.layers import LAYERS, check_layer
from cnnviz.network.source.choice import network_value, until_network
from cnnviz.network.source.folding import with_blocks
from cnnviz.network.source.inputs import choose_input, said_shapes, said_sizes
from cnnviz.network.source.interpreter.calls import ops_of
from cnnviz.network.source.interpreter.limits import place
from cnnviz.network.source.interpreter.machine import Machine
from cnnviz.network.source.interpreter.values import SEQUENTIAL, Foreign, Instance, Op, Scope
from cnnviz.network.source.pasted import parse_pasted
from cnnviz.network.spec import Layer, Network, make_network

Layers = tuple[Layer, ...]


def from_source(text: str) -> Network:
    """Read a network from PyTorch code, without executing any of it.

    The network is what is called net, model or network, else the last module that is made. Its input shape is that of
    a tensor or a `resize` in the code, else one that the layers fit together with.
    Raises SpecError naming the line that cannot be read and what is allowed, or the limit that is exceeded.
    """
    machine = Machine()
    try:
        return _read(machine, parse_pasted(text))
    except RecursionError as error:
        raise SpecError(f"line {machine.line}: what stands here is nested too deeply to be read") from error


def _read(machine: Machine, statements: list[ast.stmt]) -> Network:
    scope = Scope({"__name__": "__main__", "__file__": Foreign("__file__", 1)})
    needed, name = until_network(statements)
    errors = machine.run(needed, scope)
    node, module = network_value(machine, scope, needed, name, errors)
    ops = _ops(machine, node, module)
    layers = tuple(map(_layer, ops))
    shape = choose_input(layers, said_shapes(statements, machine, scope), said_sizes(statements))
    inferred = infer_shapes(make_network(input_shape=shape, layers=layers))
    _check_views(ops, inferred)
    written_as_class = isinstance(module, Instance) and not module.cls.derives(SEQUENTIAL)
    layers = _as_listed(layers, inferred.nodes, flat=written_as_class)
    return make_network(name=_title(statements, module), input_shape=shape, layers=layers)


def _ops(machine: Machine, node: ast.AST, module: object) -> tuple[Op, ...]:
    """Return the layers of the network itself, not as one Sequential.

    Raises SpecError when it has none, or one with weights stands in it twice.
    """
    ops = ops_of(machine, node, module)
    if len(ops) == 1 and ops[0].kind == "Sequential":
        ops = ops[0].parts[0]
    if not ops:
        raise SpecError(f"{place(node)}: this network has no layers")
    places = Counter(id(op) for op in _inner(ops) if _has_weights(op))
    if shared := next((op for op in _inner(ops) if places[id(op)] > 1), None):
        raise SpecError(
            f"line {shared.line}: this {shared.kind} is used {places[id(shared)]} times and shares its weights, which "
            "cannot be read; make a layer for each place, as in [nn.Conv2d(8, 8, 3) for _ in range(2)]"
        )
    return ops


def _inner(ops: Sequence[Op]) -> Iterator[Op]:
    for op in ops:
        yield op
        for part in op.parts:
            yield from _inner(part)


def _has_weights(op: Op) -> bool:
    params = LAYERS[op.kind].params
    return "num_parameters" in params or any(param.follows for param in params.values())


def _layer(op: Op) -> Layer:
    try:
        return check_layer(_unchecked(op))
    except SpecError as error:
        raise SpecError(f"line {op.line}: {error}") from error


def _unchecked(op: Op) -> Layer:
    return Layer(op.kind, op.params, tuple(tuple(map(_unchecked, part)) for part in op.parts))


def _check_views(ops: tuple[Op, ...], inferred: Inferred) -> None:
    """Refuse a ``view(-1, 400)`` that would mix images in a network that fits together."""
    if inferred.problem is None:
        for op, node in _paired(ops, inferred.nodes):
            if op.features is not None and node.output_shape != (op.features,):
                raise SpecError(
                    f"line {op.line}: view(-1, {op.features}) cannot be read: each image has "
                    f"{(node.output_shape or (0,))[0]} values there, so that it would mix images"
                )


def _paired(ops: tuple[Op, ...], nodes: tuple[Node, ...]) -> Iterator[tuple[Op, Node]]:
    for op, node in zip(ops, nodes, strict=True):
        yield op, node
        for part, inside in zip(op.parts, node.parts, strict=True):
            yield from _paired(part, inside)


def _as_listed(layers: Layers, nodes: tuple[Node, ...], *, flat: bool) -> Layers:
    """Return layers as a person would list them; `flat` without the Sequentials that a class calls one by one."""
    layers = with_blocks(without_inferable(layers, nodes), nodes)
    return tuple(
        each for layer in layers for each in (layer.parts[0] if flat and layer.kind == "Sequential" else (layer,))
    )


def _title(statements: Sequence[ast.stmt], module: object) -> str:
    """Return the first line of the text's docstring, else the name of the network's class."""
    match statements[0]:
        case ast.Expr(value=ast.Constant(value=str() as text)) if _is_title(title := text.partition("\n")[0]):
            return title
    named = isinstance(module, Instance) and module.cls is not SEQUENTIAL
    return module.cls.name[:100] if named and isinstance(module, Instance) else "network"


def _is_title(text: str) -> bool:
    return bool(text.strip()) and text.isprintable() and len(text) <= 100
