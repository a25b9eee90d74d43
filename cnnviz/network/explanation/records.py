"""What an explanation says of a layer: its formulas with its own numbers, its shares of the network, notes."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Formula:
    """A formula with a layer's own numbers.

    `latex` is in KaTeX's subset and `text` the same in plain signs. `result` says in words what comes of it, and
    `rule` the formula without numbers; either may be empty.
    """

    name: str
    latex: str
    text: str
    result: str = ""
    rule: str = ""


@dataclass(frozen=True)
class Share:
    """How much of a cost of the network falls to a layer, as an amount and as a share of 1.

    `rank` is its place among the `among` layers that have such a cost, 1 for the largest; both are 0 for a block or
    container, whose layers are counted instead. `text` says all of it.
    """

    cost: str
    amount: int
    share: float
    rank: int
    among: int
    text: str


@dataclass(frozen=True)
class Explanation:
    """What a layer does, in two sentences with its numbers, and where its numbers come from.

    `fits` is false for a layer that cannot take its input, holds one that cannot, or comes after one.
    """

    path: str
    kind: str
    title: str
    what: tuple[str, str]
    formulas: tuple[Formula, ...] = ()
    shares: tuple[Share, ...] = ()
    notes: tuple[str, ...] = ()
    fits: bool = True

    def to_dict(self) -> dict[str, Any]:
        """Return the explanation as JSON's types; the names are those of the attributes."""
        return asdict(self)
