"""How much of what the network costs falls to one layer."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cnnviz.formatting import percent_text
from cnnviz.network.explanation.records import Share
from cnnviz.network.summary import Row, Summary

_SMALLEST_SHOWN = 0.0001
_WHOLE_FROM = 0.1  # shares from here on are told in whole percent


@dataclass(frozen=True)
class _Cost:
    """A cost of a network: its name, how much of it a row has, and what the layers are called that have some."""

    name: str
    amount: Callable[[Row], int]
    having: str


_COSTS = (
    _Cost("parameters", lambda row: row.num_params, "with weights"),
    _Cost("mult-adds", lambda row: row.mult_adds, "that multiply"),
    _Cost("output memory", lambda row: row.output_bytes, ""),
)


def shares_of(row: Row, summary: Summary) -> tuple[Share, ...]:
    """Return a layer's share of each cost that it has; a block's is that of the layers inside it."""
    return tuple(_shares(row, summary))


def _shares(row: Row, summary: Summary) -> Iterator[Share]:
    counted = [each for each in summary.rows if each.is_leaf or each.role == "merge"]
    inside = [each for each in counted if each.path == row.path or each.path.startswith(f"{row.path}.")]
    for cost in _COSTS:
        counts = cost.name == "output memory"
        amounts = [cost.amount(each) for each in counted if counts or each.is_leaf]
        amount = sum(cost.amount(each) for each in inside if counts or each.is_leaf)
        if amount:
            yield _share(cost, amount, [each for each in amounts if each], is_ranked=row.is_leaf)


def _share(cost: _Cost, amount: int, amounts: list[int], *, is_ranked: bool) -> Share:
    share = amount / sum(amounts)
    text = f"{_percent(share)} of the {cost.name}"
    if not is_ranked:
        return Share(cost.name, amount, share, 0, 0, text)
    rank = 1 + sum(each > amount for each in amounts)
    layers = " ".join(filter(None, ["layers", cost.having]))
    place = f"the most of {len(amounts)} {layers}" if rank == 1 else f"rank {rank} of {len(amounts)} {layers}"
    return Share(cost.name, amount, share, rank, len(amounts), f"{text}, {place}" if len(amounts) > 1 else text)


def _percent(share: float) -> str:
    """Write a share with two digits: "92 %", "5.6 %", "0.025 %"."""
    if share >= _WHOLE_FROM:
        return percent_text(share)
    return f"{100 * share:.2g} %" if share >= _SMALLEST_SHOWN else "< 0.01 %"
