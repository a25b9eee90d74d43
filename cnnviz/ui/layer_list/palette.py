"""What can be added to a network, by role, with a line of help each."""

from collections.abc import Iterable
from functools import cache
from itertools import groupby
from typing import Any

from cnnviz.drawing.colours import kind_colour
from cnnviz.network.forms import FORMS
from cnnviz.network.layers import LAYERS

_Entry = dict[str, str]


@cache
def palette() -> list[dict[str, Any]]:
    """Return groups of kinds, before them the forms that are often added; each with what it does and its colour."""
    often = [_entry(name, name.split()[0], form.help) for name, form in FORMS.items()]
    roles = groupby(LAYERS, key=lambda kind: LAYERS[kind].role)
    return [_group("often added", often), *(_group(role, map(_kind_entry, kinds)) for role, kinds in roles)]


def _group(role: str, entries: Iterable[_Entry]) -> dict[str, Any]:
    return {"role": role.capitalize(), "kinds": list(entries)}


def _kind_entry(kind: str) -> _Entry:
    return _entry(kind, kind, LAYERS[kind].help)


def _entry(name: str, kind: str, help_: str) -> _Entry:
    return {"name": name, "help": help_, "colour": kind_colour(kind)}
