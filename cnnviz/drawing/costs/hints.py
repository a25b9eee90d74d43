"""What is told of a layer where a person points at it: its shapes, exact numbers, and its share of the network."""

from collections.abc import Iterator, Mapping, Sequence

from cnnviz.drawing.costs.portions import Portion, portions, share_text, totals
from cnnviz.drawing.states import MISFIT
from cnnviz.formatting import shape_text
from cnnviz.network.summary import Row, Summary

_WORDS: Mapping[str, str] = {"params": "parameters", "mult_adds": "mult-adds", "outputs": "bytes of outputs"}


def cost_hints(summary: Summary) -> Mapping[str, str]:
    """Return lines of text for every layer and block, by path, that which does not fit among them."""
    found = portions(summary)
    total = totals(found)
    hints = {} if summary.misfit is None else {summary.misfit.path: _misfit_text(summary.misfit, summary)}
    return hints | {portion.path: "\n".join(_lines(portion, total)) for portion in _all(found)}


def _misfit_text(row: Row, summary: Summary) -> str:
    assert summary.problem is not None
    return f"{row.path} · {row.text}\n{shape_text(row.input_shape)} → {MISFIT}: {summary.problem.reason}"


def _all(found: Sequence[Portion]) -> Iterator[Portion]:
    for portion in found:
        yield portion
        yield from _all(portion.inside)


def _lines(portion: Portion, total: Mapping[str, int]) -> Iterator[str]:
    yield f"{portion.path} · {portion.row.text}"
    yield f"{shape_text(portion.row.input_shape)} → {shape_text(portion.row.output_shape or ()) or MISFIT}"
    for name, words in _WORDS.items():
        if amount := portion.amounts[name]:
            yield f"{amount:,} {words} ({share_text(amount, total[name])})"
    if portion.row.receptive_field:
        yield f"sees {shape_text(portion.row.receptive_field.size)} pixels"
