"""Random networks drawn while they run: most layers are made to fit what reaches them, and some not to.

Everything is drawn from whole numbers by plain functions: many small strategies would take most of the time.
"""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from typing import TypeVar

import torch
from hypothesis import strategies as st
from torch import Tensor

from cnnviz.network.layers import LAYERS, check_layer
from cnnviz.network.params import REQUIRED, Param
from cnnviz.network.spec import Layer, Network, Shape, Value
from tests.network.eager import Interpreter, Refused

MAX_DEPTH = 3  # containers within containers
MAX_VALUES = 1024  # of what one image has become, from which on no layer may enlarge it
TRIES = 6

ENLARGING = ("ConvTranspose2d", "Upsample", "ZeroPad2d", "Concat", "DenseBlock")

Draw = Callable[[st.SearchStrategy], int]
Layers = tuple[Layer, ...]
T = TypeVar("T")


@st.composite
def networks(draw: Draw) -> Network:
    """Draw a small network; about one in four fits together."""
    shape = number(draw, 1, 8), number(draw, 1, 16), number(draw, 1, 16)
    layers, _ = chain(draw, torch.zeros(2, *shape), 0, careful=number(draw, 0, 7) == 0)
    return Network(input_shape=shape, layers=layers)


def number(draw: Draw, low: int, high: int) -> int:
    return draw(st.integers(low, high))


def pick(draw: Draw, options: Sequence[T]) -> T:
    return options[number(draw, 0, len(options) - 1)]


def chain(draw: Draw, x: Tensor | None, depth: int, careful: bool) -> tuple[Layers, Tensor | None]:
    """Draw layers that run one after the other, and return them with what comes out; after a failure, any layers.

    Without care, every other layer is looked for that does not fit.
    """
    layers: list[Layer] = []
    for _ in range(number(draw, 1, 5 - depth)):
        layer, x = _layer(draw, x, depth, careful, fits=careful or pick(draw, (True, False)))
        layers.append(layer)
    return tuple(layers), x


def run(layers: Sequence[Layer], x: Tensor | None) -> Tensor | None:
    """Return what layers make of a tensor, or None where one of them fails, or nothing reaches them."""
    try:
        return None if x is None else Interpreter().chain(layers, x)
    except Refused:
        return None


def _layer(draw: Draw, x: Tensor | None, depth: int, careful: bool, fits: bool) -> tuple[Layer, Tensor | None]:
    for _ in range(TRIES):
        kind = pick(draw, _kinds(may_nest=depth < MAX_DEPTH, may_enlarge=x is None or x[0].numel() < MAX_VALUES))
        layer = _container(draw, kind, x, depth, careful) if LAYERS[kind].parts else leaf(draw, kind, x)
        out = run([layer], x)
        if x is None or (out is not None) == fits or (layer.parts and not careful):
            return layer, out
    return Layer("Identity"), x


@cache
def _kinds(may_nest: bool, may_enlarge: bool) -> tuple[str, ...]:
    """Return kinds to draw from, each role about as often as any other."""
    kinds = [k for k in LAYERS if (may_nest or not LAYERS[k].parts) and (may_enlarge or k not in ENLARGING)]
    often = Counter(LAYERS[kind].role for kind in kinds)
    return tuple(kind for kind in kinds for _ in range(min(5, 12 // often[LAYERS[kind].role] + 1)))


# Layers and blocks


def leaf(draw: Draw, kind: str, x: Tensor | None) -> Layer:
    """Draw a layer or block of a kind, its sizes often those of the tensor that reaches it."""
    shape = (4, 6, 6) if x is None else tuple(x.shape[1:])
    known = LAYERS[kind].params
    all_bits = 2 ** len(known) - 1
    given = number(draw, 0, all_bits) & number(draw, 0, all_bits)  # one in four of those that may be left out
    params = {
        name: _value(draw, param, shape)
        for bit, (name, param) in enumerate(known.items())
        if param.default is REQUIRED or given >> bit & 1
    }
    return check_layer(Layer(kind, params))


def _value(draw: Draw, param: Param, shape: Shape) -> Value:
    low, high = int(param.low), int(min(param.high, max(param.low, 0) + 4))

    def few(length: int) -> tuple[int, ...]:
        return tuple(number(draw, low, high) for _ in range(length))

    if param.words and (param.type == "choice" or number(draw, 0, 3) == 3):
        return pick(draw, param.words)
    match param.type:
        case "bool":
            return pick(draw, (False, True))
        case "float":
            return pick(draw, [value for value in (param.low, 0.5, 1.5, 2.0) if value <= param.high])
        case "size" | "sides":
            return few(1)[0] if number(draw, 0, 2) else few(2 if param.type == "size" else 4)
        case "shape" if param.follows:
            return pick(draw, [*(shape[-length:] for length in range(1, min(len(shape), 4) + 1)), few(2)])
        case "shape" if param.length:
            return few(param.length)
        case "shape":
            return pick(draw, [split for size in shape for split in _splits(size)])
        case _:
            sizes = [size for size in shape if param.low <= size <= min(param.high, 64)]
            return pick(draw, (*few(1), *sizes))


def _splits(size: int) -> list[Shape]:
    pairs = [(factor, size // factor) for factor in range(1, 9) if size % factor == 0]
    return [(size,), *pairs, *((a, b // 2, 2) for a, b in pairs if b % 2 == 0)]


# Containers


def _container(draw: Draw, kind: str, x: Tensor | None, depth: int, careful: bool) -> Layer:
    """Draw a container, and mostly add to its parts what makes their shapes go together."""
    first, *others = (chain(draw, x, depth + 1, careful) for _ in range(_number_of_parts(draw, kind)))
    if kind == "Concat" and number(draw, 0, 1):
        first = (), x
    fits = careful or number(draw, 0, 7) > 0
    params = {"n": number(draw, 1, 3)} if kind == "Repeat" else {}
    target = _shape_of_first(draw, kind, x, repeated=first[0] * params.get("n", 1)) if not others else None
    parts = [_adapted(*first, target if fits else None)]
    for layers, out in others:
        target = _shape(first[1])
        if kind == "Concat" and target and out is not None:
            target = (out.shape[1], *target[1:])
        parts.append(_adapted(layers, out, target if fits else None))
    return check_layer(Layer(kind, params, tuple(parts)))


def _number_of_parts(draw: Draw, kind: str) -> int:
    entry = LAYERS[kind].parts
    assert entry
    return number(draw, entry.least, min(entry.most, 3))


def _shape_of_first(draw: Draw, kind: str, x: Tensor | None, repeated: Layers) -> Shape | None:
    """Return what a container's only part must make, or None where it may make anything."""
    if x is None or kind == "Sequential" or (kind == "Repeat" and run(repeated, x) is not None):
        return None
    shares = (x.shape[1], *(1,) * (x.dim() - 2))
    return pick(draw, (_shape(x), shares)) if kind == "Gate" else _shape(x)


def _shape(x: Tensor | None) -> Shape | None:
    return None if x is None else tuple(x.shape[1:])


def _adapted(layers: Layers, out: Tensor | None, target: Shape | None) -> Layers:
    """Return layers that make the target's shape, by others after them where it is not what comes out."""
    if out is None or target is None or tuple(out.shape[1:]) == target or len(target) > 4:
        return layers
    if out.dim() == 4 and len(target) == 3:
        pool = Layer("AdaptiveAvgPool2d", {"output_size": target[1:]})
        return (*layers, pool, Layer("Conv2d", {"out_channels": target[0], "kernel_size": 1}))
    if max(out[0].numel(), math.prod(target)) > MAX_VALUES:
        return layers
    linear = Layer("Linear", {"out_features": math.prod(target)})
    shaped = [Layer("Unflatten", {"dim": 1, "unflattened_size": target})] if len(target) > 1 else []
    return (*layers, Layer("Flatten"), linear, *shaped)
