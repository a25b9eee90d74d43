"""A network as its data flows: every layer and operation, with the shapes that pass and all that skips layers."""

from collections.abc import Collection

from cnnviz.drawing.flow import Item, View, diagram
from cnnviz.drawing.lettering import text_width
from cnnviz.drawing.marks import MARK, fold_mark
from cnnviz.drawing.scene import Paint, Polygon, Scene, Text, circle
from cnnviz.drawing.stack import Tile, stack
from cnnviz.drawing.states import face, ink, shape_words
from cnnviz.drawing.wording import merge_sign, short_text
from cnnviz.formatting import shape_text
from cnnviz.network.kinds import Role
from cnnviz.network.summary import Summary

_SIZE, _SMALL = 12.0, 10.0  # of the name and of the shape
_LEAST_WIDTH = 136.0
_HEIGHT = 38.0
_ROOM = 12.0  # beside the words
_RADIUS = 11.0  # of what merges


def graph(summary: Summary, *, depth: int = 1, toggled: Collection[str] = (), selected: str = "") -> Scene:
    """Return the data flow of a network or of any module that was measured, from top to bottom.

    Every layer is drawn with its output's shape. `depth` is the number of levels drawn, and `toggled` the paths of
    blocks that are drawn the other way, as in `volumes`.
    """
    drawn = diagram(summary, View(depth, toggled, selected, quiet=()))
    image = _box("Input", shape_text(summary.input_shape), None)
    return Scene(stack(drawn.flow, _tile, before=(image,)).shapes, title=summary.name)


def _tile(item: Item) -> Tile:
    if item.row.role == "merge" and item.state != "folded":
        return _junction(item)
    return _box(short_text(item.row), shape_words(item), item.row.role, item)


def _box(words: str, shape: str, role: Role | None, item: Item | None = None) -> Tile:
    """Return a box with a strip in its role's colour, its name and its output's shape."""
    room = _ROOM + MARK if item and item.state != "layer" else _ROOM
    half = max(_LEAST_WIDTH, text_width(words, _SIZE) + 2 * room) / 2
    fill = Paint(role, 0.78) if role else Paint("paper")
    box = face(_rectangle(-half, half), item, fill=fill, stroke=Paint(role or "muted"), width=1.0)
    name, below = (Paint("on light"), Paint("on light")) if role else (Paint("ink"), Paint("muted"))
    return Tile(
        (
            box,
            Polygon(_rectangle(-half, -half + 4), Paint(role or "muted"), owner=box.owner),
            Text((0, 16), words, _SIZE, ink(item, name), owner=box.owner),
            Text((0, 30), shape, _SMALL, ink(item, below), owner=box.owner),
            *(fold_mark(item, (half - MARK, _HEIGHT / 2)) if item else ()),
        ),
        half,
        half,
        _HEIGHT,
    )


def _junction(item: Item) -> Tile:
    """Return the circle where branches meet, the shape beside it."""
    row, shape = item.row, shape_words(item)
    start = _RADIUS + 6
    end = start + text_width(shape, _SMALL)
    mark = fold_mark(item, (end + 6 + MARK / 2, _RADIUS))
    return Tile(
        (
            face(circle((0, _RADIUS), _RADIUS), item, fill=Paint("merge"), stroke=Paint("muted"), width=1.0),
            Text((0, _RADIUS + 4.8), merge_sign(row), 14, ink(item, Paint("on light")), bold=True, owner=row.path),
            Text((start, _RADIUS + 3.5), shape, _SMALL, ink(item, Paint("muted")), "start", owner=row.path),
            *mark,
        ),
        _RADIUS,
        end + (6 + MARK if mark else 0),
        2 * _RADIUS,
    )


def _rectangle(left: float, right: float) -> tuple[tuple[float, float], ...]:
    return ((left, 0.0), (right, 0.0), (right, _HEIGHT), (left, _HEIGHT))
