"""Layers that were read, as a person would list them: what is inferred left out, and blocks known by their layers."""

import math
from collections.abc import Callable, Mapping

from cnnviz.network.infer import Node
from cnnviz.network.layers import LAYERS, check_layer, inner_layers
from cnnviz.network.spec import Layer, Value

Layers = tuple[Layer, ...]
Guess = Callable[[Layers, Layers, int], Mapping[str, Value]]
"""Is given a block's layers, the convolutions anywhere in them, and the input's channels; returns its parameters."""


def without_inferred(layers: Layers, nodes: tuple[Node, ...]) -> Layers:
    """Return layers without the parameters that are inferred anyway, as far as they fit together."""
    done = [_without_inferred(layer, node) for layer, node in zip(layers, nodes, strict=False)]
    return (*done, *layers[len(done) :])


def _without_inferred(layer: Layer, node: Node) -> Layer:
    kind, shape = LAYERS[layer.kind], node.input_shape
    follows = {name for name, param in kind.params.items() if param.follows}
    # what fits has the value that would be inferred; only the shape of a LayerNorm may be a part of it
    fewer = {n: v for n, v in layer.params.items() if n not in follows or (isinstance(v, tuple) and v != shape)}
    given = {name: param.default for name, param in kind.params.items()} | fewer
    params = layer.params if any(check(given, shape) for check in kind.checks) else fewer
    parts = [without_inferred(part, inside) for part, inside in zip(layer.parts, node.parts, strict=False)]
    return Layer(layer.kind, params, (*parts, *layer.parts[len(parts) :]))


def with_blocks(layers: Layers, nodes: tuple[Node, ...]) -> Layers:
    """Return layers with each Sequential, sum and join that is what a block stands for as that block."""
    done = [_with_blocks(layer, node) for layer, node in zip(layers, nodes, strict=False)]
    return (*done, *layers[len(done) :])


def _with_blocks(layer: Layer, node: Node) -> Layer:
    if not layer.parts:
        return layer
    inside = layer.parts[0] if layer.kind == "Sequential" else (layer,)
    if len(node.input_shape) == 3 and (block := block_of(inside, node.input_shape[0])):
        return block
    parts = [with_blocks(part, nodes) for part, nodes in zip(layer.parts, node.parts, strict=False)]
    return _repeated(layer.with_parts(*parts, *layer.parts[len(parts) :]))


def _repeated(layer: Layer) -> Layer:
    """Return a Sequential of layers that are all alike as a Repeat, and any other layer as it is."""
    if (
        layer.kind != "Sequential"
        or len(layer.parts[0]) < 2
        or any(each != layer.parts[0][0] for each in layer.parts[0])
    ):
        return layer
    first, number = layer.parts[0][0], len(layer.parts[0])
    several = first.kind == "Sequential" and len(first.parts[0]) > 1
    return Layer("Repeat", {"n": number}, (first.parts[0] if several else (first,),))


def block_of(layers: Layers, in_channels: int) -> Layer | None:
    """Return the block that stands for exactly these layers, or None."""
    convs = tuple(layer for layer in inner_layers(layers) if layer.kind == "Conv2d")
    wanted = list(map(_normal, layers))
    for kind, guess in GUESSES.items():
        try:
            block = check_layer(Layer(kind, guess(layers, convs, in_channels)))
        except (IndexError, KeyError, ValueError, ZeroDivisionError):  # too few layers, or none of that kind
            continue
        if list(map(_normal, expanded(block, in_channels))) == wanted:
            return block
    return None


def expanded(block: Layer, in_channels: int) -> Layers:
    """Return the layers that a block stands for."""
    kind = LAYERS[block.kind]
    assert kind.expand is not None
    params = {name: param.default for name, param in kind.params.items()} | dict(block.params)
    return tuple(check_layer(layer) for layer in kind.expand(in_channels, **params))


def _normal(layer: Layer) -> Layer:
    """Return a layer in the one form of those that do the same: a pool's stride is its window when left out."""
    params = dict(layer.params)
    if "kernel_size" in params and params.get("stride") == params["kernel_size"] and _may_leave_out_stride(layer):
        del params["stride"]
    return Layer(layer.kind, params, tuple(tuple(map(_normal, part)) for part in layer.parts))


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


GUESSES: Mapping[str, Guess] = {
    "VGGBlock": lambda layers, convs, _: {"num_convs": len(convs), "out_channels": _out(convs[0])},
    "NiNBlock": lambda layers, convs, _: {
        "out_channels": _out(convs[0]),
        **_given(convs[0], "kernel_size", "stride", "padding"),
    },
    "Inception": lambda layers, convs, _: {
        "c1": _out(convs[0]),
        "c2": (_out(convs[1]), _out(convs[2])),
        "c3": (_out(convs[3]), _out(convs[4])),
        "c4": _out(convs[5]),
    },
    "Fire": lambda layers, convs, _: {"squeeze_channels": _out(convs[0]), "expand_channels": _out(convs[1])},
    "ResidualBlock": lambda layers, convs, _: {
        "out_channels": _out(convs[0]),
        **_given(convs[0], "stride"),
        "bias": _has_bias(convs[0]),
        "shortcut_norm": len(convs) != 3 or _norms(layers) == 3,
    },
    "Bottleneck": lambda layers, convs, _: {
        "channels": _out(convs[0]),
        **_given(convs[1], "stride"),
        "expansion": _out(convs[2]) // _out(convs[0]),
    },
    "DenseBlock": lambda layers, convs, _: {
        "num_layers": len(layers),
        "growth_rate": _out(convs[-1]),
        "bottleneck": _out(convs[0]) // _out(convs[-1]) if len(convs) == 2 * len(layers) else None,
        "bias": _has_bias(convs[0]),
    },
    "Transition": lambda layers, convs, in_channels: {
        "out_channels": None if _out(convs[0]) == max(1, in_channels // 2) else _out(convs[0]),
        "bias": _has_bias(convs[0]),
    },
    "DepthwiseSeparable": lambda layers, convs, _: {"out_channels": _out(convs[1]), **_given(convs[0], "stride")},
    "InvertedResidual": lambda layers, convs, in_channels: {
        "out_channels": _out(convs[-1]),
        **_given(convs[-2], "stride"),
        "expand_ratio": _out(convs[-2]) // in_channels,
    },
    "SqueezeExcite": lambda layers, convs, in_channels: {"reduction": math.ceil(in_channels / _out(convs[0]))},
}
"""The parameters that a block must have if it stands for these layers; whether it does is then held against them."""
