"""Text with values put into it, as far as that cannot make it long: plain places only, without widths."""

import ast
import re
from collections.abc import Sequence

from cnnviz.network.source.interpreter.limits import bounded, line_of
from cnnviz.network.source.interpreter.values import Foreign

PERCENT = re.compile(r"%[ds]")
BRACES = re.compile(r"\{\}")


def filled(node: ast.AST, text: str, places: re.Pattern[str], values: Sequence[object]) -> object:
    """Return a text with a value in each of its places, or what is not known where it has any of another form."""
    parts = places.split(text)
    plain = all(isinstance(value, int | float | str) for value in values)
    if not plain or len(parts) != len(values) + 1 or re.search(r"[%{}]", "".join(parts)):
        return Foreign("a formatted string", line_of(node))
    return bounded(node, "".join(f"{part}{value}" for part, value in zip(parts, [*values, ""], strict=True)))
