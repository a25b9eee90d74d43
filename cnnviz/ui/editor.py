"""The network being edited: a frozen state that remembers every state before it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from uuid import uuid4

from cnnviz.errors import SpecError
from cnnviz.network.edits import place_of
from cnnviz.network.presets import preset
from cnnviz.network.spec import Layer, Network
from cnnviz.network.unfold import unfold
from cnnviz.ui.items import Item, Items, Slot, items_of, matched, paths, rebuilt, walk


@dataclass(frozen=True)
class Version:
    """What undo brings back: a network, its layers as items, and the ids of the selected ones, the last chosen last.

    An id with a number after a colon is that of a part of a container: "a1-3:1" of its second. `preset` names the
    preset that was opened, if one was, and `epoch` is new with every network opened. `key` tells a version from every
    other, whatever is selected in it.
    """

    network: Network
    items: Items
    selected: tuple[str, ...]
    epoch: str
    preset: str | None
    key: str = field(default_factory=lambda: uuid4().hex[:8], compare=False)

    @cached_property
    def found(self) -> Mapping[str, tuple[Item, Slot]]:
        """Every item and the list it is in, by id."""
        return {item.id: (item, slot) for item, slot in walk(self.items)}

    @cached_property
    def paths(self) -> Mapping[str, str]:
        """The path of every item's row, by id."""
        return paths(self.items)


@dataclass(frozen=True)
class Editor:
    """A version of a network, those before it, and those that were undone.

    The layer list numbers its operations: `ack` is the last one applied. `mistake` says why the last of them was
    refused.
    """

    version: Version
    past: tuple[Version, ...] = ()
    future: tuple[Version, ...] = ()
    ack: int = 0
    mistake: str | None = None

    @property
    def network(self) -> Network:
        """The network as it is now."""
        return self.version.network

    @property
    def epoch(self) -> str:
        """What the keys of widgets begin with that belong to the whole network."""
        return self.version.epoch

    @property
    def preset(self) -> str | None:
        """Name of the preset that was opened, if one was."""
        return self.version.preset

    @property
    def item(self) -> Item:
        """The layer chosen last; for a part of a container it is the container."""
        return self.version.found[item_id(self.version.selected[-1])][0]

    @property
    def layer(self) -> Layer:
        """The selected layer."""
        return self.item.layer

    @property
    def path(self) -> str:
        """The path of the selected layer's row, such as "3.body.0"."""
        return self.version.paths[self.item.id]

    def with_network(self, network: Network) -> "Editor":
        """Return the editor with its network changed; layers that are still there keep their ids and the selection."""
        if network == self.network:
            return self
        items = matched(self.version.items, network.layers)
        return self.changed(replace(self.version, network=network, items=items))

    def with_items(self, items: Items, *selected: str) -> "Editor":
        """Return the editor with other layers, and perhaps others of them selected.

        Raises SpecError when no layers are left, or too many.
        """
        network = self.network.replace(layers=tuple(item.layer for item in items))
        version = replace(self.version, network=network, items=items, selected=selected or self.version.selected)
        if network == self.network:  # as where a layer was dropped in its own place
            return replace(self, version=_mended(version, self.version))
        return self.changed(version)

    def with_layer(self, layer_id: str, change: Callable[[Layer], Layer]) -> "Editor":
        """Return the editor with one layer changed; a layer that is no longer there changes nothing.

        Raises SpecError when the layer is then wrong in itself.
        """
        if layer_id not in self.version.found:  # a widget may speak after its layer is gone
            return self
        item = self.version.found[layer_id][0]
        new = item.with_layer(change(item.layer))
        if new.layer == item.layer:
            return self
        return self.with_items(rebuilt(self.version.items, lambda _, items: swapped(items, layer_id, (new,))))

    def unfolded(self, layer_id: str) -> "Editor":
        """Return the editor with a block replaced by the layers it stands for.

        Raises SpecError when it cannot be.
        """
        if layer_id not in self.version.found:
            return self
        loose = items_of(unfold(self.network, self.version.paths[layer_id]))
        items = rebuilt(self.version.items, lambda _, items: swapped(items, layer_id, loose))
        return self.with_items(items, loose[0].id)

    def opened(self, network: Network, preset: str | None = None) -> "Editor":
        """Return the editor with another network, its first layer selected; undo brings the one before back."""
        return self.changed(_version(network, preset))

    def selecting(self, *ids: str) -> "Editor":
        """Return the editor with the layers selected that are there among these, if any is."""
        there = tuple(each for each in dict.fromkeys(ids) if _is_there(self.version, each))
        return replace(self, version=replace(self.version, selected=there)) if there else self

    def selecting_path(self, path: str) -> "Editor":
        """Return the editor with the layer selected that a row's path leads to; a path to no layer changes nothing."""
        layer_id = self.id_at(path)
        return self.selecting(layer_id) if layer_id else self

    def id_at(self, path: str) -> str | None:
        """Return the id of the layer where a row's path leads; for one inside a block it is the block's."""
        try:
            return item_at(self.version.items, place_of(self.network, path)).id
        except SpecError:
            return None

    def changed(self, version: Version) -> "Editor":
        """Return the editor with a new version, from which undo leads back to this one."""
        new = replace(_mended(version, self.version), key=uuid4().hex[:8])
        return replace(self, version=new, past=(*self.past, self.version), future=())

    def undone(self) -> "Editor":
        """Return the editor one version back; at the beginning nothing changes."""
        if not self.past:
            return self
        return replace(self, version=self.past[-1], past=self.past[:-1], future=(*self.future, self.version))

    def redone(self) -> "Editor":
        """Return the editor with the version that was undone last."""
        if not self.future:
            return self
        return replace(self, version=self.future[-1], past=(*self.past, self.version), future=self.future[:-1])


def open_network(network: Network, preset: str | None = None) -> Editor:
    """Return a new editor of a network, its first layer selected."""
    return Editor(_version(network, preset))


def open_preset(name: str) -> Editor:
    """Return a new editor of a preset."""
    return open_network(preset(name), name)


def item_id(selected: str) -> str:
    """Return the id of the layer that is selected or whose part is."""
    return selected.partition(":")[0]


def item_at(items: Items, place: tuple[int, ...]) -> Item:
    """Return the item at a place as `cnnviz.network.edits` counts it."""
    item = items[place[0]]
    for part, index in zip(place[1::2], place[2::2], strict=True):
        item = item.parts[part][index]
    return item


def slot_of(version: Version, selected: str) -> Slot:
    """Return the list that a layer is in, or the one that a selected part is."""
    container, _, part = selected.partition(":")
    return Slot(container, int(part)) if part else version.found[selected][1]


def _version(network: Network, preset: str | None) -> Version:
    epoch = uuid4().hex[:8]
    items = items_of(network.layers, epoch)
    return Version(network, items, (items[0].id,), epoch, preset)


def _is_there(version: Version, selected: str) -> bool:
    container, _, part = selected.partition(":")
    if container not in version.found:
        return False
    holds = version.found[container][0].kind_parts
    most = 0 if holds is None else len(holds.names) or len(version.found[container][0].parts)
    return not part or (part.isdecimal() and part.isascii() and int(part) < most)


def _mended(version: Version, before: Version) -> Version:
    """Return a version that selects only what is there, or else what now stands where the selection stood."""
    selected = tuple(each for each in version.selected if _is_there(version, each))
    if selected:
        return replace(version, selected=selected)
    index = int(before.paths[item_id(before.selected[-1])].partition(".")[0])
    return replace(version, selected=(version.items[min(index, len(version.items) - 1)].id,))


def swapped(items: Items, layer_id: str, new: Items) -> Items:
    """Return a list of items with one of them replaced."""
    return tuple(each for item in items for each in (new if item.id == layer_id else (item,)))
