"""Named forms of layers that are often added: a kind with its parameters already right for what reaches it."""

from collections.abc import Callable, Mapping

from cnnviz.network.layers import new_layer
from cnnviz.network.spec import Layer, Shape

FORMS: Mapping[str, Callable[[int], Layer]] = {
    "Conv2d 1×1": lambda channels: Layer("Conv2d", {"out_channels": channels, "kernel_size": 1}),
    "Conv2d same size": lambda channels: Layer("Conv2d", {"out_channels": channels, "kernel_size": 3, "padding": 1}),
    "Conv2d depthwise": lambda channels: Layer(
        "Conv2d", {"out_channels": channels, "kernel_size": 3, "padding": 1, "groups": channels}
    ),
}
"""Each is given the channels that reach it."""


def new_layer_after(name: str, shape: Shape | None) -> Layer:
    """Return a layer of a form or kind as it is added where `shape` (batch excluded) arrives; None where unknown."""
    channels = shape[0] if shape and len(shape) == 3 else 64
    return FORMS[name](channels) if name in FORMS else new_layer(name)
