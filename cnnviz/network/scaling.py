"""Changes to a network as a whole: its width ratio and its number of classes."""

import math

from cnnviz.errors import SpecError
from cnnviz.network.layers import LAYERS, check_layer, layer_kind
from cnnviz.network.spec import Layer, Network


def scaled_layers(network: Network) -> tuple[Layer, ...]:
    """Return the layers with the width ratio applied.

    As the seed's `ratio`, it scales the channels of convolutions and blocks, rounded down and at least 1. Linear
    layers keep their features, and so does the layer that makes the classes.
    """
    layers = tuple(check_layer(layer) for layer in network.layers)
    if network.width == 1:
        return layers
    head = head_index(network)
    return tuple(layer if index == head else _scaled(index, layer, network.width) for index, layer in enumerate(layers))


def _scaled(index: int, layer: Layer, width: float) -> Layer:
    try:
        return check_layer(scale_layer(layer, width))
    except SpecError as error:
        raise SpecError(f"layer {index}: at width {width:g}, {error}") from error


def scale_layer(layer: Layer, width: float) -> Layer:
    """Return a convolution or block with its channels multiplied by `width`; any other layer as it is."""
    kind = LAYERS[layer.kind]
    if kind.features is None or kind.role == "linear":
        return layer
    channels = layer.params[kind.features]
    assert isinstance(channels, int)
    return layer.replace(**{kind.features: max(1, math.floor(channels * width + 1e-9))})


def head_index(network: Network) -> int | None:
    """Return the index of the layer that makes the classes: the last one that sets its number of features."""
    indices = [index for index, layer in enumerate(network.layers) if layer_kind(layer.kind).features]
    return indices[-1] if indices else None


def num_classes(network: Network) -> int | None:
    """Return how many classes the network's head makes, or None where no layer sets it."""
    head = head_index(network)
    if head is None:
        return None
    layer = network.layers[head]
    classes = layer.params[LAYERS[layer.kind].features or ""]
    assert isinstance(classes, int)
    return classes


def with_classes(network: Network, classes: int) -> Network:
    """Return the network with a head of that many classes.

    Raises SpecError when no layer of the network makes classes.
    """
    head = head_index(network)
    if head is None:
        raise SpecError("no layer of this network sets a number of classes; add a Linear layer at its end")
    layer = network.layers[head]
    changed = check_layer(layer.replace(**{LAYERS[layer.kind].features or "": classes}))
    return network.replace(layers=(*network.layers[:head], changed, *network.layers[head + 1 :]))
