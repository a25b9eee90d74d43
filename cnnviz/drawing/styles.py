"""STYLES: the drawings by name."""

from collections.abc import Collection, Mapping
from typing import Protocol

from cnnviz.drawing.blocks import blocks
from cnnviz.drawing.costs import costs
from cnnviz.drawing.graph import graph
from cnnviz.drawing.scene import Scene
from cnnviz.drawing.volumes import volumes
from cnnviz.network.summary import Summary


class Style(Protocol):
    """Draws a summary, with one layer marked.

    It is drawn so many levels deep, but for the blocks whose paths are in `toggled`, which are the other way.
    """

    def __call__(self, summary: Summary, *, depth: int = 1, toggled: Collection[str] = (), selected: str = "") -> Scene:
        """Return the drawing."""


def _costs(summary: Summary, *, depth: int = 1, toggled: Collection[str] = (), selected: str = "") -> Scene:
    """Return what a network costs, in which blocks are all folded or all open."""
    return costs(summary, depth=depth, selected=selected)


STYLES: Mapping[str, Style] = {"volumes": volumes, "blocks": blocks, "graph": graph, "costs": _costs}
