"""The parameters of a layer kind: type, default, range and help, and how a value is held against them."""

from dataclasses import dataclass
from typing import Final, Literal

from cnnviz.errors import SpecError, shorten
from cnnviz.network.spec import MAX_CHANNELS, Value

Type = Literal["int", "size", "float", "bool"]

REQUIRED: Final = "required"
"""Default of a parameter that must be given."""


@dataclass(frozen=True)
class Param:
    """One parameter of a layer kind.

    A "size" is an int for height and width alike, or a pair (height, width).
    `initial` is what a newly added layer starts with where there is no default.
    `when_none` says in a word or two what None means.
    `follows` is the dimension of the input (batch excluded) that an inferred parameter takes its value from.
    """

    type: Type
    help: str
    default: Value = REQUIRED
    low: float = 0
    high: float = 0
    initial: Value = None
    step: float = 1
    when_none: str = ""
    follows: int | None = None

    def check(self, value: Value) -> Value:
        """Return the value in its canonical form, an equal pair as one int.

        Raises SpecError saying what is allowed and what was given.
        """
        if value is None and self.default is None:
            return None
        if not self._has_type(value) or not self._in_range(value):
            raise SpecError(f"must be {self.allowed}, not {shorten(value)}")
        if isinstance(value, tuple) and value[0] == value[1]:
            return value[0]
        return float(value) if self.type == "float" and isinstance(value, int) else value

    @property
    def allowed(self) -> str:
        """What a value may be, in words."""
        span = f"{self.low:g} to {self.high:g}" if self.type == "float" else f"{self.low:.0f} to {self.high:.0f}"
        words = {
            "int": f"a whole number from {span}",
            "size": f"a whole number from {span}, or a pair of them (height, width)",
            "float": f"a number from {span}",
            "bool": "True or False",
        }[self.type]
        return words + (" or None" if self.default is None else "")

    def _has_type(self, value: Value) -> bool:
        match self.type:
            case "bool":
                return isinstance(value, bool)
            case "float":
                return isinstance(value, int | float) and not isinstance(value, bool)
            case "size" if isinstance(value, tuple):
                return len(value) == 2 and all(type(side) is int for side in value)
            case _:
                return type(value) is int

    def _in_range(self, value: Value) -> bool:
        sides = value if isinstance(value, tuple) else (value,)
        return self.type == "bool" or all(
            isinstance(side, int | float) and self.low <= side <= self.high for side in sides
        )


def count(help_: str, *, default: Value = REQUIRED, initial: Value = None, high: int = MAX_CHANNELS) -> Param:
    """Return a parameter that counts something: at least 1."""
    return Param("int", help_, default, low=1, high=high, initial=initial)


def inferred(help_: str, *, follows: int) -> Param:
    """Return a parameter that is taken from the input where it is not given."""
    return Param("int", help_, None, low=1, high=2**40, when_none="inferred", follows=follows)


def size(
    help_: str,
    *,
    default: Value = REQUIRED,
    low: int = 1,
    initial: Value = None,
    when_none: str = "",
) -> Param:
    """Return a parameter in pixels, for height and width alike or each."""
    return Param("size", help_, default, low=low, high=1024, initial=initial, when_none=when_none)


def fraction(help_: str, *, default: float) -> Param:
    """Return a parameter from 0 to 1."""
    return Param("float", help_, default, low=0, high=1, step=0.05)


def flag(help_: str, *, default: bool) -> Param:
    """Return a parameter that is on or off."""
    return Param("bool", help_, default)
