"""Two networks laid side by side: which layers are the same, changed, added and removed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Literal

from cnnviz.network.comparison.alignment import align
from cnnviz.network.comparison.items import Item, items_of, kinds_of, unfolded
from cnnviz.network.comparison.likeness import GAP, Branch, Likeness
from cnnviz.network.layers import LAYERS
from cnnviz.network.spec import Network, Value
from cnnviz.network.summary import Summary

Change = Literal["same", "changed", "added", "removed"]


@dataclass(frozen=True)
class Setting:
    """A setting that is not the same on both sides; its name is a parameter's, "kind", "input_shape" or "width"."""

    name: str
    before: Value
    after: Value


@dataclass(frozen=True)
class Pair:
    """A layer on one side, its counterpart on the other, or None where it has none, and what was set otherwise."""

    before: Item | None
    after: Item | None
    settings: tuple[Setting, ...] = ()

    @property
    def change(self) -> Change:
        """What became of it; a container of which only inner layers changed is the same."""
        if self.before is None:
            return "added"
        if self.after is None:
            return "removed"
        return "changed" if self.settings else "same"

    def to_dict(self) -> dict[str, Any]:
        """Return the pair as JSON's types."""
        sides = {"before": self.before, "after": self.after}
        places = {name: item and {"path": item.path, "text": item.text} for name, item in sides.items()}
        settings = {setting.name: [setting.before, setting.after] for setting in self.settings}
        return {"change": self.change, **places, "settings": settings}


@dataclass(frozen=True)
class Comparison:
    """Two networks laid side by side: settings of the whole, and every layer of both once, in their order."""

    before: str
    after: str
    settings: tuple[Setting, ...]
    pairs: tuple[Pair, ...]

    @property
    def differences(self) -> tuple[Pair, ...]:
        """The layers that changed, were added or removed."""
        return tuple(pair for pair in self.pairs if pair.change != "same")

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison as JSON's types."""
        return {
            "before": self.before,
            "after": self.after,
            "settings": {setting.name: [setting.before, setting.after] for setting in self.settings},
            "layers": [pair.to_dict() for pair in self.pairs],
        }


def compare(before: Network | Summary, after: Network | Summary) -> Comparison:
    """Lay two networks side by side, layer by layer.

    Layers belong together where kind, role and settings are nearest, in the order of both. A container's layers come
    after it. A block or container of a kind that the other network does not have is compared by the layers inside it,
    and one that stands after the first problem, where these are not known, as it is. Channels are those that the
    width ratio leaves. Names, sources and recipes are not compared.
    Raises SpecError for a layer that is wrong in itself.
    """
    left, right = items_of(before), items_of(after)
    pairs = _Pairs(Likeness()).of(unfolded(left, kinds_of(right)), unfolded(right, kinds_of(left)))
    return Comparison(before.name, after.name, tuple(_header(before, after)), tuple(pairs))


class _Pairs:
    """Yields the pairs of two lists of layers, each container before what is inside it."""

    def __init__(self, likeness: Likeness) -> None:
        self.likeness = likeness

    def of(self, before: Sequence[Item], after: Sequence[Item]) -> Iterator[Pair]:
        for left, right in align(before, after, self.likeness, gap=GAP):
            yield from self._pairs(None if left is None else before[left], None if right is None else after[right])

    def _pairs(self, before: Item | None, after: Item | None) -> Iterator[Pair]:
        yield Pair(before, after, tuple(_settings(before, after)) if before and after else ())
        for left, right in self._branches(before.parts if before else (), after.parts if after else ()):
            yield from self.of(left, right)

    def _branches(self, before: Sequence[Branch], after: Sequence[Branch]) -> Iterator[tuple[Branch, Branch]]:
        """Yield the parts of two containers that belong together; branches without names are aligned like layers."""
        if max(len(before), len(after)) <= 2:
            yield from zip_longest(before, after, fillvalue=())
            return
        for left, right in align(before, after, self.likeness.of_branches):
            yield () if left is None else before[left], () if right is None else after[right]


def _header(before: Network | Summary, after: Network | Summary) -> Iterator[Setting]:
    if before.input_shape != after.input_shape:
        yield Setting("input_shape", before.input_shape, after.input_shape)
    widths = [network.width if isinstance(network, Network) else 1.0 for network in (before, after)]
    if widths[0] != widths[1]:
        yield Setting("width", *widths)


def _settings(before: Item, after: Item) -> Iterator[Setting]:
    """Yield the settings in which two layers differ; of two kinds, those that both have."""
    left, right = _all_params(before), _all_params(after)
    names = dict.fromkeys([*left, *right])
    if before.kind != after.kind:
        yield Setting("kind", before.kind, after.kind)
        names = {name: None for name in names if name in left and name in right}
    for name in names:
        if left.get(name) != right.get(name):
            yield Setting(name, left.get(name), right.get(name))


def _all_params(item: Item) -> Mapping[str, Value]:
    """Return an item's parameters, defaults included where its kind is known."""
    known = LAYERS[item.kind].params if item.kind in LAYERS else {}
    return {name: param.default for name, param in known.items()} | dict(item.params)
