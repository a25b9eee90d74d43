"""A flow from top to bottom: boxes below each other, branches side by side, open blocks in frames."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from cnnviz.drawing.flow import Flow, Item
from cnnviz.drawing.lettering import text_width
from cnnviz.drawing.marks import MARK, fold_mark
from cnnviz.drawing.scene import Line, Paint, Point, Polygon, Shape, Text, moved
from cnnviz.drawing.structure import Branch, Chain, Element, Fork, Tangle

GAP = 18.0  # between boxes, for the arrow
_ROOM = 12.0  # inside a frame
_TURN = 5.0  # from a fork to where its lines turn
_NAME = 12.0  # size of a frame's name
_LANE = 18.0  # from a branch to the line that skips it
_LINE = Paint("muted")


@dataclass(frozen=True)
class Tile:
    """Shapes around an axis from (0, 0) down to (0, `height`), `left` to its left and `right` to its right.

    Data comes in at the axis's start and leaves at its end. One that `takes_over` draws the arrow that leads into it.
    """

    shapes: tuple[Shape, ...]
    left: float
    right: float
    height: float
    takes_over: bool = False

    def at(self, x: float, y: float) -> tuple[Shape, ...]:
        """Return its shapes with the axis starting at a point."""
        return moved(self.shapes, x, y)


Draw = Callable[[Item], Tile]


def stack(flow: Flow, draw: Draw, *, before: Sequence[Tile] = ()) -> Tile:
    """Return a flow as one tile below those before it; `draw` draws a layer or a folded block."""
    return _chain(flow, flow.chain, draw, before=before)


def _chain(flow: Flow, chain: Chain, draw: Draw, *, before: Sequence[Tile] = ()) -> Tile:
    return _column([*before, *(_element(flow, element, draw) for element in chain)])


def _element(flow: Flow, element: Element, draw: Draw) -> Tile:
    match element:
        case Fork():
            branches = [_chain(flow, branch.chain, draw) for branch in element.branches]
            return _forked(branches, element.branches, skips=element.skips)
        case Tangle():
            return _tangled([_item(flow.items[place], draw) for place in element.members], element)
    return _item(flow.items[element], draw)


def _item(item: Item, draw: Draw) -> Tile:
    return draw(item) if item.inside is None else _framed(stack(item.inside, draw), item)


def _column(tiles: Sequence[Tile], *, joined: Callable[[int], bool] = lambda place: True) -> Tile:
    """Return tiles below each other, an arrow from each to the next where they are joined."""
    shapes: list[Shape] = []
    y = 0.0
    for place, tile in enumerate(tiles):
        if place:
            if joined(place - 1):
                shapes.append(_arrow((0, y), (0, y + GAP), tile))
            y += GAP
        shapes += tile.at(0, y)
        y += tile.height
    left, right = max(tile.left for tile in tiles), max(tile.right for tile in tiles)
    return Tile(tuple(shapes), left, right, y, tiles[0].takes_over)


def _arrow(start: Point, end: Point, tile: Tile) -> Line:
    """Return a line down to a tile, with a head where the tile does not draw it further inside."""
    if tile.takes_over:
        return Line((start, end), _LINE, 1.2)
    return Line((start, (end[0], end[1] - 1)), _LINE, 1.2, arrow=True)


def _forked(tiles: Sequence[Tile], branches: Sequence[Branch], *, skips: bool) -> Tile:
    """Return branches side by side, reached from one point above and led to one below; a skip runs to their right."""
    height = max(tile.height for tile in tiles) + 2 * GAP
    single = len(tiles) == 1
    width = sum(tile.left + tile.right for tile in tiles) + GAP * (len(tiles) - 1)
    x = left = -tiles[0].left if single else -width / 2
    shapes: list[Shape] = []
    for tile, branch in zip(tiles, branches, strict=True):
        middle, end = x + tile.left, GAP + tile.height
        if branch.begins:
            end_y = GAP if tile.takes_over else GAP - 1
            shapes.append(_bent((0, 0), (middle, end_y), turn=_TURN, arrow=not tile.takes_over))
        if branch.ends:
            shapes.append(_bent((middle, end), (0, height), turn=height - end - _TURN))
        shapes += tile.at(middle, GAP)
        x += tile.left + tile.right + GAP
    right = x - GAP
    if skips:
        right += _LANE
        lane = ((0, 0), (0, _TURN), (right, _TURN), (right, height - _TURN), (0, height - _TURN), (0, height))
        shapes.append(Line(lane, _LINE, 1.2))
    return Tile(tuple(shapes), -left, right, height, takes_over=True)


def _bent(start: Point, end: Point, *, turn: float, arrow: bool = False) -> Line:
    """Return a line down, to the side and down again; it turns so far below its start."""
    y = start[1] + turn
    points = (start, end) if start[0] == end[0] else (start, (start[0], y), (end[0], y), end)
    return Line(points, _LINE, 1.2, arrow=arrow)


def _tangled(tiles: Sequence[Tile], tangle: Tangle) -> Tile:
    """Return tiles below each other; what is not next to each other is joined by curves to their right."""
    links = set(tangle.links)
    column = _column(tiles, joined=lambda place: (place, place + 1) in links)
    side, ends = max(tile.right for tile in tiles), _ends(tiles, column.height)
    far = [link for link in tangle.links if link[1] - link[0] > 1]
    curves = [_curve(ends[start + 1], ends[end + 1], side, end - start) for start, end in far]
    bulge = max((_bulge(end - start) for start, end in far), default=0.0)
    return replace(column, shapes=(*curves, *column.shapes), right=side + 0.75 * bulge)


def _ends(tiles: Sequence[Tile], height: float) -> list[Point]:
    """Return where curves begin and end: above all tiles, at the right side of each, and below all."""
    ends: list[Point] = [(0.0, 0.0)]
    y = 0.0
    for tile in tiles:
        ends.append((tile.right, y + tile.height / 2))
        y += tile.height + GAP
    return [*ends, (0.0, height)]


def _curve(start: Point, end: Point, side: float, span: int) -> Line:
    x = side + _bulge(span)
    return Line((start, (x, start[1]), (x, end[1]), end), Paint("faint"), 1.1, arrow=True, curved=True)


def _bulge(span: int) -> float:
    return 26.0 * math.pow(span, 0.6)


def _framed(tile: Tile, item: Item) -> Tile:
    """Return a block's layers in a frame with its name and the mark that folds it."""
    words, path = item.row.kind, item.row.path
    head = _ROOM + 16
    named = text_width(words, _NAME) + MARK + 22  # the name stays beside the axis
    left = right = max(tile.left + _ROOM, tile.right + _ROOM, named)
    height = tile.height + head + _ROOM
    outline = ((-left, 0.0), (right, 0.0), (right, height), (-left, height))
    name = Text((10 - left, 17), words, _NAME, Paint("muted"), "start", owner=path)
    edge, width = (Paint("accent"), 2.0) if item.is_marked else (Paint("block"), 1.0)
    return Tile(
        (
            Polygon(outline, Paint("block", 0.9, 0.07), edge, width, dashed=True, owner=path),
            name,
            *fold_mark(item, (name.at[0] + name.length + 4 + MARK / 2, 13)),
            _arrow((0, 0), (0, head), tile),
            Line(((0, height - _ROOM), (0, height)), _LINE, 1.2),
            *tile.at(0, head),
        ),
        left,
        right,
        height,
        takes_over=True,
    )
