"""Changes to a network as a whole: its width ratio and its number of classes."""

import math
from collections.abc import Iterator

from cnnviz.errors import SpecError
from cnnviz.network.layers import LAYERS, all_params, check_layer, layer_kind, part_paths
from cnnviz.network.spec import Layer, Network, Value

Layers = tuple[Layer, ...]
Path = tuple[int, ...]
"""Where a layer stands: its index in the network, and then in each Sequential around it."""


def scaled_layers(network: Network) -> Layers:
    """Return the layers with the width ratio applied.

    As the seed's `ratio`, it scales the channels of convolutions and blocks, rounded down and at least 1. Linear
    layers keep their features, and so does the layer that makes the classes.
    """
    layers = tuple(check_layer(layer) for layer in network.layers)
    if network.width == 1:
        return layers
    try:
        return _scaled(layers, network.width, head_path(layers), "")
    except SpecError as error:
        raise SpecError(f"at width {network.width:g}, {error}") from error


def _scaled(layers: Layers, width: float, head: Path | None, prefix: str) -> Layers:
    """Return layers whose paths begin with `prefix` scaled, but for the head: its path among them."""
    return tuple(
        layer if head == (index,) else _scaled_layer(layer, width, _below(head, index), f"{prefix}{index}")
        for index, layer in enumerate(layers)
    )


def _below(head: Path | None, index: int) -> Path | None:
    return head[1:] if head and head[0] == index else None


def _scaled_layer(layer: Layer, width: float, head: Path | None, path: str) -> Layer:
    parts = zip(layer.parts, part_paths(layer, path), strict=True)
    scaled = scale_layer(layer, width).with_parts(*(_scaled(part, width, head, prefix) for part, prefix in parts))
    try:
        return check_layer(scaled)
    except SpecError as error:
        raise SpecError(f"layer {path}: {error}") from error


def scale_layer(layer: Layer, width: float) -> Layer:
    """Return a convolution or block with its channels multiplied by `width`, and any other layer as it is.

    A depthwise convolution, which has as many groups as channels, stays one.
    """
    known = LAYERS[layer.kind].params
    params = {name: _times(value, width) if known[name].scaled else value for name, value in layer.params.items()}
    if "groups" in layer.params and layer.params["groups"] == layer.params["out_channels"]:
        params["groups"] = params["out_channels"]
    return Layer(layer.kind, params, layer.parts)


def _times(value: Value, width: float) -> Value:
    if isinstance(value, tuple):
        return tuple(_scaled_count(each, width) for each in value)
    return _scaled_count(value, width) if isinstance(value, int) else value


def _scaled_count(channels: int, width: float) -> int:
    return max(1, math.floor(channels * width + 1e-9))


def head_path(layers: Layers) -> Path | None:
    """Return where the layer that makes the classes stands: the last one that sets its number of features.

    There is none where a container or a block decides otherwise how many come out.
    """
    for path, layer in _from_the_end(layers):
        kind = layer_kind(layer.kind)
        if kind.features:
            return path if type(layer.params.get(kind.features)) is int else None
        if kind.expand or kind.merge:
            return None
    return None


def _from_the_end(layers: Layers) -> Iterator[tuple[Path, Layer]]:
    """Yield every layer with its path, the last first, those of a Sequential in its place."""
    for index, layer in reversed(list(enumerate(layers))):
        if layer.kind == "Sequential":
            yield from (((index, *path), inner) for path, inner in _from_the_end(layer.parts[0]))
        else:
            yield (index,), layer


def num_classes(network: Network) -> int | None:
    """Return how many classes the network's head makes, or None where no layer sets it."""
    path = head_path(network.layers)
    if path is None:
        return None
    head = _layer_at(network.layers, path)
    classes = all_params(head)[LAYERS[head.kind].features or ""]
    assert isinstance(classes, int)
    return classes


def with_classes(network: Network, classes: int) -> Network:
    """Return the network with a head of that many classes.

    Raises SpecError when no layer of the network makes classes.
    """
    path = head_path(network.layers)
    if path is None:
        raise SpecError("no layer of this network sets a number of classes; add a Linear layer at its end")
    head = _layer_at(network.layers, path)
    changed = check_layer(head.replace(**{LAYERS[head.kind].features or "": classes}))
    return network.replace(layers=_put(network.layers, path, changed))


def _layer_at(layers: Layers, path: Path) -> Layer:
    layer = layers[path[0]]
    return layer if len(path) == 1 else _layer_at(layer.parts[0], path[1:])


def _put(layers: Layers, path: Path, new: Layer) -> Layers:
    """Return the layers with another one at a path."""
    index, rest = path[0], path[1:]
    layer = new if not rest else layers[index].with_parts(_put(layers[index].parts[0], rest, new))
    return (*layers[:index], layer, *layers[index + 1 :])
