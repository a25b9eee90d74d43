"""Layers with an id of their own, nested as the network is, so that widgets and the selection stay with a layer."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Self
from uuid import uuid4

from cnnviz.network.kinds import Parts
from cnnviz.network.layers import LAYERS, check_layer, part_paths
from cnnviz.network.spec import Layer


@dataclass(frozen=True)
class Item:
    """A layer and, in a container, the items of the layers inside it."""

    id: str
    layer: Layer
    parts: tuple["Items", ...] = ()

    @classmethod
    def of(cls, layer: Layer, item_id: str) -> Self:
        """Return a layer as an item, the ids inside it derived from its own."""
        parts = [
            tuple(cls.of(inner, f"{item_id}/{number}.{index}") for index, inner in enumerate(part))
            for number, part in enumerate(layer.parts)
        ]
        return cls(item_id, layer, tuple(parts))

    def with_layer(self, layer: Layer) -> "Item":
        """Return the item with another layer, checked; what is inside keeps its ids where it is the same.

        Raises SpecError when the layer is wrong in itself.
        """
        layer = check_layer(layer)
        known = [*self.parts, *((),) * (len(layer.parts) - len(self.parts))]
        parts = [matched(items, part) for items, part in zip(known, layer.parts, strict=False)]
        return Item(self.id, layer, tuple(parts))

    def with_parts(self, parts: Iterable["Items"]) -> "Item":
        """Return the container with other items inside; an optional part that is empty is left out.

        Raises SpecError when the container cannot hold them, as where its body is left empty.
        """
        parts = tuple(parts)
        layer = check_layer(self.layer.with_parts(*(tuple(item.layer for item in items) for items in parts)))
        return Item(self.id, layer, parts[: len(layer.parts)])

    @property
    def kind_parts(self) -> Parts | None:
        """What its kind can hold, None for a layer that is no container."""
        return LAYERS[self.layer.kind].parts


Items = tuple[Item, ...]


@dataclass(frozen=True)
class Slot:
    """A list of layers: the network's own, or a part of the container with this id."""

    container: str = ""
    part: int = 0


NETWORK = Slot()


def items_of(layers: Iterable[Layer], prefix: str | None = None) -> Items:
    """Return layers as items, with ids that begin with a prefix or are new."""
    prefix = prefix or uuid4().hex[:8]
    return tuple(Item.of(layer, f"{prefix}-{number}") for number, layer in enumerate(layers))


def matched(items: Items, layers: tuple[Layer, ...]) -> Items:
    """Return layers as items that keep the ids of those they take the place of.

    Layers that are the same at the beginning and at the end stay; between these, as many as there were are taken for
    the old ones changed, and others are new.
    """
    old = [item.layer for item in items]
    start = _num_equal(old, layers)
    end = _num_equal(reversed(old[start:]), reversed(layers[start:]))
    inner, new = items[start : len(items) - end], layers[start : len(layers) - end]
    if len(inner) == len(new):
        middle = tuple(item.with_layer(layer) for item, layer in zip(inner, new, strict=True))
    else:
        middle = items_of(new)
    return (*items[:start], *middle, *items[len(items) - end :])


def _num_equal(some: Iterable[Layer], others: Iterable[Layer]) -> int:
    count = 0
    for one, other in zip(some, others, strict=False):
        if one != other:
            break
        count += 1
    return count


def ids_of(items: Items) -> list[Any]:
    """Return the ids of items and of those inside them, as JSON's types."""
    return [[item.id, [ids_of(part) for part in item.parts]] for item in items]


def with_ids(layers: tuple[Layer, ...], ids: object) -> Items | None:
    """Return layers as items with the ids that `ids_of` gave them, or None where it gave them to other layers."""
    try:
        items = tuple(_with_id(layer, each) for layer, each in zip(layers, _listed(ids), strict=True))
    except ValueError:
        return None
    names = [item.id for item, _ in walk(items)]
    return items if len(set(names)) == len(names) else None


def _with_id(layer: Layer, ids: object) -> Item:
    item_id, parts = _listed(ids)
    if not isinstance(item_id, str) or not item_id or ":" in item_id:
        raise ValueError(f"no id of a layer: {item_id}")
    inside = [with_ids(part, each) for part, each in zip(layer.parts, _listed(parts), strict=True)]
    if None in inside:
        raise ValueError("ids of other layers")
    return Item(item_id, layer, tuple(part for part in inside if part is not None))


def _listed(value: object) -> list[object]:
    if not isinstance(value, list):
        raise ValueError(f"no list of ids: {value}")
    return value


def walk(items: Items, slot: Slot = NETWORK) -> Iterator[tuple[Item, Slot]]:
    """Yield every item with the list it is in, each container before what is inside."""
    for item in items:
        yield item, slot
        for number, part in enumerate(item.parts):
            yield from walk(part, Slot(item.id, number))


def paths(items: Items, prefix: str = "") -> dict[str, str]:
    """Return the path of each item's row by its id; what a Repeat repeats has the path of its first copy."""
    found = {}
    for index, item in enumerate(items):
        found[item.id] = path = f"{prefix}{index}"
        for number, part in enumerate(item.parts):
            found |= paths(part, _prefix_inside(item.layer, path, number))
    return found


def _prefix_inside(layer: Layer, path: str, part: int) -> str:
    if LAYERS[layer.kind].merge is not None:
        return part_paths(layer, path)[part]
    return f"{path}.0." if layer.kind == "Repeat" and len(layer.parts[0]) > 1 else f"{path}."


def rebuilt(items: Items, change: Callable[[Slot, Items], Items], slot: Slot = NETWORK) -> Items:
    """Return the items with every list of them changed, the innermost first; parts that are left out count as empty.

    Raises SpecError when a container cannot hold what it is left with.
    """
    return change(slot, tuple(_with_inside(item, change) if item.kind_parts else item for item in items))


def _with_inside(item: Item, change: Callable[[Slot, Items], Items]) -> Item:
    assert item.kind_parts is not None
    known = [*item.parts, *((),) * (len(item.kind_parts.names) - len(item.parts))]
    parts = tuple(rebuilt(part, change, Slot(item.id, number)) for number, part in enumerate(known))
    return item if parts == tuple(known) else item.with_parts(parts)
