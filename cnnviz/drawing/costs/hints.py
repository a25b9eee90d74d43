"""What is told of a layer's costs where a person points at it: exact numbers, and its share of the network."""

from collections.abc import Iterator, Mapping, Sequence

from cnnviz.drawing.costs.portions import Portion, portions, share_text, totals
from cnnviz.formatting import shape_text
from cnnviz.network.summary import Summary

_WORDS: Mapping[str, str] = {"params": "parameters", "mult_adds": "mult-adds", "outputs": "bytes of outputs"}


def cost_hints(summary: Summary) -> Mapping[str, str]:
    """Return lines of text for every layer and block, by path."""
    found = portions(summary)
    total = totals(found)
    return {portion.path: "\n".join(_lines(portion, total)) for portion in _all(found)}


def _all(found: Sequence[Portion]) -> Iterator[Portion]:
    for portion in found:
        yield portion
        yield from _all(portion.inside)


def _lines(portion: Portion, total: Mapping[str, int]) -> Iterator[str]:
    yield f"{portion.path} · {portion.row.text}"
    for name, words in _WORDS.items():
        if amount := portion.amounts[name]:
            yield f"{amount:,} {words} ({share_text(amount, total[name])})"
    if portion.row.receptive_field:
        yield f"sees {shape_text(portion.row.receptive_field.size)} pixels"
