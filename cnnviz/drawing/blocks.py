"""A network as the textbook draws it: one box a layer from top to bottom, branches side by side, blocks in frames."""

from collections.abc import Collection

from cnnviz.drawing.flow import Item, View, diagram
from cnnviz.drawing.lettering import text_width
from cnnviz.drawing.marks import MARK, fold_mark
from cnnviz.drawing.scene import Paint, Scene, Text
from cnnviz.drawing.stack import Tile, stack
from cnnviz.drawing.states import MISFIT, face, ink
from cnnviz.drawing.wording import merge_text, textbook_text
from cnnviz.formatting import shape_text
from cnnviz.network.kinds import Role
from cnnviz.network.summary import Summary

_SIZE = 12.0  # of the words
_HEIGHT = 28.0  # of a box
_LEAST_WIDTH = 150.0
_ROOM = 12.0  # beside the words


def blocks(summary: Summary, *, depth: int = 1, toggled: Collection[str] = (), selected: str = "") -> Scene:
    """Return a network's layers as a stack of boxes, each with its window and channels.

    `depth` is the number of levels drawn, and `toggled` the paths of blocks that are drawn the other way, as in
    `volumes`. Activations, dropout and normalisations are left out unless selected.
    """
    drawn = diagram(summary, View(depth, toggled, selected))
    image = _box(f"Image ({shape_text(summary.input_shape)})", None)
    return Scene(stack(drawn.flow, _tile, before=(image,)).shapes, title=summary.name)


def _tile(item: Item) -> Tile:
    words = merge_text(item.row) if item.state != "folded" and item.row.role == "merge" else textbook_text(item.row)
    return _box(f"{words}: {MISFIT}" if item.is_failing else words, item.row.role, item)


def _box(words: str, role: Role | None, item: Item | None = None) -> Tile:
    """Return one box with its words in the middle, and the mark of a block at its right end."""
    room = _ROOM + MARK if item and item.state != "layer" else _ROOM
    half = max(_LEAST_WIDTH, text_width(words, _SIZE) + 2 * room) / 2
    mark = fold_mark(item, (half - MARK, _HEIGHT / 2)) if item else ()
    outline = ((-half, 0.0), (half, 0.0), (half, _HEIGHT), (-half, _HEIGHT))
    fill = Paint(role, 0.72) if role else Paint("paper")
    box = face(outline, item, fill=fill, stroke=Paint(role or "muted"), width=1.2)
    tone = ink(item, Paint("on light" if role else "ink"))
    name = Text((0, _HEIGHT / 2 + 4.3), words, _SIZE, tone, owner=box.owner)
    return Tile((box, name, *mark), half, half, _HEIGHT)
