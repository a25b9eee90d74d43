"""How a layer is drawn that is selected, or that does not fit."""

from cnnviz.drawing.flow import Item
from cnnviz.drawing.scene import Paint, Point, Polygon
from cnnviz.formatting import shape_text

MISFIT = "does not fit"


def face(points: tuple[Point, ...], item: Item | None, *, fill: Paint, stroke: Paint, width: float) -> Polygon:
    """Return a polygon of a layer, in the accent's colour where it is selected, dashed and empty where it misfits."""
    owner, is_marked = (item.row.path, item.is_marked) if item else ("", False)
    if item and item.is_failing:
        pale = Paint("problem", opacity=0.08)
        return Polygon(points, pale, Paint("problem"), 2.4 if is_marked else 1.3, dashed=True, owner=owner)
    return Polygon(points, fill, *((Paint("accent"), 2.2) if is_marked else (stroke, width)), owner=owner)


def ink(item: Item | None, usual: Paint) -> Paint:
    """Return the paint of words: the usual one, or that of a problem where the layer does not fit."""
    return Paint("problem") if item and item.is_failing else usual


def shape_words(item: Item) -> str:
    """Return the shape of a layer's output, and of one that does not fit that it does not."""
    return MISFIT if item.is_failing else shape_text(item.row.output_shape or ()) or "—"
