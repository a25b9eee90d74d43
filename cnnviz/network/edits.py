"""Changes to the layers of a network, however deep they stand: where a path leads, and what is put there."""

from dataclasses import dataclass

from cnnviz.errors import SpecError
from cnnviz.network.layers import check_layer, layer_kind, part_names
from cnnviz.network.spec import Layer, Network

Layers = tuple[Layer, ...]
Place = tuple[int, ...]
"""Where a layer stands: its index in the network, and for each container around it the number of the part and the
index in it. (3, 1, 0) is the first layer in the second part of layer 3."""


@dataclass(frozen=True)
class Edit:
    """At a place, so many layers of its list give way to others: none removed inserts, none given deletes.

    A part that a container lacks, as a Residual its shortcut, is taken as empty.
    """

    place: Place
    layers: Layers = ()
    removed: int = 1


def edited(network: Network, *edits: Edit) -> Network:
    """Return the network with some of its layers changed; places mean the network as it is before any edit.

    Raises SpecError when a layer is wrong in itself, or a network or container is left without layers.
    """
    layers = network.layers
    for edit in sorted(edits, key=lambda edit: edit.place, reverse=True):
        layers = _spliced(layers, edit.place, edit)
    return network.replace(layers=tuple(check_layer(layer) if layer.parts else layer for layer in layers))


def place_of(network: Network, path: str) -> Place:
    """Return where the layer of a row's path is written; one inside a block is written where its block is.

    The copies of a Repeat are written once. Raises SpecError when the path leads nowhere.
    """
    try:
        return _place(network.layers, path.split("."))
    except (IndexError, ValueError) as error:
        raise SpecError(f"there is no layer {path[:60]} in {network.name}") from error


def layer_at(network: Network, place: Place) -> Layer:
    """Return the layer that stands at a place."""
    return list_at(network, place)[place[-1]]


def list_at(network: Network, place: Place) -> Layers:
    """Return the list of layers that a place is in."""
    layers = network.layers
    for index, part in zip(place[:-1:2], place[1::2], strict=True):
        layers = layers[index].parts[part]
    return layers


def _spliced(layers: Layers, place: Place, edit: Edit) -> Layers:
    index, inside = place[0], place[1:]
    if not inside:
        return (*layers[:index], *map(check_layer, edit.layers), *layers[index + edit.removed :])
    container, number = layers[index], inside[0]
    parts = [*container.parts, *((),) * (number + 1 - len(container.parts))]
    parts[number] = _spliced(parts[number], inside[1:], edit)
    return (*layers[:index], container.with_parts(*parts), *layers[index + 1 :])


def _place(layers: Layers, names: list[str]) -> Place:
    index = range(len(layers)).index(int(names[0]))
    return (index, *_place_inside(layers[index], names[1:]))


def _place_inside(layer: Layer, names: list[str]) -> Place:
    """Return the rest of a place, given the rest of a path from a container; nothing inside a block is written."""
    if not names or not layer.parts:
        return ()
    if layer_kind(layer.kind).merge is not None:
        part = part_names(layer).index(names[0])
        return (part, *_place(layer.parts[part], names[1:])) if names[1:] else ()
    if layer.kind == "Repeat":
        body, names = layer.parts[0], names[1:]  # the number of the copy
        if len(body) == 1:
            return (0, 0, *_place_inside(body[0], names))
    return (0, *_place(layer.parts[0], names)) if names else ()
