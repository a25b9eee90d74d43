"""What a click folds and unfolds a block by: a small button with a triangle, right while folded, down while open."""

from cnnviz.drawing.flow import Item
from cnnviz.drawing.scene import Paint, Point, Polygon, Shape

MARK = 14.0  # pixels of the button's sides

_RIGHT: tuple[Point, ...] = ((-2.0, -3.8), (3.4, 0.0), (-2.0, 3.8))
_DOWN: tuple[Point, ...] = ((-3.8, -2.0), (3.8, -2.0), (0.0, 3.4))


def fold_mark(item: Item, centre: Point) -> tuple[Shape, ...]:
    """Return the button of a block around a point, and nothing for a layer, which holds none."""
    if item.state == "layer":
        return ()
    half, path = MARK / 2, item.row.path
    square = _around(centre, ((-half, -half), (half, -half), (half, half), (-half, half)))
    triangle = _around(centre, _RIGHT if item.state == "folded" else _DOWN)
    return (
        Polygon(square, Paint("paper"), Paint("faint"), owner=path, folds=path),
        Polygon(triangle, Paint("muted"), owner=path, folds=path),
    )


def _around(centre: Point, points: tuple[Point, ...]) -> tuple[Point, ...]:
    return tuple((centre[0] + x, centre[1] + y) for x, y in points)
