"""STYLES: the drawings by name."""

from collections.abc import Mapping
from typing import Protocol

from cnnviz.drawing.blocks import blocks
from cnnviz.drawing.scene import Scene
from cnnviz.drawing.volumes import volumes
from cnnviz.network.summary import Summary


class Style(Protocol):
    """Draws a summary, so many levels deep, with one layer marked."""

    def __call__(self, summary: Summary, *, depth: int = 1, selected: str = "") -> Scene:
        """Return the drawing."""


STYLES: Mapping[str, Style] = {"volumes": volumes, "blocks": blocks}
