"""Plain text as LaTeX sets it."""

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "×": r"$\times$",
    "‖": r"$\|$",
    "−": r"$-$",
    "÷": r"$\div$",
    "·": r"$\cdot$",
    "<": r"$<$",
    ">": r"$>$",
    "…": r"\dots{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "$&%#_"},
}


def latex_text(text: str) -> str:
    """Return a text in which every sign that means something to LaTeX, or that its fonts lack, is written out."""
    return "".join(_SPECIAL.get(sign, sign) for sign in text)
