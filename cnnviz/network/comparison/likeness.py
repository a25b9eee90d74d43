"""How alike two layers are: a number that decides which of them belong together."""

from collections.abc import Mapping

from cnnviz.network.comparison.alignment import best_sum
from cnnviz.network.comparison.items import Item
from cnnviz.network.kinds import Role
from cnnviz.network.spec import Value

_SAME_ROLE = 20
_SAME_KIND = 60
GAP = 60
"""What a stretch of layers without counterparts takes off: less than two layers that are the same are worth."""
_SETTINGS = 30  # where every setting is the same
_THE_SAME = 10
_WEIGHTS: Mapping[Role, int] = {"convolution": 3, "linear": 3, "block": 3, "merge": 3, "pooling": 2}
"""Layers that make the network what it is count for more than those between them."""

Branch = tuple[Item, ...]


class Likeness:
    """Compares layers; remembers what it has compared."""

    def __init__(self) -> None:
        self._known: dict[tuple[Item, Item], int] = {}

    def __call__(self, before: Item, after: Item) -> int:
        """Return 0 for layers that never belong together, and more the more alike they are."""
        if (before, after) not in self._known:
            self._known[before, after] = self._measure(before, after)
        return self._known[before, after]

    def of_branches(self, before: Branch, after: Branch) -> int:
        """Return from 0 to 100 how much of two lists of layers belongs together."""
        most = sum(self(item, item) for item in (*before, *after))
        return 100 if most == 0 else round(200 * best_sum(before, after, self) / most)

    def _measure(self, before: Item, after: Item) -> int:
        if before.role != after.role:
            return 0
        if before.kind != after.kind:
            return 0 if before.parts or after.parts else _weight(before) * _SAME_ROLE
        if before == after:
            return _weight(before) * (_SAME_KIND + _SETTINGS + _THE_SAME)
        near = [_nearness(before.params, after.params)]
        if before.parts or after.parts:
            near.append(self._nearness_of_parts(before.parts, after.parts))
        return _weight(before) * (_SAME_KIND + round(_SETTINGS * sum(near) / len(near)))

    def _nearness_of_parts(self, before: tuple[Branch, ...], after: tuple[Branch, ...]) -> float:
        matched = best_sum(before, after, self.of_branches)
        return matched / (100 * max(len(before), len(after)))


def _weight(item: Item) -> int:
    return _WEIGHTS.get(item.role, 1)


def _nearness(before: Mapping[str, Value], after: Mapping[str, Value]) -> float:
    """Return from 0 to 1 how near two layers' settings are, those that neither gives left aside."""
    names = {*before, *after}
    return sum(_value_nearness(before.get(name), after.get(name)) for name in names) / len(names) if names else 1.0


def _value_nearness(before: Value, after: Value) -> float:
    if before == after:
        return 1.0
    if isinstance(before, int | float) and isinstance(after, int | float) and min(before, after) > 0:
        return min(before, after) / max(before, after)
    return 0.0
