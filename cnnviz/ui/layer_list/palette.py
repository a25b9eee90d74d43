"""What can be added to a network, by role, with a line of help each."""

from functools import cache
from itertools import groupby
from typing import Any

from cnnviz.drawing.colours import kind_colour
from cnnviz.network.forms import FORMS
from cnnviz.network.layers import LAYERS


@cache
def palette() -> list[dict[str, Any]]:
    """Return groups of kinds, before them the forms that are often added; each with what it does and its colour."""
    roles = groupby(LAYERS, key=lambda kind: LAYERS[kind].role)
    often = {"role": "Often added", "kinds": [_entry(name, name.split()[0]) for name in FORMS]}
    return [often, *({"role": role.capitalize(), "kinds": [_entry(k, k) for k in kinds]} for role, kinds in roles)]


def _entry(name: str, kind: str) -> dict[str, str]:
    return {"name": name, "help": LAYERS[kind].help, "colour": kind_colour(kind)}
