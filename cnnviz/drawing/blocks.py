"""A network as the textbook draws it: one box a layer from top to bottom, branches side by side, blocks in frames."""

from collections.abc import Sequence
from dataclasses import dataclass

from cnnviz.drawing.scene import Line, Paint, Polygon, Scene, Shape, Text, moved, text_width
from cnnviz.drawing.tree import Tree, trees
from cnnviz.drawing.wording import QUIET, textbook_text
from cnnviz.formatting import shape_text
from cnnviz.network.kinds import Role
from cnnviz.network.summary import Summary

_SIZE = 12.0  # of the words
_HEIGHT = 28.0  # of a box
_LEAST_WIDTH = 150.0
_GAP = 16.0  # between boxes, for the arrow
_ROOM = 12.0  # inside a frame
_SIGNS = {"Residual": "+ add", "Gate": "× multiply", "Concat": "concatenate"}


@dataclass(frozen=True)
class Tile:
    """Shapes in a rectangle whose top left corner is (0, 0); data comes in and leaves in the middle."""

    shapes: tuple[Shape, ...]
    width: float
    height: float

    def at(self, x: float, y: float) -> tuple[Shape, ...]:
        """Return its shapes with the corner at a point."""
        return moved(self.shapes, x, y)


def blocks(summary: Summary, *, depth: int = 1, selected: str = "") -> Scene:
    """Return a network's layers as a stack of boxes, each with its window and channels.

    `depth` is the number of levels drawn, as in `volumes`. Activations, dropout and normalisations are left out unless
    selected.
    """
    image = _box(f"Image ({shape_text(summary.input_shape)})", None, "", is_selected=False)
    stack = _column([image, *_tiles(trees(summary.rows), depth, selected)])
    return Scene(stack.shapes, title=summary.name)


def _tiles(nodes: Sequence[Tree], depth: int, selected: str) -> list[Tile]:
    shown = [node for node in nodes if node.row.role not in QUIET or node.row.path == selected]
    return [_tile(node, depth, selected) for node in shown]


def _tile(node: Tree, depth: int, selected: str) -> Tile:
    row = node.row
    if not node.parts or depth <= 1:
        return _box(textbook_text(row), row.role, row.path, is_selected=row.path == selected)
    parts = [_column(_tiles(part, depth - 1, selected)) for part in node.parts]
    if row.role != "merge":
        return _framed(parts[0], textbook_text(row), row.path)
    branches = parts if len(parts) > 1 or row.kind == "Concat" else [*parts, _column([])]
    sign = _box(_SIGNS.get(row.kind, row.kind), "merge", row.path, is_selected=row.path == selected)
    return _column([_row(branches), sign], gap=0)


def _box(words: str, role: Role | None, owner: str, *, is_selected: bool) -> Tile:
    """Return one box with its words in the middle."""
    width = max(_LEAST_WIDTH, text_width(words, _SIZE) + 2 * _ROOM)
    corners = ((0.0, 0.0), (width, 0.0), (width, _HEIGHT), (0.0, _HEIGHT))
    fill = Paint(role, 0.72) if role else Paint("paper")
    edge, line = (Paint("accent"), 2.2) if is_selected else (Paint(role or "muted"), 1.2)
    box = Polygon(corners, fill, edge, line, owner=owner)
    name = Text((width / 2, _HEIGHT / 2 + 4.3), words, _SIZE, Paint("on light"), owner=owner)
    return Tile((box, name), width, _HEIGHT)


def _column(tiles: Sequence[Tile], *, gap: float = _GAP) -> Tile:
    """Return tiles below each other, arrows between them; without tiles a line straight through."""
    if not tiles:
        return Tile((Line(((_ROOM, 0), (_ROOM, _GAP)), Paint("muted")),), 2 * _ROOM, _GAP)
    width = max(tile.width for tile in tiles)
    shapes: list[Shape] = []
    y = 0.0
    for tile in tiles:
        if y and gap:
            shapes.append(Line(((width / 2, y - gap), (width / 2, y - 1)), Paint("muted"), 1.2, arrow=True))
        shapes += tile.at((width - tile.width) / 2, y)
        y += tile.height + gap
    return Tile(tuple(shapes), width, y - gap)


def _row(branches: Sequence[Tile]) -> Tile:
    """Return branches side by side, all reached from one point above and led to one below."""
    width = sum(branch.width for branch in branches) + _GAP * (len(branches) - 1)
    height = max(branch.height for branch in branches) + 2 * _GAP
    shapes: list[Shape] = []
    x = 0.0
    for branch in branches:
        middle, end = x + branch.width / 2, _GAP + branch.height
        shapes.append(Line(((width / 2, 0), (width / 2, 4), (middle, 4), (middle, _GAP)), Paint("muted"), 1.2))
        shapes += branch.at(x, _GAP)
        down = ((middle, end), (middle, height - 4), (width / 2, height - 4), (width / 2, height))
        shapes.append(Line(down, Paint("muted"), 1.2))
        x += branch.width + _GAP
    return Tile(tuple(shapes), width, height)


def _framed(tile: Tile, words: str, owner: str) -> Tile:
    """Return a block's layers in a frame with its name."""
    width = max(tile.width, text_width(words, _SIZE)) + 2 * _ROOM
    height = tile.height + 2 * _ROOM + 16
    corners = ((0.0, 0.0), (width, 0.0), (width, height), (0.0, height))
    frame = Polygon(corners, Paint("block", 0.9, 0.35), Paint("block"), 1.0, dashed=True, owner=owner)
    name = Text((_ROOM, 16), words, _SIZE, Paint("muted"), "start", owner=owner)
    inside = tile.at((width - tile.width) / 2, _ROOM + 16)
    ends = ((0.0, _ROOM + 16), (height - _ROOM, height))
    links = [Line(((width / 2, top), (width / 2, bottom)), Paint("muted"), 1.2) for top, bottom in ends]
    return Tile((frame, name, *links, *inside), width, height)
