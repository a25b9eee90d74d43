"""A network as volumes: each map a box, as high and wide as the map, as deep as it has channels."""

import math
from collections.abc import Collection

from cnnviz.drawing.flow import Flow, Item, View, diagram
from cnnviz.drawing.kernels import Which, kernel_windows
from cnnviz.drawing.layout import Piece, axis, over_each_other, side_by_side, tangled
from cnnviz.drawing.lettering import text_width
from cnnviz.drawing.marks import MARK, fold_mark
from cnnviz.drawing.scale import Scale
from cnnviz.drawing.scene import Line, Paint, Scene, Shape, Text, Tone, circle
from cnnviz.drawing.states import face, ink, shape_words
from cnnviz.drawing.structure import Chain, Element, Fork, Tangle
from cnnviz.drawing.wording import merge_sign, short_text
from cnnviz.formatting import shape_text
from cnnviz.network.kinds import Role
from cnnviz.network.spec import Shape as Sizes
from cnnviz.network.summary import Summary

_GAP = 26.0
_TILT = (0.33, 0.18)  # how far a map's width goes to the right and up
_LABEL = 11.0
_LINE = 15.0
_RADIUS = 9.0  # of what merges


def volumes(
    summary: Summary,
    *,
    depth: int = 1,
    toggled: Collection[str] = (),
    selected: str = "",
    scale: Scale | None = None,
    windows: Which = "selected",
) -> Scene:
    """Return a network's maps as boxes from left to right, from its input to its output.

    `depth` is the number of levels drawn: at 1 a block is one box, at 2 the layers inside it are drawn, branches below
    each other. Blocks whose paths are in `toggled` are drawn the other way. Layers that keep their input's shape and
    are not selected, such as ReLU, are left out. `windows` says of which layers the window is drawn on their input.
    """
    scale = scale or Scale.of([summary])
    drawn = diagram(summary, View(depth, toggled, selected))
    image = _labelled(_box(summary.input_shape, scale, "input"), (shape_text(summary.input_shape), "Input"))
    whole = side_by_side([image, *_pieces(drawn.flow, drawn.flow.chain, scale)], gap=_GAP)
    marked = {"all": drawn.inputs, "selected": [selected], "none": []}[windows]
    rows = [row for row in summary.rows if row.path in marked]
    kernels = kernel_windows(whole.shapes, rows, drawn.inputs, selected=selected)
    return Scene((*whole.shapes, *kernels), title=summary.name)


def _pieces(flow: Flow, chain: Chain, scale: Scale) -> list[Piece]:
    return [_element(flow, element, scale) for element in chain]


def _element(flow: Flow, element: Element, scale: Scale) -> Piece:
    match element:
        case Fork():
            ways = [side_by_side(_pieces(flow, branch.chain, scale), gap=_GAP) for branch in element.branches]
            return over_each_other(ways, element.branches, skips=element.skips)
        case Tangle():
            return tangled([_item(flow.items[place], scale) for place in element.members], element, gap=_GAP)
    return _item(flow.items[element], scale)


def _item(item: Item, scale: Scale) -> Piece:
    row = item.row
    if item.inside is not None:
        return _bracketed(side_by_side(_pieces(item.inside, item.inside.chain, scale), gap=_GAP), item)
    if row.role == "merge" and item.state != "folded":
        return _junction(item)
    box = _box(row.output_shape or row.input_shape, scale, row.role, item)
    return _labelled(box, (shape_words(item), short_text(row)), item)


def _labelled(box: Piece, lines: tuple[str, str], item: Item | None = None) -> Piece:
    """Return a box with lines of words under it, as wide as the widest of them; a block's mark leads the last line."""
    mark_px = MARK + 6 if item and item.state != "layer" else 0.0
    width = max(box.width, text_width(lines[0], _LABEL), text_width(lines[-1], _LABEL) + 2 * mark_px)
    owner = item.row.path if item else ""
    tones = (ink(item, Paint("ink")), Paint("muted"))
    words = [
        Text((width / 2, box.down + 15 + _LINE * number), line, _LABEL, tone, owner=owner)
        for number, (line, tone) in enumerate(zip(lines, tones, strict=True))
    ]
    mark = _leading(item, words[-1]) if item else ()
    start = (width - box.width) / 2
    shapes = (*_axis_through(item, start, width), *box.at(start, 0), *words, *mark)
    return Piece(shapes, width, box.up, box.down + _LINE * (len(lines) + 1))


def _axis_through(item: Item | None, start: float, width: float) -> tuple[Shape, ...]:
    """Return the axis behind a box; through one that does not fit, which is empty, nothing flows."""
    if item and item.is_failing:
        return axis(0, start), axis(width - start, width)
    return (axis(0, width),)


def _leading(item: Item, name: Text) -> tuple[Shape, ...]:
    """Return a block's mark before its name."""
    x, y = name.at
    return fold_mark(item, (x - name.length / 2 - 6 - MARK / 2, y - 3.5))


def _box(shape: Sizes, scale: Scale, name: Role | Tone, item: Item | None = None) -> Piece:
    """Return the volume of a map (C, H, W), or the bar of a row of values: its front, its roof and its side."""
    if len(shape) == 3:
        depth, height, width = scale.depth_px(shape[0]), scale.side_px(shape[1]), scale.side_px(shape[2])
    else:
        depth, height, width = 9.0, scale.bar_px(math.prod(shape)), 9.0
    right, up = _TILT[0] * width, _TILT[1] * width
    bottom, top = (height + up) / 2, (up - height) / 2
    front = ((0.0, top), (depth, top), (depth, bottom), (0.0, bottom))
    roof = ((0.0, top), (right, top - up), (depth + right, top - up), (depth, top))
    side = ((depth, top), (depth + right, top - up), (depth + right, bottom - up), (depth, bottom))
    shapes = tuple(
        face(points, item, fill=Paint(name, shade), stroke=Paint("paper"), width=0.8)
        for points, shade in ((front, 0.0), (roof, 0.28), (side, -0.22))
    )
    return Piece(shapes, depth + right, up - top, bottom)


def _bracketed(piece: Piece, item: Item) -> Piece:
    """Return a block's layers over a bracket with its name and the mark that folds it."""
    y, words, owner = piece.down + 8, item.row.kind, item.row.path
    width = max(piece.width, text_width(words, _LABEL) + 2 * (MARK + 6))
    tone, line = (Paint("accent"), 2.0) if item.is_marked else (Paint("muted"), 1.0)
    bracket = Line(((0, y - 5), (0, y), (width, y), (width, y - 5)), tone, line, owner=owner)
    name = Text((width / 2, y + 15), words, _LABEL, Paint("muted"), owner=owner)
    inside = [axis(0, width), *piece.at((width - piece.width) / 2, 0)]
    return Piece((*inside, bracket, name, *_leading(item, name)), width, piece.up, y + 22)


def _junction(item: Item) -> Piece:
    """Return the circle where branches meet, with its sign, and under it the mark of a container."""
    ring = face(circle((_RADIUS, 0), _RADIUS), item, fill=Paint("merge"), stroke=Paint("muted"), width=1.0)
    tone = ink(item, Paint("on light"))
    sign = Text((_RADIUS, 4.5), merge_sign(item.row), 14, tone, bold=True, owner=item.row.path)
    mark = fold_mark(item, (_RADIUS, _RADIUS + 4 + MARK / 2))
    return Piece((ring, sign, *mark), 2 * _RADIUS, _RADIUS, _RADIUS + (8 + MARK if mark else 0))
