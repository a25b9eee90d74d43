"""Terms of a formula: arithmetic that keeps how it is written, as LaTeX and as plain text, beside its value.

`(number(224) - 11) / 4` is `\\frac{224 - 11}{4}`, "(224 − 11)/4" and 53.25. Brackets are set where they are needed.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import reduce
from typing import Union

Value = int | float | Fraction
Operand = Union["Term", int, float]

_SUM, _PRODUCT, _POWER, _ATOM = range(4)  # how strongly the parts of a term hold together
_SUPERSCRIPTS = {"2": "²", "3": "³"}


@dataclass(frozen=True)
class Term:
    """A part of a formula. `latex` is in KaTeX's subset; `value` is None where there is an unknown in it.

    `latex_binds` and `text_binds` say how strongly its parts hold together, which differs for a fraction.
    """

    latex: str
    text: str
    value: Value | None = None
    latex_binds: int = _ATOM
    text_binds: int = _ATOM

    def __add__(self, other: Operand) -> "Term":
        return _joined("+", "+", self, term(other), lambda a, b: a + b)

    def __sub__(self, other: Operand) -> "Term":
        return _joined("-", "−", self, term(other)._within(_PRODUCT), lambda a, b: a - b)

    def __mul__(self, other: Operand) -> "Term":
        left, right = self._within(_PRODUCT), term(other)._within(_PRODUCT)
        value = _value(lambda a, b: a * b, left, right)
        return Term(rf"{left.latex}\cdot {right.latex}", f"{left.text}·{right.text}", value, _PRODUCT, _PRODUCT)

    def __truediv__(self, other: Operand) -> "Term":
        over, under = self, term(other)
        text = f"{over._within(_PRODUCT).text}/{under._within(_POWER).text}"
        return Term(rf"\frac{{{over.latex}}}{{{under.latex}}}", text, _value(_quotient, over, under), _ATOM, _PRODUCT)

    def __pow__(self, exponent: Operand) -> "Term":
        base, above = self._within(_ATOM), term(exponent)
        raised = _SUPERSCRIPTS.get(above.text, f"^{above._within(_ATOM).text}")
        value = _value(lambda a, b: a**b, base, above)
        return Term(f"{base.latex}^{{{above.latex}}}", f"{base.text}{raised}", value, _POWER, _POWER)

    def _within(self, binds: int) -> "Term":
        """Return the term as it stands in one that binds so strongly."""
        latex = self.latex if self.latex_binds >= binds else rf"\left({self.latex}\right)"
        text = self.text if self.text_binds >= binds else f"({self.text})"
        return replace(self, latex=latex, text=text)


def term(value: Operand) -> Term:
    """Return a number as a term, and a term as it is."""
    return value if isinstance(value, Term) else number(value)


def number(value: int | float) -> Term:
    """Write a number: 6400 as "6,400" and 1e-05 as a power of ten."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    mantissa, _, exponent = (f"{value:,}" if isinstance(value, int) else repr(value)).partition("e")
    if exponent:
        power = Term("10", "10") ** symbol(str(int(exponent)), str(int(exponent)).replace("-", "−"))
        written = power if mantissa == "1" else Term(mantissa, mantissa) * power
        return replace(written, value=value)
    binds = _SUM if value < 0 else _ATOM
    return Term(mantissa.replace(",", "{,}"), mantissa.replace("-", "−"), value, binds, binds)


def symbol(latex: str, text: str | None = None) -> Term:
    """Return an unknown, such as x."""
    return Term(latex, latex if text is None else text)


def bracketed(inner: Term) -> Term:
    """Return a term in brackets, where they help to read it."""
    return Term(rf"\left({inner.latex}\right)", f"({inner.text})", inner.value)


def floor(inner: Term) -> Term:
    """Return a term rounded down."""
    value = None if inner.value is None else math.floor(inner.value)
    return Term(rf"\left\lfloor {inner.latex} \right\rfloor", f"⌊{inner.text}⌋", value)


def ceil(inner: Term) -> Term:
    """Return a term rounded up."""
    value = None if inner.value is None else math.ceil(inner.value)
    return Term(rf"\left\lceil {inner.latex} \right\rceil", f"⌈{inner.text}⌉", value)


def root(inner: Term) -> Term:
    """Return the square root of an unknown."""
    return Term(rf"\sqrt{{{inner.latex}}}", f"√{inner._within(_ATOM).text}")


def call(name: str, *arguments: Operand) -> Term:
    """Return a function of unknowns by its LaTeX name, such as max, min or tanh."""
    inner = [term(argument) for argument in arguments]
    latex, text = ", ".join(each.latex for each in inner), ", ".join(each.text for each in inner)
    return Term(rf"\{name}\left({latex}\right)", f"{name}({text})", None, _ATOM, _POWER)


def minus(inner: Term) -> Term:
    """Return an unknown with its sign turned."""
    return Term(f"-{inner.latex}", f"−{inner.text}", None, _SUM, _SUM)


def exponential(inner: Term) -> Term:
    """Return e to the power of an unknown."""
    return symbol("e") ** inner


def product(factors: Sequence[Operand]) -> Term:
    """Return the product of one or more terms."""
    return reduce(lambda a, b: a * b, map(term, factors))


def total(addends: Sequence[Operand]) -> Term:
    """Return the sum of one or more terms."""
    return reduce(lambda a, b: a + b, map(term, addends))


def _joined(latex: str, text: str, left: Term, right: Term, compute: Callable[..., Value]) -> Term:
    value = _value(compute, left, right)
    return Term(f"{left.latex} {latex} {right.latex}", f"{left.text} {text} {right.text}", value, _SUM, _SUM)


def _value(compute: Callable[..., Value], left: Term, right: Term) -> Value | None:
    return None if left.value is None or right.value is None else compute(left.value, right.value)


def _quotient(over: Value, under: Value) -> Value:
    return over / under if isinstance(over, float) or isinstance(under, float) else Fraction(over) / under
