"""Bounds on reading pasted code, so that any text is read or refused quickly and in little memory."""

import ast

from cnnviz.errors import SpecError

MAX_TEXT = 600_000  # characters
MAX_STEPS = 200_000  # expressions and statements read, and items looped over
MAX_CALLS = 40  # functions within functions
MAX_ITEMS = 20_000  # in a list
MAX_CHARS = 10_000  # in a string
MAX_INT = 2**63


class Unreadable(SpecError):
    """Code that cannot be read; a network that does not depend on it still can."""


def unreadable(node: ast.AST, what: str, hint: str = "") -> Unreadable:
    """Return the error that names code by its line: what it is, and what is allowed or to be done."""
    return Unreadable(f"{place(node)}: {what}{'; ' if hint else ''}{hint}")


def place(node: ast.AST) -> str:
    """Return where a piece of code stands, for an error."""
    return f"line {line_of(node)}"


def line_of(node: ast.AST) -> int:
    """Return the number of the line that a piece of code begins at."""
    return getattr(node, "lineno", 1)


class Budget:
    """The steps that are left for reading a text."""

    def __init__(self) -> None:
        self.left = MAX_STEPS

    def spend(self, node: ast.AST, steps: int = 1) -> None:
        """Count steps.

        Raises SpecError when there have been too many.
        """
        self.left -= steps
        if self.left < 0:
            raise SpecError(f"{place(node)}: this runs on: reading stops after {MAX_STEPS:,} steps")

    def made(self, node: ast.AST, value: object) -> object:
        """Return a value that was computed, and count steps for its size.

        Raises SpecError when it is too large.
        """
        if isinstance(value, str | list | tuple | dict):
            self.spend(node, len(value) // 16)
        return bounded(node, value)


def bounded(node: ast.AST, value: object) -> object:
    """Return a value.

    Raises SpecError when it is too large.
    """
    match value:
        case int() if abs(value) > MAX_INT:
            raise SpecError(f"{place(node)}: a whole number can be up to 2⁶³ here, and this is larger")
        case str() if len(value) > MAX_CHARS:
            raise SpecError(f"{place(node)}: a string can have {MAX_CHARS:,} characters here, and this has more")
        case list() | tuple() | dict() if len(value) > MAX_ITEMS:
            raise SpecError(f"{place(node)}: a list can have {MAX_ITEMS:,} items here, and this has more")
    return value
