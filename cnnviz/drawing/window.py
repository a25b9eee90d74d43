"""A layer's window on its map: where the first two windows and the last one lie, and which output they make.

For a transposed convolution the windows lie on the output, and each is made of one pixel of the input.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from cnnviz.drawing.footprint import SIDES, Side
from cnnviz.drawing.grid import Grid, Span, axis, grid
from cnnviz.drawing.lettering import text_width
from cnnviz.drawing.scene import Line, Paint, Point, Polygon, Scene, Shape, Text, moved
from cnnviz.formatting import shape_text
from cnnviz.network.checks import padding_around
from cnnviz.network.explanation.writing import rows_and_columns
from cnnviz.network.infer import Node
from cnnviz.network.windows import transposed

_FIELD_PX, _CELLS_PX, _APART = 158.0, 58.0, 26.0  # width of the two maps at most, and what lies between
_LARGEST_CELL, _SMALLEST_CELL = 16.0, 4.0  # below the smallest no grid is drawn
_FIELD_MOST, _CELLS_MOST = 14, 6  # positions that are shown of any map that has them
_MOST_TAPS = 150  # points of a spread window that are drawn one by one
_LINE = 15.0  # pixels from one line of words to the next

_MUTED, _FAINT, _MAP = Paint("muted"), Paint("faint"), Paint("input", opacity=0.13)
_UNSEEN = Paint("accent", opacity=0.35)


def window(node: Node) -> Scene | None:
    """Return the drawing of a layer's window, about 270 pixels wide, or None for one that has none or does not fit."""
    build = SIDES.get(node.kind.sees)
    if build is None or node.output_shape is None:
        return None
    down, across = build(node, 0), build(node, 1)
    return Scene(tuple(_shapes(_Maps(down, across, Paint(node.kind.role)), node)), _title(node, down, across))


def _title(node: Node, down: Side, across: Side) -> str:
    assert node.output_shape is not None
    size = shape_text([end - start for start, end in (_around(side.windows[0]) for side in (down, across))])
    maps = f"{shape_text(node.input_shape[1:])} in, {shape_text(node.output_shape[1:])} out"
    unseen = down.unseen, across.unseen
    lost = f"; it never reaches {rows_and_columns(*unseen, before='last')}" if any(unseen) else ""
    return f"The {size} window of layer {node.path} ({node.layer.kind}): {maps}{lost}"


# The two maps


@dataclass(frozen=True)
class _Maps:
    """The field and the cells along their two sides, and the colour of the layer's role."""

    down: Side
    across: Side
    paint: Paint

    @property
    def sides(self) -> tuple[Side, Side]:
        """Height and width."""
        return self.down, self.across

    @property
    def has_one_window(self) -> bool:
        """Whether a single window makes the only cell."""
        return self.down.cells == self.across.cells == 1

    @property
    def second(self) -> tuple[int, int]:
        """Which of the windows down and across make the second one: that to the right of the first, or below it."""
        return (0, 1) if self.across.second else (self.down.second, 0)

    def field(self) -> Grid:
        """Enough of the field for the first two windows and the last one."""
        axes = (
            axis(
                side.first,
                side.last,
                head=side.windows[side.second][-1] + 2,
                tail=side.windows[-1][0],
                most=_FIELD_MOST,
            )
            for side in self.sides
        )
        return grid(*axes, width=_FIELD_PX, largest_cell=_LARGEST_CELL)

    def cells(self) -> Grid:
        """The first cells and the last one."""
        axes = (
            axis(0, side.cells, head=min(2, side.cells), tail=side.cells - 1, most=_CELLS_MOST) for side in self.sides
        )
        return grid(*axes, width=_CELLS_PX, largest_cell=_LARGEST_CELL)


def _shapes(maps: _Maps, node: Node) -> Iterator[Shape]:
    """Yield both maps with their names, the input at the left, and what hatched and red areas mean."""
    assert node.output_shape is not None
    is_transposed = node.kind.sees is transposed
    field, cells = maps.field(), maps.cells()
    texts = [f"input {shape_text(node.input_shape[1:])}", f"output {shape_text(node.output_shape[1:])}"]
    left, right = (cells, field) if is_transposed else (field, cells)
    offset = max(left.across.length + _APART, _beside(left, right, texts))
    tops = [(field.down.length - each.down.length) / 2 for each in (left, right)]
    places = [(0.0, tops[0]), (offset, tops[1])]
    field_at, cells_at = places[::-1] if is_transposed else places
    yield from moved(_field(maps, field), *field_at)
    yield from moved(_cells(maps, cells), *cells_at)
    yield from _connection(maps, field, cells, field_at, cells_at)
    for drawn, (x, y), text in zip((left, right), places, texts, strict=True):
        yield Text((x + drawn.across.length / 2, y + drawn.down.length + _LINE), text, 11, _MUTED)
    yield from moved(_legend(maps, node), 0.0, field.down.length + 2.4 * _LINE)


def _beside(left: Grid, right: Grid, texts: list[str]) -> float:
    """Return how far apart the maps must be for their names not to touch."""
    halves = sum(text_width(text, 11) for text in texts) / 2
    return left.across.length / 2 + halves + 8 - right.across.length / 2


def _field(maps: _Maps, on: Grid) -> Iterator[Shape]:
    down, across = maps.sides
    whole, inside = ((down.first, down.last), (across.first, across.last)), ((0, down.field), (0, across.field))
    yield from on.filled(*inside, _MAP)
    for strip in _strips(down, across):
        yield from on.hatched(*strip, _FAINT)
    for strip in _unseen(down, across):
        yield from on.filled(*strip, _UNSEEN)
    if on.across.cell >= _SMALLEST_CELL:
        yield from on.lines(*whole, _FAINT)
    if whole != inside:
        yield Polygon(on.rectangle(*whole), None, _FAINT)
    yield Polygon(on.rectangle(*inside), None, _MUTED)
    yield from _windows(maps, on)


def _windows(maps: _Maps, on: Grid) -> Iterator[Shape]:
    down, across = maps.sides
    first = down.windows[0], across.windows[0]
    if not maps.has_one_window:
        second = down.windows[maps.second[0]], across.windows[maps.second[1]]
        yield Polygon(on.rectangle(_around(down.windows[-1]), _around(across.windows[-1])), None, _MUTED, 1.2, True)
        yield Polygon(on.rectangle(*map(_around, second)), None, maps.paint, 1.4, dashed=True)
    for rows, columns in _taps(*first):
        yield Polygon(on.rectangle(rows, columns), replace(maps.paint, opacity=0.5))
    yield Polygon(on.rectangle(*map(_around, first)), None, maps.paint, 1.8)


def _cells(maps: _Maps, on: Grid) -> Iterator[Shape]:
    down, across = maps.down.cells, maps.across.cells
    yield from on.filled((0, down), (0, across), _MAP)
    yield from on.lines((0, down), (0, across), _FAINT)
    yield Polygon(on.rectangle((0, down), (0, across)), None, _MUTED)
    if not maps.has_one_window:
        row, column = maps.second
        yield Polygon(on.rectangle((down - 1, down), (across - 1, across)), None, _MUTED, 1.2, dashed=True)
        yield Polygon(on.rectangle((row, row + 1), (column, column + 1)), None, maps.paint, 1.4, dashed=True)
    yield Polygon(on.rectangle((0, 1), (0, 1)), replace(maps.paint, opacity=0.5), maps.paint, 1.8)


def _connection(maps: _Maps, field: Grid, cells: Grid, field_at: Point, cells_at: Point) -> Iterator[Shape]:
    """Yield two lines between the first window and its cell, from the sides that face each other."""
    first = field.rectangle(*(_around(side.windows[0]) for side in maps.sides))
    cell = cells.rectangle((0, 1), (0, 1))
    for of_window, of_cell in ((1, 0), (2, 3)) if field_at[0] < cells_at[0] else ((0, 1), (3, 2)):
        yield Line((_plus(first[of_window], field_at), _plus(cell[of_cell], cells_at)), maps.paint, 0.9, dashed=True)


def _legend(maps: _Maps, node: Node) -> Iterator[Shape]:
    """Yield what hatched and red areas mean, those that there are."""
    is_transposed, x = node.kind.sees is transposed, 0.0
    sample = Grid(axis(0, 1, head=1, tail=1, most=1), axis(0, 1, head=1, tail=1, most=1))
    sample = grid(sample.down, sample.across, width=10, largest_cell=10)
    one = (0, 1), (0, 1)
    meanings: list[tuple[list[Shape], str]] = []
    if next(_strips(*maps.sides), None):
        is_padded = any(map(sum, padding_around(node.params)))
        outside = "cut off" if is_transposed else "padding" if is_padded else "beyond the edge"
        hatched = [*sample.hatched(*one, _MUTED), Polygon(sample.rectangle(*one), None, _FAINT)]
        meanings.append((hatched, outside))
    if next(_unseen(*maps.sides), None):
        meanings.append(([*sample.filled(*one, _UNSEEN)], "bias only" if is_transposed else "never seen"))
    for shapes, meaning in meanings:
        yield from moved(shapes, x, -9)
        yield Text((x + 15, 0), meaning, 10.5, _MUTED, "start")
        x += 15 + text_width(meaning, 10.5) + 14


# Parts of the field


def _strips(down: Side, across: Side) -> Iterator[tuple[Span, Span]]:
    """Yield what lies around the map: above, below, and at both sides."""
    columns, inside = (across.first, across.last), (0, down.field)
    strips: tuple[tuple[Span, Span], ...] = (
        ((down.first, 0), columns),
        ((down.field, down.last), columns),
        (inside, (across.first, 0)),
        (inside, (across.field, across.last)),
    )
    yield from (strip for strip in strips if all(low < high for low, high in strip))


def _unseen(down: Side, across: Side) -> Iterator[tuple[Span, Span]]:
    """Yield the rows and the columns at the end of the map that no window reaches."""
    seen = down.field - down.unseen
    if down.unseen:
        yield (seen, down.field), (0, across.field)
    if across.unseen:
        yield (0, seen), (across.field - across.unseen, across.field)


def _taps(rows: Sequence[int], columns: Sequence[int]) -> Iterator[tuple[Span, Span]]:
    """Yield the parts of a window: all of it at once, or its points where it has holes and few enough."""
    spread = _around(rows), _around(columns)
    num_taps = len(rows) * len(columns)
    if num_taps == (spread[0][1] - spread[0][0]) * (spread[1][1] - spread[1][0]) or num_taps > _MOST_TAPS:
        yield spread
        return
    yield from (((row, row + 1), (column, column + 1)) for row in rows for column in columns)


def _around(positions: Sequence[int]) -> Span:
    return positions[0], positions[-1] + 1


def _plus(point: Point, offset: Point) -> Point:
    return point[0] + offset[0], point[1] + offset[1]
