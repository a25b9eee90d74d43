"""Where a network's parameters, mult-adds and outputs are: a tower of shares for each, joined layer by layer."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from cnnviz.drawing.costs.headlines import headlines
from cnnviz.drawing.costs.portions import METRICS, Metric, Portion, portions, share_text, totals
from cnnviz.drawing.costs.shapes import fitted, rectangle
from cnnviz.drawing.lettering import text_width
from cnnviz.drawing.scene import Paint, Polygon, Scene, Shape, Text
from cnnviz.drawing.wording import short_text
from cnnviz.network.summary import Summary

_SIZE = 11.0  # of the words
_HEIGHT = 420.0  # of a tower
_WIDTH = 220.0
_STRIP = 14.0  # of its edge, where each layer has the colour of its role
_BETWEEN = 80.0  # towers
_LINE = 15.0  # height that a line of words takes
_LEAST_DRAWN = 0.25
_MOST_LEVELS = 2  # more columns leave no room for names
_FEW = 2  # containers at the top, in whose stead their layers are drawn


def cost_map(summary: Summary, *, depth: int = 1, selected: str = "") -> Scene:
    """Return where the parameters, mult-adds and outputs are: three towers of shares, the first layer at the top.

    A tower's columns are the levels of blocks, at most `depth` and at most two of them, and then a strip of single
    layers by role. Where the whole network is in one or two Sequentials, these are left out.
    Bands lead from what a layer has of one tower to what it has of the next. What is too small is drawn without a name.
    """
    found = _unwrapped(portions(summary))
    total = totals(found)
    lines = headlines(summary)
    top = 22.0 * len(lines) + 44
    towers = [
        _Tower(name, metric, number * (_WIDTH + _BETWEEN), top, total[name])
        for number, (name, metric) in enumerate(METRICS.items())
    ]
    shapes: list[Shape] = [Text((0, 12 + 20 * number), line, 13, anchor="start") for number, line in enumerate(lines)]
    shapes += [band for left, right in pairwise(towers) for band in _bands(found, left, right, selected)]
    for tower in towers:
        shapes += [*tower.head(), *tower.shapes(found, min(max(1, depth), _MOST_LEVELS), selected)]
    return Scene(tuple(shapes), title=f"{summary.name}: where the parameters, mult-adds and outputs are")


Spans = Mapping[str, tuple[float, float]]
"""Top and bottom of portions, by path."""


@dataclass(frozen=True)
class _Tower:
    """One metric from `top` down: how far each portion reaches is its share of the total."""

    name: str
    metric: Metric
    x: float
    top: float
    total: int

    def head(self) -> Iterator[Shape]:
        """Yield its name, and the total under it."""
        yield Text((self.x, self.top - 24), self.metric.title, 12, anchor="start", bold=True)
        note = f"{self.metric.text(self.total)} {self.metric.whole}"
        yield Text((self.x, self.top - 9), note, _SIZE, Paint("muted"), "start")

    def spans(self, found: Sequence[Portion], start: float | None = None) -> dict[str, tuple[float, float]]:
        """Return where portions lie, those inside others within them, from their top."""
        y = self.top if start is None else start
        spans: dict[str, tuple[float, float]] = {}
        for portion in found:
            end = y + _HEIGHT * portion.amounts[self.name] / (self.total or 1)
            spans |= {portion.path: (y, end), **self.spans(portion.inside, y)}
            y = end
        return spans

    def shapes(self, found: Sequence[Portion], depth: int, selected: str) -> Iterator[Shape]:
        """Yield the columns of its levels, and the strip of single layers."""
        spans = self.spans(found)
        levels = _levels(found, depth)
        width = (_WIDTH - _STRIP) / len(levels)
        lefts = {portion.path: self.x + number * width for number, level in enumerate(levels) for portion in level}
        for number, level in enumerate(levels, start=1):
            for portion in level:
                is_open = bool(portion.inside) and number < len(levels)
                yield from self.box(portion, spans[portion.path], lefts[portion.path], width if is_open else _WIDTH)
        yield from self.strip(found, spans)
        if selected in spans:
            yield self.mark(spans[selected], lefts.get(selected, self.x + _WIDTH - _STRIP), selected)

    def strip(self, found: Sequence[Portion], spans: Spans) -> Iterator[Shape]:
        """Yield the tower's right edge by role, layers over the blocks that they are in."""
        for portion in found:
            top, bottom = spans[portion.path]
            if bottom - top >= _LEAST_DRAWN:
                left, right, fill = self.x + _WIDTH - _STRIP, self.x + _WIDTH, Paint(portion.row.role)
                yield rectangle(left, top, right, bottom, fill=fill, owner=portion.path)
                yield from self.strip(portion.inside, spans)

    def box(self, portion: Portion, span: tuple[float, float], left: float, column: float) -> Iterator[Shape]:
        """Yield a portion's box up to the strip, with its name and share where they fit into its column."""
        top, bottom = span
        if bottom - top < _LEAST_DRAWN:
            return
        pale, owner = Paint(portion.row.role, 0.62), portion.path
        edge = Paint("paper") if bottom - top > 2 else None
        right = self.x + _WIDTH - _STRIP
        yield rectangle(left, top, right, bottom, fill=pale, stroke=edge, owner=owner)
        yield from self.words(portion, (top + bottom) / 2, bottom - top, left + 6, min(right, left + column) - 6)

    def words(self, portion: Portion, middle: float, height: float, left: float, right: float) -> Iterator[Shape]:
        """Yield a portion's name and its share: beside each other, or else below, or else as much as fits."""
        room, share = right - left, share_text(portion.amounts[self.name], self.total)
        name, share_width = _name(portion, room), text_width(share, _SIZE)
        ink, owner = Paint("on light"), portion.path
        has_both = text_width(name, _SIZE) + share_width + 8 <= room
        is_high = height >= 2 * _LINE + 2 and not has_both
        if height >= _LINE and name:
            yield Text((left, middle + (-3 if is_high else 4)), name, _SIZE, ink, "start", owner=owner)
        if has_both and height >= _LINE:
            yield Text((right, middle + 4), share, _SIZE, ink, "end", owner=owner)
        elif is_high and share_width <= room:
            yield Text((left, middle + 12), share, _SIZE, Paint("on light", 0.15), "start", owner=owner)

    def mark(self, span: tuple[float, float], left: float, selected: str) -> Polygon:
        """Return a frame around the selected layer, however little it has."""
        (top, bottom), right = span, self.x + _WIDTH
        corners = ((left, top), (right, top), (right, bottom), (left, bottom))
        return Polygon(corners, None, Paint("accent"), 2.2, owner=selected)


def _unwrapped(found: tuple[Portion, ...]) -> tuple[Portion, ...]:
    """Return what is in a network's Sequentials where these are few, as "features" and "classifier" are."""
    wrappers = [portion for portion in found if portion.inside]
    if not 0 < len(wrappers) <= _FEW or any(portion.row.kind != "Sequential" for portion in wrappers):
        return found
    return tuple(inner for portion in found for inner in portion.inside or (portion,))


def _name(portion: Portion, room: float) -> str:
    """Return a layer's name in its block and its kind as "0 Conv 3×3", or only what fits and says enough."""
    name = portion.path.rpartition(".")[2]
    words = f"{name} {short_text(portion.row)}"
    says_enough = not name.isdigit() and (portion.row.kind == "Sequential" or text_width(words, _SIZE) > room)
    return fitted(name if says_enough else words, room, _SIZE)


def _levels(found: Sequence[Portion], depth: int) -> list[list[Portion]]:
    """Return portions and those inside them, level by level."""
    inside = [inner for portion in found for inner in portion.opened]
    return [list(found), *(_levels(inside, depth - 1) if depth > 1 and inside else [])]


def _bands(found: Sequence[Portion], left: _Tower, right: _Tower, selected: str) -> Iterator[Shape]:
    """Yield a band for each layer that has something of both towers, that of the selected one over the others."""
    begins, ends = left.spans(found), right.spans(found)
    for portion in found:
        yield from _band(portion.path, Paint(portion.row.role, opacity=0.22), begins, ends, left.x + _WIDTH, right.x)
    if selected in begins:
        yield from _band(selected, Paint("accent", opacity=0.45), begins, ends, left.x + _WIDTH, right.x)


def _band(path: str, paint: Paint, begins: Spans, ends: Spans, start: float, end: float) -> Iterator[Shape]:
    (y0, y1), (z0, z1) = begins[path], ends[path]
    if y1 > y0 and z1 > z0 and max(y1 - y0, z1 - z0) >= _LEAST_DRAWN:
        corners = ((start, y0), (end, z0), (end, z1), (start, y1))
        yield Polygon(corners, paint, Paint("paper"), 0.8, owner=path)
