"""The settings by which two recipes differ."""

from dataclasses import dataclass
from typing import Any

from cnnviz.training.recipe import Recipe


@dataclass(frozen=True)
class Difference:
    """A setting and its two values."""

    name: str
    before: Any
    after: Any


def recipe_differences(before: Recipe, after: Recipe) -> tuple[Difference, ...]:
    """Return the settings that are not the same, in the recipe's order."""
    pairs = ((name, getattr(before, name), getattr(after, name)) for name in Recipe.model_fields)
    return tuple(Difference(*pair) for pair in pairs if pair[1] != pair[2])


def difference_text(difference: Difference) -> str:
    """Write a setting before and after: "lr 0.01 → 0.02"."""
    return f"{difference.name} {value_text(difference.before)} → {value_text(difference.after)}"


def value_text(value: object) -> str:
    """Write a setting's value as people do: "on" for True, "none" for None, few digits."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "none"
    return "none" if value is None else str(value)
