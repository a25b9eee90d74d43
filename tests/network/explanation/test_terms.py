"""Terms: how arithmetic is written as LaTeX and as text, and that both mean its value."""

import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz.network.explanation.terms import (
    Term,
    bracketed,
    call,
    ceil,
    exponential,
    floor,
    minus,
    number,
    root,
    symbol,
)
from cnnviz.network.explanation.writing import addends, formula
from tests.network.explanation.evaluation import compute

X = symbol("x")


@pytest.mark.parametrize(
    ("term", "latex", "text"),
    [
        (number(6400), "6{,}400", "6,400"),
        (number(-5), "-5", "−5"),
        (number(2.0), "2", "2"),
        (number(1e-5), "10^{-5}", "10^−5"),
        (number(2.5e-5), r"2.5\cdot 10^{-5}", "2.5·10^−5"),
        (number(8) - (number(3) + 2), r"8 - \left(3 + 2\right)", "8 − (3 + 2)"),
        (number(8) - (number(3) - 2), r"8 - \left(3 - 2\right)", "8 − (3 − 2)"),
        (number(8) - number(3) * 2, r"8 - 3\cdot 2", "8 − 3·2"),
        ((number(8) + 3) * 2, r"\left(8 + 3\right)\cdot 2", "(8 + 3)·2"),
        (number(2) * -3, r"2\cdot \left(-3\right)", "2·(−3)"),
        ((number(8) - 3) / (number(2) * 2), r"\frac{8 - 3}{2\cdot 2}", "(8 − 3)/(2·2)"),
        (number(8) / (number(4) / 2), r"\frac{8}{\frac{4}{2}}", "8/(4/2)"),
        (number(4) / number(3) ** 2, r"\frac{4}{3^{2}}", "4/3²"),
        (floor(number(7) / 2) + 1, r"\left\lfloor \frac{7}{2} \right\rfloor + 1", "⌊7/2⌋ + 1"),
        (bracketed(number(3) - 1) * 2, r"\left(3 - 1\right)\cdot 2", "(3 − 1)·2"),
        (X / (number(1) + exponential(minus(X))), r"\frac{x}{1 + e^{-x}}", "x/(1 + e^(−x))"),
        (exponential(call("min", 0, X)), r"e^{\min\left(0, x\right)}", "e^(min(0, x))"),
        (root(X + 1), r"\sqrt{x + 1}", "√(x + 1)"),
    ],
)
def test_brackets_stand_where_they_are_needed(term, latex, text):
    assert (term.latex, term.text) == (latex, text)


numbers = st.integers(0, 9_999).map(number)


def combined(terms: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
    pairs = st.tuples(terms, terms)
    return st.one_of(
        pairs.map(lambda pair: pair[0] + pair[1]),
        pairs.map(lambda pair: pair[0] - pair[1]),
        pairs.map(lambda pair: pair[0] * pair[1]),
        pairs.filter(lambda pair: pair[1].value != 0).map(lambda pair: pair[0] / pair[1]),
        terms.map(floor),
        terms.map(ceil),
        terms.map(lambda term: term**2),
    )


@given(st.recursive(numbers, combined, max_leaves=8))
def test_latex_and_text_of_any_arithmetic_mean_its_value(term):
    exact = pytest.approx(float(term.value), rel=1e-9, abs=1e-6)
    text = term.text.replace(",", "").replace("−", "-").replace("·", "*").replace("²", "**2")
    for sign, name in (("⌊", "floor("), ("⌋", ")"), ("⌈", "ceil("), ("⌉", ")")):
        text = text.replace(sign, name)
    as_fractions = {"floor": lambda x: Fraction(x // 1), "ceil": lambda x: Fraction(-(-x // 1))}
    spelled = "".join(f"F({part})" if part.isdigit() and "**" + part != "**2" else part for part in _parts(text))
    assert eval(spelled, {"__builtins__": {}}, {**as_fractions, "F": Fraction}) == term.value
    if "floor" not in text and "ceil" not in text:  # which jump where a float is a hair off
        assert compute(term.latex) == exact


def _parts(text: str) -> list[str]:
    """Return the numbers of a text and what stands between them; an exponent stays with its sign."""
    return [part for part in re.split(r"((?<!\*\*)(?<!\d)\d+)", text) if part]


@pytest.mark.parametrize(
    ("amounts", "text"),
    [
        ([5], "5"),
        ([1, 2, 3], "1 + 2 + 3"),
        ([4, 4, 4, 2], "3·4 + 2"),
        ([4, 2, 4], "4 + 2 + 4"),
        ([1, 2, 3, 4, 5, 6], "1 + 2 + 3 + 4 + 5 + 6"),
        ([1, 2, 3, 4, 5, 6, 6, 7], "1 + 2 + 3 + 4 + 5 + 19 (3 more)"),
    ],
)
def test_a_sum_joins_equal_neighbours_and_ends_in_one_number_for_the_rest(amounts, text):
    written = addends(amounts)
    assert (written.text, written.value, compute(written.latex)) == (text, sum(amounts), sum(amounts))


def test_a_value_that_is_no_decimal_is_written_as_about():
    assert formula("Groups", number(4) / 3).text == "4/3 ≈ 1.3333"
    assert formula("Groups", number(5) / 2).text == "5/2 = 2.5"
