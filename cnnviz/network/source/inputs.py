"""The input shape of a network in pasted code: said there, as in ``torch.randn(1, 1, 224, 224)``, or guessed."""

import ast
from collections.abc import Iterable, Iterator

from cnnviz.errors import SpecError
from cnnviz.network.infer import infer_shapes
from cnnviz.network.layers import LAYERS, inner_layers
from cnnviz.network.source.interpreter.machine import Machine
from cnnviz.network.source.interpreter.values import Scope
from cnnviz.network.spec import MAX_CHANNELS, MAX_SIZE, Layer, make_network

Input = tuple[int, int, int]

MAKES_TENSORS = ("randn", "rand", "zeros", "ones", "empty")
TAKES_SHAPES = ("summary", "layer_summary")
RESIZES = ("Resize", "CenterCrop", "RandomCrop", "RandomResizedCrop")
SIZES = {1: (28, 32, 64, 96, 224, 227, 299), 3: (224, 32, 64, 96, 28, 227, 299)}
"""Tried in this order for networks of gray and of coloured images."""

MORE_SIZES = (48, 56, 112, 128, 160, 192, 231, 256, 320, 384, 448, 512, 16, 8)
MAX_TRIED = 10_000  # layers, all tries together


def said_shapes(statements: Iterable[ast.stmt], machine: Machine, scope: Scope) -> list[Input]:
    """Return the shapes (C, H, W) of images that code makes or names, the last one first."""
    found = []
    for call in _calls(statements):
        name = _name(call.func)
        if name in MAKES_TENSORS or name in TAKES_SHAPES:
            values = [
                *call.args,
                *(keyword.value for keyword in call.keywords if keyword.arg in ("size", "input_size")),
            ]
            shapes = [values] if name in MAKES_TENSORS else []
            shapes += [list(value.elts) for value in values if isinstance(value, ast.Tuple | ast.List)]
            found += [shape for shape in (_shape(each, machine, scope) for each in shapes) if shape]
    return list(reversed(found))


def said_sizes(statements: Iterable[ast.stmt]) -> list[int]:
    """Return the heights of images that code resizes to, the last one first."""
    found = []
    for call in _calls(statements):
        values = [keyword.value for keyword in call.keywords if keyword.arg == "resize"]
        values += call.args[:1] if _name(call.func) in RESIZES else []
        found += [value.elts[0] if isinstance(value, ast.Tuple) and value.elts else value for value in values]
    sizes = [node.value for node in found if isinstance(node, ast.Constant) and isinstance(node.value, int)]
    return [size for size in reversed(sizes) if 0 < size <= MAX_SIZE]


def choose_input(layers: tuple[Layer, ...], shapes: list[Input], sizes: list[int]) -> Input:
    """Return the first input shape that the layers fit together with, else that which gets furthest.

    Where code says shapes or sizes, no others are tried.
    """
    given = _given_channels(layers)
    candidates = sorted(shapes, key=lambda shape: shape[0] != (given or shape[0])) or _guesses(given, sizes)
    tried: dict[Input, int] = {}
    for shape in dict.fromkeys(candidates):
        inferred = infer_shapes(make_network(input_shape=shape, layers=layers))
        if inferred.problem is None:
            return shape
        tried[shape] = len(inferred.nodes)
        if sum(tried.values()) > MAX_TRIED:
            break
    return max(tried, key=lambda shape: tried[shape])


def _guesses(given: int | None, sizes: list[int]) -> Iterator[Input]:
    for channels in [given] if given else [1, 3]:
        common = SIZES.get(channels, SIZES[3])
        for size in sizes or (*common, *MORE_SIZES):
            yield channels, size, size


def _given_channels(layers: tuple[Layer, ...]) -> int | None:
    """Return the channels that the first layer which says so wants of its input."""
    for layer in inner_layers(layers):
        for name, param in LAYERS[layer.kind].params.items():
            value = layer.params.get(name)
            if param.follows == "channels":
                return value if isinstance(value, int) and value <= MAX_CHANNELS else None
            if param.follows == "features":
                return None
    return None


def _calls(statements: Iterable[ast.stmt]) -> Iterator[ast.Call]:
    nodes = [node for statement in statements for node in ast.walk(statement) if isinstance(node, ast.Call)]
    yield from sorted(nodes, key=lambda node: (node.lineno, node.col_offset))


def _name(function: ast.expr) -> str:
    match function:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _shape(nodes: list[ast.expr], machine: Machine, scope: Scope) -> Input | None:
    """Return the last three of four sizes, or three; that of the batch may be anything."""
    if len(nodes) not in (3, 4):
        return None
    try:
        sizes = [machine.evaluate(node, scope) for node in nodes[-3:]]
    except SpecError:
        return None
    limits = (MAX_CHANNELS, MAX_SIZE, MAX_SIZE)
    if all(type(size) is int and 1 <= size <= limit for size, limit in zip(sizes, limits, strict=True)):
        channels, height, width = sizes
        return channels, height, width  # type: ignore[return-value]
    return None
