"""The parameters of a layer kind: type, default, range and help, and how a value is held against them."""

from dataclasses import dataclass
from typing import Any, Final, Literal

from cnnviz.errors import SpecError, shorten
from cnnviz.network.spec import MAX_CHANNELS, Value

Type = Literal["int", "size", "sides", "shape", "float", "bool", "choice"]
Follows = Literal["channels", "features", "shape"]

REQUIRED: Final = "required"
"""Default of a parameter that must be given."""


@dataclass(frozen=True)
class Param:
    """One parameter of a layer kind.

    A "size" is an int for height and width alike, or a pair (height, width). "sides" is an int for all four sides, or
    (left, right, top, bottom). A "shape" is a tuple of `length` ints, or of 1 to 4 where that is 0.
    `words` are what a "choice" chooses from, or what a "size" may be instead of numbers, such as "same".
    `initial` is what a newly added layer starts with where that is not the default.
    `when_none` says in a word or two what None means.
    `follows` is what an inferred parameter takes its value from: the input's channels (its first dimension, batch
    excluded), its features (the last dimension) or its whole shape.
    `scaled` is true for channels that a network's width ratio multiplies.
    """

    type: Type
    help: str
    default: Value = REQUIRED
    low: float = 0
    high: float = 0
    initial: Value = None
    step: float = 1
    when_none: str = ""
    follows: Follows | None = None
    scaled: bool = False
    length: int = 0
    words: tuple[str, ...] = ()

    def check(self, value: object) -> Value:
        """Return the value in its canonical form, equal sides as one int; a list is a tuple.

        Raises SpecError saying what is allowed and what was given.
        """
        if value is None and self.default is None:
            return None
        if isinstance(value, list | tuple):
            value = tuple(value)
        if self.type == "shape" and type(value) is int:
            value = (value,)
        if not self._is_allowed(value):
            raise SpecError(f"must be {self.allowed}, not {shorten(value)}")
        return self._canonical(value)

    def _canonical(self, value: Any) -> Value:
        if isinstance(value, tuple) and self.type != "shape" and len(set(value)) == 1:
            value = value[0]
        if isinstance(value, str):
            return self.words[self.words.index(value)]
        return float(value) if self.type == "float" else value

    @property
    def allowed(self) -> str:
        """What a value may be, in words."""
        whole = f"{self.low:.0f} to {self.high:.0f}"
        words = {
            "int": f"a whole number from {whole}",
            "size": f"a whole number from {whole}, or a pair of them (height, width)",
            "sides": f"a whole number from {whole}, or four of them (left, right, top, bottom)",
            "shape": f"a tuple of {self.length or '1 to 4'} whole numbers from {whole}",
            "float": f"a number from {self.low:g} to {self.high:g}",
            "bool": "True or False",
            "choice": "",
        }[self.type]
        options = [words] if words else []
        options += [repr(word) for word in self.words] + (["None"] if self.default is None else [])
        return " or ".join(options)

    def _is_allowed(self, value: object) -> bool:
        if isinstance(value, str):
            return value in self.words
        match self.type:
            case "bool":
                return isinstance(value, bool)
            case "float":
                return isinstance(value, int | float) and not isinstance(value, bool) and self._in_range(value)
            case "choice":
                return False
            case _:
                numbers = value if isinstance(value, tuple) else (value,)
                return len(numbers) in self._lengths(value) and all(
                    type(number) is int and self._in_range(number) for number in numbers
                )

    def _lengths(self, value: object) -> tuple[int, ...]:
        """Return how many numbers a value may hold, given as a tuple or not."""
        if not isinstance(value, tuple):
            return (1,)
        return {"size": (2,), "sides": (4,), "shape": (self.length,) if self.length else (1, 2, 3, 4)}.get(
            self.type, ()
        )

    def _in_range(self, number: float) -> bool:
        return self.low <= number <= self.high


def count(
    help_: str, *, default: Value = REQUIRED, initial: Value = None, high: int = MAX_CHANNELS, when_none: str = ""
) -> Param:
    """Return a parameter that counts something: at least 1."""
    return Param("int", help_, default, low=1, high=high, initial=initial, when_none=when_none)


def channels(
    help_: str, *, initial: int | None, default: Value = REQUIRED, when_none: str = "", length: int = 0
) -> Param:
    """Return a number of channels, or a tuple of `length` numbers, which the width ratio multiplies."""
    type_: Type = "shape" if length else "int"
    start: Value = (initial,) * length if length and initial else initial
    return Param(type_, help_, default, 1, MAX_CHANNELS, initial=start, when_none=when_none, scaled=True, length=length)


def inferred(help_: str, *, follows: Follows) -> Param:
    """Return a parameter that is taken from the input where it is not given."""
    type_: Type = "shape" if follows == "shape" else "int"
    return Param(type_, help_, None, low=1, high=2**40, when_none="inferred", follows=follows)


def size(
    help_: str,
    *,
    default: Value = REQUIRED,
    low: int = 1,
    initial: Value = None,
    when_none: str = "",
    words: tuple[str, ...] = (),
) -> Param:
    """Return a parameter in pixels, for height and width alike or each."""
    return Param("size", help_, default, low=low, high=1024, initial=initial, when_none=when_none, words=words)


def number(help_: str, *, default: float, low: float = 0, high: float = 1, step: float = 0.05) -> Param:
    """Return a parameter that is any number in its range."""
    return Param("float", help_, default, low=low, high=high, step=step)


def flag(help_: str, *, default: bool) -> Param:
    """Return a parameter that is on or off."""
    return Param("bool", help_, default)


def choice(help_: str, *words: str) -> Param:
    """Return a parameter that is one of the words, the first by default."""
    return Param("choice", help_, words[0], words=words)
