"""Rectangles, and words cut to the room they have."""

from cnnviz.drawing.lettering import text_width
from cnnviz.drawing.scene import Paint, Polygon

CLEAR = Paint("paper", opacity=0.0)
"""Not seen, but met by a click."""


def rectangle(
    left: float, top: float, right: float, bottom: float, *, fill: Paint, stroke: Paint | None = None, owner: str = ""
) -> Polygon:
    """Return a rectangle between two corners."""
    return Polygon(((left, top), (right, top), (right, bottom), (left, bottom)), fill, stroke, owner=owner)


def fitted(words: str, room: float, size: float, *, keep_end: bool = False) -> str:
    """Return words cut at their end, or at their beginning, to so many pixels; nothing where none fit."""
    if text_width(words, size) <= room + 0.01:
        return words
    for most in range(len(words) - 1, 0, -1):
        cut = f"…{words[-most:]}" if keep_end else f"{words[:most].rstrip()}…"
        if text_width(cut, size) <= room:
            return cut
    return ""
