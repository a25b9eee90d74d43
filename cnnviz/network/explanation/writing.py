"""Formulas out of terms, and the phrases that sentences about layers share."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from cnnviz.formatting import plural, shape_text
from cnnviz.network.explanation.records import Formula
from cnnviz.network.explanation.terms import Operand, Term, bracketed, number, product, term, total
from cnnviz.network.infer import Node
from cnnviz.network.spec import Shape

_DECIMALS = 4
_MOST_ADDENDS = 6
X, Y = Term("x", "x"), Term("y", "y")
"""A value that reaches a layer, and one that it makes."""


def formula(name: str, computed: Term, *, result: str = "", rule: str = "") -> Formula:
    """Return a formula with its value behind it; a term that is a lone number is its own value."""
    value = computed.value
    if value is None or computed.text == number_text(value):
        return Formula(name, computed.latex, computed.text, result, rule)
    sign, shown = (r"\approx", "≈") if _is_rounded(value) else ("=", "=")
    end = number(_decimal(value))
    latex, text = f"{computed.latex} {sign} {end.latex}", f"{computed.text} {shown} {end.text}"
    return Formula(name, latex, text, result, rule)


def definition(name: str, right: Term, *, left: Term = Y, result: str = "", rule: str = "") -> Formula:
    """Return a formula that says what one value comes of, such as y = max(0, x)."""
    return Formula(name, f"{left.latex} = {right.latex}", f"{left.text} = {right.text}", result, rule)


def along_sides(
    build: Callable[[int], Term], *, result: Callable[[int], str], both: str, rule: str = "", name: str = ""
) -> tuple[Formula, ...]:
    """Return a formula of the height and one of the width, or one for both where they are equal.

    `build` is given the side, 0 for height, and so is `result`; `both` is the result of the joint formula.
    """
    names = (f"{name}, height", f"{name}, width") if name else ("Height", "Width")
    height, width = (formula(names[side], build(side), result=result(side), rule=rule) for side in (0, 1))
    if height.latex == width.latex:
        return (replace(height, name=name or "Height and width", result=both),)
    return height, width


def addends(amounts: Sequence[int]) -> Term:
    """Write a sum, equal neighbours as a product; of a long one, the rest as one number under a brace."""
    groups: list[tuple[int, int]] = []
    for amount in amounts:
        times = groups.pop()[1] if groups and groups[-1][0] == amount else 0
        groups.append((amount, times + 1))
    shown, rest = groups, []
    if len(groups) > _MOST_ADDENDS:
        shown, rest = groups[: _MOST_ADDENDS - 1], groups[_MOST_ADDENDS - 1 :]
    terms = [number(amount) if times == 1 else number(times) * amount for amount, times in shown]
    return total([*terms, _braced(rest)] if rest else terms)


def _braced(rest: Iterable[tuple[int, int]]) -> Term:
    rest = list(rest)
    amount, count = number(sum(a * times for a, times in rest)), sum(times for _, times in rest)
    label = f"{count} more"
    return Term(rf"\underbrace{{{amount.latex}}}_{{\text{{{label}}}}}", f"{amount.text} ({label})", amount.value)


def shape_formula(name: str, shape: Shape) -> Formula:
    """Return a shape as it is, such as 256 × 5 × 5."""
    return Formula(name, r"\times ".join(number(size).latex for size in shape), shape_text(shape))


def in_brackets(factors: Sequence[Operand]) -> Term:
    """Write a product in brackets, or its only factor without."""
    return bracketed(product(factors)) if len(factors) > 1 else term(factors[0])


def number_text(value: float | Fraction) -> str:
    """Write a number as text, with at most four decimals."""
    return number(_decimal(value)).text


def setting(node: Node, name: str) -> float:
    """Return a parameter of a layer that is known to be a number."""
    value = node.params[name]
    assert isinstance(value, int | float)
    return value


def output(node: Node) -> Shape:
    """Return the output shape of a layer that fits."""
    assert node.output_shape is not None
    return node.output_shape


def described(shape: Shape) -> str:
    """Write what a shape is of: "a row of 10 values", "a 96×54×54 map"."""
    if len(shape) == 1:
        return f"a row of {plural(shape[0], 'value')}"
    text = shape_text(shape)
    return f"{article(text)} {text} {'map' if len(shape) == 3 else 'array'}"


def article(numeral: str) -> str:
    """Return "an" before 8, 11 and 18, as they are spoken, and "a" before any other number."""
    first = numeral.partition("×")[0]
    return "an" if first.startswith("8") or first in ("11", "18") else "a"


def change_text(before: Shape, after: Shape) -> str:
    """Write what becomes of a shape: "54×54 becomes 26×26", or "54×54 stays as it is"."""
    same = before == after
    return f"{shape_text(before)} {'stays as it is' if same else f'becomes {shape_text(after)}'}"


def step_text(strides: tuple[int, int]) -> str:
    """Write how far a window moves: "4 pixels at a time"."""
    down, across = strides
    return f"{plural(down, 'pixel')} at a time" if down == across else f"{down} down and {across} across at a time"


def rows_and_columns(rows: int, columns: int, *, before: str = "") -> str:
    """Write "the last row and column", "the last 2 rows and columns", or those of the two that are not 0.

    `before` stands before each number, as "last".
    """
    counted = [(rows, "row"), (columns, "column")]
    if rows == columns:
        return f"the {_few(rows, 'row', before)} and column{'' if rows == 1 else 's'}"
    return " and ".join(f"the {_few(count, name, before)}" for count, name in counted if count)


def _few(count: int, noun: str, before: str) -> str:
    words = [before, "" if count == 1 and before else f"{count:,}", noun if count == 1 else f"{noun}s"]
    return " ".join(filter(None, words))


def _is_rounded(value: float | Fraction) -> bool:
    return Fraction(value) != Fraction(str(_decimal(value)))


def _decimal(value: float | Fraction) -> int | float:
    return int(value) if value == int(value) else round(float(value), _DECIMALS)
