"""Every error a person can cause: one tree, so that a page or the terminal can show any of them in one line."""

from collections.abc import Mapping
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


def explain(error: ValidationError, model: type[BaseModel] | None = None) -> str:
    """Return pydantic's findings as one plain line: place, reason, value; `model` describes what is missing."""
    return "; ".join(_finding(finding, model) for finding in error.errors(include_url=False))


def _finding(finding: Mapping[str, Any], model: type[BaseModel] | None) -> str:
    name, *indices = finding["loc"] or ("",)
    place = (str(name) if str(name).isidentifier() and len(str(name)) < 40 else shorten(name)) + "".join(
        f"[{index}]" for index in indices
    )
    if finding["type"] == "extra_forbidden":
        known = f"; there are {', '.join(model.model_fields)}" if model else ""
        return f"{place}: there is no such setting{known}"
    if finding["type"] == "missing":
        about = model.model_fields[str(name)].description if model and not indices else None
        return f"{place} is missing" + (f": {about}" if about else "")
    reason = finding["msg"].removeprefix("Value error, ").removeprefix("Input ")
    return f"{place} {reason[0].lower()}{reason[1:]}, not {shorten(finding['input'])}"


def shorten(value: object, limit: int = 60) -> str:
    """Return the value's text, cut to `limit` characters, so that an error stays readable."""
    try:
        text = repr(value)
    except ValueError:  # Python does not write integers of thousands of digits
        return "a huge number"
    return text if len(text) <= limit else text[: limit - 1] + "…"
