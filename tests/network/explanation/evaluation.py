"""LaTeX formulas computed: their arithmetic read into Python, so that what a page shows is held against PyTorch."""

import math
import re
from collections.abc import Callable, Mapping

_FUNCTIONS: Mapping[str, Callable] = {
    "floor": math.floor,
    "ceil": math.ceil,
    "max": max,
    "min": min,
    "tanh": math.tanh,
    "sqrt": math.sqrt,
    "Phi": lambda x: 0.5 * (1 + math.erf(x / math.sqrt(2))),
}
_SPELLED = (
    (r"\underbrace", ""),
    (r"\left\lfloor", "floor("),
    (r"\left\lceil", "ceil("),
    (r"\right\rfloor", ")"),
    (r"\right\rceil", ")"),
    (r"\left(", "("),
    (r"\right)", ")"),
    (r"\cdot", "*"),
    (r"\Phi(", "Phi("),
    (r"\pi", "pi"),
    (r"\sqrt", "sqrt"),
    (r"\max", "max"),
    (r"\min", "min"),
    (r"\tanh", "tanh"),
    ("e^", "exp^"),
    ("^", "**"),
    ("exp", "e"),
)


def sides(latex: str) -> tuple[float, float]:
    """Return both sides of an equation, computed; a lone number is equal to itself."""
    left, _, right = latex.replace(r"\approx", "=").rpartition("=")
    return compute(left or right), compute(right)


def compute(latex: str, **unknowns: float) -> float:
    """Return the value of LaTeX arithmetic, given the values of its unknowns."""
    text = re.sub(r"_\{\\text\{[^}]*\}\}", "", latex).replace("{,}", "")
    while (fraction := text.find(r"\frac")) >= 0:
        over, rest = _group(text[fraction + len(r"\frac") :])
        under, rest = _group(rest)
        text = f"{text[:fraction]}(({over})/({under})){rest}"
    for latex_name, python in _SPELLED:
        text = text.replace(latex_name, python)
    text = text.replace("{", "(").replace("}", ")")
    assert "\\" not in text, text
    return eval(text, {"__builtins__": {}}, {**_FUNCTIONS, "e": math.e, "pi": math.pi, **unknowns})


def _group(text: str) -> tuple[str, str]:
    """Return what stands in the braces that a text begins with, and what comes after them."""
    assert text[0] == "{", text
    depth = 0
    for place, sign in enumerate(text):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        if depth == 0:
            return text[1:place], text[place + 1 :]
    raise AssertionError(text)
