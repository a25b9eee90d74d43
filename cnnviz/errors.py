"""Every error a person can cause: one tree, so that a page or the terminal can show any of them in one line."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError


class CnnvizError(Exception):
    """A mistake in what cnnviz was given; its text says where, what, what is allowed and what to do."""


class SpecError(CnnvizError, ValueError):
    """A network's text, file or parameters are wrong."""


class RecipeError(CnnvizError, ValueError):
    """A hyperparameter of a training run is wrong."""


class DataError(CnnvizError):
    """A data set is missing or damaged."""


class StoreError(CnnvizError):
    """The run store cannot be read or written, or holds no such run."""


_NOT_SUCH_A_THING = ("too_long", "too_short", "tuple_type", "dict_type")


def explain(error: ValidationError, model: type[BaseModel]) -> str:
    """Return pydantic's findings on a model as one plain line: place, reason, value, what is allowed."""
    return "; ".join(_finding(finding, model) for finding in error.errors(include_url=False))


def _finding(finding: Mapping[str, Any], model: type[BaseModel]) -> str:
    name, *indices = finding["loc"] or ("",)
    known = model.model_fields
    place = _place(name, indices) if finding["loc"] else ""
    about = known[str(name)].description if name in known and not indices else None
    if finding["type"] == "extra_forbidden":
        return f"{place}: there is no such setting; there are {', '.join(known)}"
    if finding["type"] == "missing":
        return f"{place} is missing" + (f": {about}" if about else "")
    if finding["type"] in _NOT_SUCH_A_THING and about:
        return f"{place} must be {about}, not {shorten(finding['input'])}"
    if isinstance(error := finding.get("ctx", {}).get("error"), SpecError):
        return f"{place} {error}"
    reason: str = finding["msg"].removeprefix("Value error, ").removeprefix("Input ")
    if not place:  # about several fields, which the reason names
        return reason
    return f"{place} {reason[0].lower()}{reason[1:]}, not {shorten(finding['input'])}"


def _place(name: object, indices: Sequence[object]) -> str:
    plain = str(name) if len(str(name)) < 40 and str(name).isidentifier() else shorten(name)
    return plain + "".join(f"[{index}]" for index in indices)


def shorten(value: object, limit: int = 60) -> str:
    """Return the value's text, cut to `limit` characters, so that an error stays readable."""
    try:
        text = repr(value)
    except ValueError:  # Python does not write integers of thousands of digits
        return "a huge number"
    except RecursionError:
        return "what is nested too deeply"
    return text if len(text) <= limit else text[: limit - 1] + "…"
