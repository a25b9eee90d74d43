"""Blocks known by the layers they stand for: KNOWN, one entry a block kind."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from cnnviz.network.layers import LAYERS, check_layer, inner_layers
from cnnviz.network.spec import Layer, Value

Layers = tuple[Layer, ...]
Guess = Callable[[Layers, Layers, int], Mapping[str, Value]]
"""Is given a block's layers, the convolutions anywhere in them, and the input's channels; returns its parameters."""


@dataclass(frozen=True)
class Known:
    """How a block is known: the kinds of its layers as a regular expression, and the parameters it must then have.

    Whether it does stand for the layers is held against them afterwards.
    """

    outline: str
    guess: Guess


def block_of(layers: Layers, in_channels: int) -> Layer | None:
    """Return the block that stands for exactly these layers, or None."""
    outline, wanted = _outline(layers), list(map(normal, layers))
    for kind, known in KNOWN.items():
        block = _guessed(kind, layers, in_channels) if re.fullmatch(known.outline, outline) else None
        if block and list(map(normal, expanded(block, in_channels))) == wanted:
            return block
    return None


def outlined(layers: Layers) -> Iterator[tuple[int, int]]:
    """Yield where in a list layers begin and end whose kinds are those of a block; the longest from each layer on."""
    outline = _outline(layers)
    ends = {match.end(): index for index, match in enumerate(re.finditer(" ", outline), start=1)}
    for known in KNOWN.values():
        pattern = re.compile(known.outline)
        for at, start in {0: 0, **ends}.items():
            if match := pattern.match(outline, at):
                yield start, ends[match.end()]


def expanded(block: Layer, in_channels: int) -> Layers:
    """Return the layers that a block stands for."""
    kind = LAYERS[block.kind]
    assert kind.expand is not None
    params = {name: param.default for name, param in kind.params.items()} | dict(block.params)
    return tuple(check_layer(layer) for layer in kind.expand(in_channels, **params))


def _outline(layers: Layers) -> str:
    return "".join(f"{layer.kind} " for layer in layers)


def _guessed(kind: str, layers: Layers, in_channels: int) -> Layer | None:
    convs = tuple(layer for layer in inner_layers(layers) if layer.kind == "Conv2d")
    try:
        return check_layer(Layer(kind, KNOWN[kind].guess(layers, convs, in_channels)))
    except (IndexError, ValueError, ZeroDivisionError):  # too few convolutions inside, or channels that do not divide
        return None


def normal(layer: Layer) -> Layer:
    """Return a layer in the one form of those that do the same: a pool's stride is its window when left out."""
    params = dict(layer.params)
    if _may_leave_out_stride(layer) and params.get("stride") in (None, params["kernel_size"]):
        params.pop("stride", None)
    return Layer(layer.kind, params, tuple(tuple(map(normal, part)) for part in layer.parts))


def _may_leave_out_stride(layer: Layer) -> bool:
    stride = LAYERS[layer.kind].params.get("stride")
    return stride is not None and stride.default is None


def _out(conv: Layer) -> int:
    value = conv.params["out_channels"]
    assert isinstance(value, int)
    return value


def _given(conv: Layer, *names: str) -> dict[str, Value]:
    return {name: conv.params[name] for name in names if name in conv.params}


def _has_bias(conv: Layer) -> bool:
    return conv.params.get("bias") is not False


def _norms(layers: Layers) -> int:
    return sum(layer.kind == "BatchNorm2d" for layer in inner_layers(layers))


KNOWN: Mapping[str, Known] = {
    "VGGBlock": Known(
        "(Conv2d ReLU )+MaxPool2d ",
        lambda _, convs, __: {"num_convs": len(convs), "out_channels": _out(convs[0])},
    ),
    "NiNBlock": Known(
        "(Conv2d ReLU ){3}",
        lambda _, convs, __: {
            "out_channels": _out(convs[0]),
            **_given(convs[0], "kernel_size", "stride", "padding"),
        },
    ),
    "Inception": Known(
        "Concat ",
        lambda _, convs, __: {
            "c1": _out(convs[0]),
            "c2": (_out(convs[1]), _out(convs[2])),
            "c3": (_out(convs[3]), _out(convs[4])),
            "c4": _out(convs[5]),
        },
    ),
    "Fire": Known(
        "Conv2d ReLU Concat ",
        lambda _, convs, __: {"squeeze_channels": _out(convs[0]), "expand_channels": _out(convs[1])},
    ),
    "ResidualBlock": Known(
        "Residual ReLU ",
        lambda layers, convs, _: {
            "out_channels": _out(convs[0]),
            **_given(convs[0], "stride"),
            "bias": _has_bias(convs[0]),
            "shortcut_norm": len(convs) != 3 or _norms(layers) == 3,
        },
    ),
    "Bottleneck": Known(
        "Residual ReLU ",
        lambda _, convs, __: {
            "channels": _out(convs[0]),
            **_given(convs[1], "stride"),
            "expansion": _out(convs[2]) // _out(convs[0]),
        },
    ),
    "DenseBlock": Known(
        "(Concat )+",
        lambda layers, convs, _: {
            "num_layers": len(layers),
            "growth_rate": _out(convs[-1]),
            "bottleneck": _out(convs[0]) // _out(convs[-1]) if len(convs) == 2 * len(layers) else None,
            "bias": _has_bias(convs[0]),
        },
    ),
    "Transition": Known(
        "BatchNorm2d ReLU Conv2d AvgPool2d ",
        lambda _, convs, in_channels: {
            "out_channels": None if _out(convs[0]) == max(1, in_channels // 2) else _out(convs[0]),
            "bias": _has_bias(convs[0]),
        },
    ),
    "DepthwiseSeparable": Known(
        "(Conv2d BatchNorm2d ReLU ){2}",
        lambda _, convs, __: {"out_channels": _out(convs[1]), **_given(convs[0], "stride")},
    ),
    "InvertedResidual": Known(
        "Residual |(Conv2d BatchNorm2d ReLU6 ){1,2}Conv2d BatchNorm2d ",
        lambda _, convs, in_channels: {
            "out_channels": _out(convs[-1]),
            **_given(convs[-2], "stride"),
            "expand_ratio": _out(convs[-2]) // in_channels,
        },
    ),
    "SqueezeExcite": Known(
        "Gate ",
        lambda _, convs, in_channels: {"reduction": in_channels // _out(convs[0])},
    ),
}
