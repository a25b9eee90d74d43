"""Operators on plain values, bounded: no number, string or list grows without limit, and none is compared in depth."""

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any

from cnnviz.errors import SpecError
from cnnviz.network.source.interpreter.limits import MAX_CHARS, MAX_INT, MAX_ITEMS, Budget, line_of, place, unreadable
from cnnviz.network.source.interpreter.values import Class, Foreign, LayerClass, Native, Size, describe

BINARY: Mapping[type[ast.operator], Callable[[Any, Any], object]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
    ast.BitOr: operator.or_,
    ast.BitAnd: operator.and_,
    ast.BitXor: operator.xor,
}
UNARY: Mapping[type[ast.unaryop], Callable[[Any], object]] = {
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
    ast.Invert: operator.invert,
}
COMPARE: Mapping[type[ast.cmpop], Callable[[Any, Any], object]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
FAILURES = (TypeError, ValueError, ZeroDivisionError, OverflowError, IndexError, KeyError)
"""What plain operations raise on values that do not go together."""


def plainly(node: ast.AST, function: Callable[..., object], *values: object) -> object:
    """Return a function of plain values.

    Raises SpecError with Python's words when they do not go together.
    """
    try:
        return function(*values)
    except FAILURES as error:
        raise unreadable(node, f"Python says: {str(error)[:100]}") from error


def is_number(value: object) -> bool:
    """Return whether a value is a number."""
    return isinstance(value, int | float)


def is_scalar(value: object) -> bool:
    """Return whether a value can be compared and looked up at once, whatever it is."""
    return isinstance(value, int | float | str | LayerClass | Class | Native | Size | None)


def is_flat(value: object) -> bool:
    """Return whether a value is a scalar, or a list or tuple of scalars."""
    return is_scalar(value) or (isinstance(value, list | tuple) and all(map(is_scalar, value)))


def binary(node: ast.AST, op: ast.operator, left: object, right: object, budget: Budget) -> object:
    """Return ``left op right`` of plain values.

    Raises SpecError when they do not go together or the result is too large.
    """
    if unknown := next((value for value in (left, right) if isinstance(value, Foreign)), None):
        return unknown
    if isinstance(left, Size) or isinstance(right, Size):
        return Size.OTHER
    if not _go_together(op, left, right):
        raise unreadable(node, f"an operation on {describe(left)} and {describe(right)} cannot be read")
    _check_growth(node, op, left, right)
    return budget.made(node, plainly(node, BINARY[type(op)], left, right))


def _go_together(op: ast.operator, left: object, right: object) -> bool:
    if type(op) not in BINARY:
        return False
    if is_number(left) and is_number(right):
        return True
    if isinstance(op, ast.Add):
        return isinstance(left, str | list | tuple) and type(left) is type(right)
    times = isinstance(op, ast.Mult)
    return times and any(
        isinstance(a, str | list | tuple) and isinstance(b, int) for a, b in ((left, right), (right, left))
    )


def _check_growth(node: ast.AST, op: ast.operator, left: object, right: object) -> None:
    """Refuse before it is computed what would be large."""
    grows = isinstance(op, ast.LShift) or (isinstance(op, ast.Pow) and left not in (-1, 0, 1))
    if grows and isinstance(left, int) and isinstance(right, int) and right >= MAX_INT.bit_length():
        raise SpecError(f"{place(node)}: a whole number can be up to 2⁶³ here, and this is larger")
    for items, times in ((left, right), (right, left)):
        if isinstance(op, ast.Mult) and isinstance(items, str | list | tuple) and isinstance(times, int):
            most = MAX_CHARS if isinstance(items, str) else MAX_ITEMS
            if len(items) * times > most:
                raise SpecError(f"{place(node)}: a list or string can have {most:,} items here, and this has more")


def unary(node: ast.AST, op: ast.unaryop, value: object) -> object:
    """Return ``op value`` of a number.

    Raises SpecError when it is none.
    """
    if isinstance(value, Foreign | Size):
        return value if isinstance(value, Foreign) else Size.OTHER
    if isinstance(value, int) or (isinstance(value, float) and not isinstance(op, ast.Invert)):
        return UNARY[type(op)](value)
    raise unreadable(node, f"an operation on {describe(value)} cannot be read")


def compare(node: ast.AST, op: ast.cmpop, left: object, right: object) -> object:
    """Return ``left op right``; of values that are not known, an unknown."""
    if isinstance(op, ast.Is | ast.IsNot) and not isinstance(left, Foreign):
        return (left is right) == isinstance(op, ast.Is)
    if unknown := next((value for value in (left, right) if isinstance(value, Foreign)), None):
        return unknown
    if isinstance(left, Size) or isinstance(right, Size):
        return Foreign("the size of a tensor", line_of(node))
    if isinstance(op, ast.In | ast.NotIn):
        return _contains(node, right, left) == isinstance(op, ast.In)
    if not (is_flat(left) and is_flat(right)):
        if isinstance(op, ast.Eq | ast.NotEq) and (is_scalar(left) or is_scalar(right)):
            return isinstance(op, ast.NotEq)
        raise unreadable(node, f"comparing {describe(left)} with {describe(right)} cannot be read")
    return plainly(node, COMPARE[type(op)], left, right)


def _contains(node: ast.AST, items: object, item: object) -> bool:
    match items:
        case str() if isinstance(item, str):
            return item in items
        case range() if isinstance(item, int):
            return item in items
        case dict() | list() | tuple() if is_scalar(item) and (isinstance(items, dict) or is_flat(items)):
            return item in items
    raise unreadable(node, f"looking for {describe(item)} in {describe(items)} cannot be read")
