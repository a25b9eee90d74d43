"""An explanation of a layer as text for a terminal."""

import textwrap
from collections.abc import Iterator

from cnnviz.formatting import capitalized
from cnnviz.network.explanation.records import Explanation, Formula

_WIDTH = 100


def explanation_text(explanation: Explanation) -> str:
    """Write what a layer does, its formulas with plain signs, its shares of the network's costs, and notes."""
    blocks = [[explanation.title], _wrapped(" ".join(explanation.what))]
    blocks += [list(_formula_lines(formula)) for formula in explanation.formulas]
    blocks.append([capitalized(share.text) for share in explanation.shares])
    blocks.append([line for note in explanation.notes for line in _wrapped(note)])
    return "\n\n".join("\n".join(lines) for lines in blocks if lines)


def _formula_lines(formula: Formula) -> Iterator[str]:
    yield f"{formula.name}{f' ({formula.rule})' if formula.rule else ''}"
    yield f"    {formula.text}{f'   {formula.result}' if formula.result else ''}"


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH)
