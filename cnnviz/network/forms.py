"""Named forms of layers that are often added, and layers that are right for the place where they are put."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cnnviz.network.layers import new_layer
from cnnviz.network.spec import Layer, Shape


@dataclass(frozen=True)
class Form:
    """A layer as it is often wanted: made for the channels that reach it, and in one line what it does."""

    make: Callable[[int], Layer]
    help: str


FORMS: Mapping[str, Form] = {
    "Conv2d 1×1": Form(
        lambda channels: Layer("Conv2d", {"out_channels": channels, "kernel_size": 1}),
        "Mixes the channels of each pixel and looks at no neighbours.",
    ),
    "Conv2d same size": Form(
        lambda channels: Layer("Conv2d", {"out_channels": channels, "kernel_size": 3, "padding": 1}),
        "Slides 3×3 filters over the map, which keeps its size thanks to one pixel of padding.",
    ),
    "Conv2d depthwise": Form(
        lambda channels: Layer(
            "Conv2d", {"out_channels": channels, "kernel_size": 3, "padding": 1, "groups": channels}
        ),
        "Slides one 3×3 filter over each channel by itself: few weights, no mixing of channels.",
    ),
}


def new_layers(name: str, shape: Shape | None, wanted: Shape | None = None) -> tuple[Layer, ...]:
    """Return a layer of a form or kind as it is added where `shape` arrives, with what must stand before it.

    Linear layers take rows of values, so that one put after a map has a Flatten before it. `wanted` is the shape that
    the output of a shortcut is added to: a convolution there gets its channels, and the stride that leads to its size.
    Shapes are without the batch, and None where they are not known.
    """
    is_map = shape is not None and len(shape) == 3
    channels = shape[0] if shape and is_map else 64
    if name in FORMS:
        return (FORMS[name].make(channels),)
    if name == "Conv2d" and shape and wanted and is_map and len(wanted) == 3:
        return (_projection(shape, wanted),)
    if name == "Linear" and is_map:
        return Layer("Flatten"), new_layer(name)
    return (new_layer(name),)


def _projection(shape: Shape, wanted: Shape) -> Layer:
    """Return the 1×1 convolution that takes one map to the channels and size of another."""
    strides = tuple(math.ceil(side / max(1, to)) for side, to in zip(shape[1:], wanted[1:], strict=True))
    stride = strides[0] if strides[0] == strides[1] else strides
    params = {"out_channels": wanted[0], "kernel_size": 1}
    return Layer("Conv2d", params if stride == 1 else {**params, "stride": stride})
