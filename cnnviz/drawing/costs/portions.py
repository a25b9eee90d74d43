"""What each layer and block has of a network's parameters, mult-adds and outputs, as the tree that is drawn."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from cnnviz.drawing.tree import Tree, trees
from cnnviz.formatting import bytes_text, count_text, percent_text
from cnnviz.network.summary import Row, Summary


@dataclass(frozen=True)
class Metric:
    """Something that a network spends: its name, what its total is, how an amount is written, and a row's amount."""

    title: str
    whole: str
    text: Callable[[float], str]
    of_row: Callable[[Row], int]
    is_own: bool = False
    """Whether a row's amount leaves out that of the rows inside it, which then is added."""


def _output_bytes(row: Row) -> int:
    return row.output_bytes if row.is_leaf or row.role == "merge" else 0


METRICS: Mapping[str, Metric] = {
    "params": Metric("Parameters", "in all", count_text, lambda row: row.num_params),
    "mult_adds": Metric("Mult-adds", "an image", count_text, lambda row: row.mult_adds),
    "outputs": Metric("Outputs", "an image", bytes_text, _output_bytes, is_own=True),
}
"""By the names under which portions hold their amounts; outputs are bytes in float32 for one image."""


@dataclass(frozen=True)
class Portion:
    """A layer or block with its amount of each metric, the portions inside it in the order they run."""

    row: Row
    amounts: Mapping[str, int]
    inside: tuple["Portion", ...] = ()

    @property
    def path(self) -> str:
        """The path of its row."""
        return self.row.path

    @cached_property
    def leaves(self) -> tuple["Portion", ...]:
        """The layers in it that hold no others, or itself."""
        return tuple(leaf for inner in self.inside for leaf in inner.leaves) or (self,)

    @cached_property
    def opened(self) -> tuple["Portion", ...]:
        """What is drawn in its stead when it is unfolded: without a block inside that has all that it has itself."""
        return tuple(each for inner in self.inside for each in (inner.opened if self._is_only(inner) else (inner,)))

    def _is_only(self, inner: "Portion") -> bool:
        names = ("params", "mult_adds")
        return bool(inner.inside) and all(inner.amounts[name] == self.amounts[name] for name in names)


def portions(summary: Summary) -> tuple[Portion, ...]:
    """Return a network's own layers as portions."""
    return tuple(map(_portion, trees(summary.rows)))


def _portion(tree: Tree) -> Portion:
    inside = tuple(_portion(inner) for part in tree.parts for inner in part)
    amounts = {
        name: metric.of_row(tree.row) + (sum(inner.amounts[name] for inner in inside) if metric.is_own else 0)
        for name, metric in METRICS.items()
    }
    return Portion(tree.row, amounts, inside)


def totals(found: Iterable[Portion]) -> Mapping[str, int]:
    """Return the sum of each metric over portions, none of which is inside another."""
    amounts = [portion.amounts for portion in found]
    return {name: sum(each[name] for each in amounts) for name in METRICS}


def nearest(path: str, drawn: Iterable[str]) -> str:
    """Return the longest of the paths drawn that is a layer's own or a block's around it, and nothing without one."""
    return max((each for each in drawn if f"{path}.".startswith(f"{each}.")), key=len, default="")


def share_text(amount: int, total: int) -> str:
    """Return an amount's share of a total as a percentage, and nothing of a total of 0."""
    return percent_text(amount / total) if total else percent_text(0)
