"""What each layer costs: bars of every metric beside each other, over one list of layers."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from cnnviz.drawing.costs.portions import METRICS, Portion, nearest, portions, share_text, totals
from cnnviz.drawing.costs.shapes import CLEAR, fitted, rectangle
from cnnviz.drawing.lettering import text_width
from cnnviz.drawing.scene import Line, Paint, Scene, Shape, Text
from cnnviz.drawing.wording import QUIET, short_text
from cnnviz.formatting import shape_text
from cnnviz.network.kinds import Role
from cnnviz.network.summary import Summary

_SIZE = 11.0  # of the words
_ROW = 20.0
_HEAD = 40.0  # above the first row
_BAR = 64.0  # the longest
_PANEL = 152.0  # a metric's bars, amounts and shares
_GAP = 14.0
_LONGEST_PATH, _LONGEST_NAME = 130.0, 130.0


@dataclass(frozen=True)
class _Entry:
    """A row of the chart: a layer, a block, or what is left over, whose path is empty."""

    path: str
    name: str
    size: str
    role: Role
    amounts: Mapping[str, int]
    sees: tuple[int, int] | None = None
    is_open: bool = False
    """Whether the layers inside it follow, so that it is their sum and drawn hollow."""


def cost_bars(summary: Summary, *, depth: int = 1, selected: str = "") -> Scene:
    """Return each layer's parameters, mult-adds, bytes of outputs and receptive field as bars, one row a layer.

    `depth` is the number of levels drawn: at 1 a block is one row with the sum of its layers, at 2 the layers inside
    it follow, and its own bars are hollow. Bars of one column compare with each other, those of receptive fields with
    the image too. Layers without weights are summed up in the last row, but for pools and the one selected.
    """
    found = portions(summary)
    drawn = list(_drawn(found, depth))
    entries = [_entry(portion, is_open) for portion, is_open in drawn if _has_row(portion, selected)]
    columns = _Columns.around(entries)
    if others := [portion for portion, _ in drawn if not _has_row(portion, selected)]:
        entries.append(_rest(others, columns.end - 14))
    panels = _amount_panels(columns.end, entries, totals(found))
    panels += _field_panel(columns.end + len(panels) * (_PANEL + _GAP), entries, summary.input_shape)
    width = panels[-1].x + panels[-1].width
    marked = nearest(selected, (entry.path for entry in entries))
    shapes: list[Shape] = []
    for number, entry in enumerate(entries):
        y = _HEAD + _ROW * (number + 0.5)
        shapes += [
            *_background(entry, y, width, is_selected=bool(marked) and entry.path == marked),
            *columns.words(entry, y),
        ]
        shapes += [shape for panel in panels for shape in panel.bar(entry, y)]
    heads = [shape for panel in panels for shape in panel.head(_HEAD + _ROW * len(entries))]
    return Scene((*heads, *shapes), title=f"{summary.name}: what each layer costs")


def _drawn(found: Sequence[Portion], depth: int) -> Iterator[tuple[Portion, bool]]:
    """Yield the portions of so many levels, and whether those inside them follow."""
    for portion in found:
        is_open = depth > 1 and bool(portion.inside)
        yield portion, is_open
        if is_open:
            yield from _drawn(portion.opened, depth - 1)


def _has_row(portion: Portion, selected: str) -> bool:
    role, amounts = portion.row.role, portion.amounts
    is_quiet = role in QUIET or not (role == "pooling" or amounts["params"] or amounts["mult_adds"])
    return portion.path == selected or bool(portion.inside) or not is_quiet


def _entry(portion: Portion, is_open: bool) -> _Entry:
    row = portion.row
    sees = row.receptive_field.size if row.receptive_field else None
    size = shape_text(row.output_shape or ()) or "—"
    return _Entry(portion.path, short_text(row), size, row.role, portion.amounts, sees, is_open)


def _rest(others: Sequence[Portion], room: float) -> _Entry:
    """Return the sum of layers without a row, with their kinds where they fit."""
    kinds = Counter(portion.row.kind for portion in others)
    words = ", ".join(f"{number} {kind}" for kind, number in kinds.most_common())
    if text_width(words, _SIZE) > room:
        words = f"{len(others)} other layers"
    return _Entry("", words, "", "reshape", totals(others))


def _background(entry: _Entry, y: float, width: float, *, is_selected: bool) -> Iterator[Shape]:
    """Yield what a click anywhere in a row meets, and the mark of the selected one."""
    box = (-8, y - _ROW / 2, width, y + _ROW / 2)
    if entry.path:
        yield rectangle(*box, fill=Paint("accent", opacity=0.13) if is_selected else CLEAR, owner=entry.path)
        if is_selected:
            yield rectangle(-8, y - _ROW / 2, -5, y + _ROW / 2, fill=Paint("accent"), owner=entry.path)


@dataclass(frozen=True)
class _Columns:
    """Where the words of each row begin: its path, its name and the size of its output."""

    name: float
    size: float
    end: float

    @classmethod
    def around(cls, entries: Sequence[_Entry]) -> "_Columns":
        path = min(_LONGEST_PATH, _widest(entry.path for entry in entries))
        name = min(_LONGEST_NAME, _widest(entry.name for entry in entries if entry.path))
        size = max(_widest(entry.size for entry in entries), _widest(["Output"]))
        return cls(path + 10, path + name + 24, path + name + size + 44)

    def words(self, entry: _Entry, y: float) -> Iterator[Shape]:
        """Yield a layer's path, name and size as they stand at the left of its bars."""
        muted, baseline = Paint("muted"), y + 4
        if not entry.path:
            yield Text((0, baseline), entry.name, _SIZE, muted, "start")
            return
        name = fitted(entry.name, self.size - self.name - 10, _SIZE)
        path = fitted(entry.path, self.name - 10, _SIZE, keep_end=True)
        yield Text((0, baseline), path, _SIZE, muted, "start", owner=entry.path)
        yield Text((self.name, baseline), name, _SIZE, Paint("ink"), "start", owner=entry.path)
        yield Text((self.size, baseline), entry.size, _SIZE, muted, "start", owner=entry.path)


@dataclass(frozen=True)
class _Panel:
    """A column of bars: its head, each entry's size up to `largest`, and the words beside its bar and at the right."""

    x: float
    width: float
    title: str
    note: str
    largest: float
    value: Callable[[_Entry], float]
    words: Callable[[_Entry], tuple[str, str]]
    mark: float | None = None

    def head(self, bottom: float) -> Iterator[Shape]:
        """Yield the title, the note under it, and the lines that the bars start from and are compared with."""
        yield Text((self.x, 11), self.title, 12, Paint("ink"), "start", bold=True)
        yield Text((self.x, 27), self.note, _SIZE, Paint("muted"), "start")
        yield Line(((self.x, _HEAD - 3), (self.x, bottom)), Paint("faint"))
        if self.mark is not None:
            x = self.x + _BAR * self.mark / self.largest
            yield Line(((x, _HEAD - 3), (x, bottom)), Paint("muted"), dashed=True)

    def bar(self, entry: _Entry, y: float) -> Iterator[Shape]:
        """Yield an entry's bar, and the words for it."""
        value = self.value(entry)
        if not value:
            return
        end = self.x + max(1.0, _BAR * value / self.largest)
        paint, owner = Paint(entry.role if entry.path else "muted"), entry.path
        fill = Paint(paint.name, opacity=0.2) if entry.is_open else paint
        yield rectangle(self.x, y - 5.5, end, y + 5.5, fill=fill, stroke=paint if entry.is_open else None, owner=owner)
        beside, at_right = self.words(entry)
        if beside:
            yield Text((end + 6, y + 4), beside, _SIZE, Paint("ink"), "start", owner=owner)
        yield Text((self.x + self.width, y + 4), at_right, _SIZE, Paint("muted"), "end", owner=owner)


def _amount_panels(x: float, entries: Sequence[_Entry], total: Mapping[str, int]) -> list[_Panel]:
    """Return the columns of what adds up."""
    return [
        _Panel(
            x=x + number * (_PANEL + _GAP),
            width=_PANEL,
            title=metric.title,
            note=f"{metric.text(total[name])} {metric.whole}",
            largest=max((entry.amounts[name] for entry in entries), default=0) or 1,
            value=lambda entry, name=name: entry.amounts[name],  # type: ignore[misc]
            words=lambda entry, name=name, metric=metric: (  # type: ignore[misc]
                metric.text(entry.amounts[name]),
                share_text(entry.amounts[name], total[name]),
            ),
        )
        for number, (name, metric) in enumerate(METRICS.items())
    ]


def _field_panel(x: float, entries: Sequence[_Entry], input_shape: tuple[int, ...]) -> list[_Panel]:
    """Return the column of receptive fields, where any is known; a line marks the image."""
    sides = [max(entry.sees) for entry in entries if entry.sees]
    if not sides:
        return []
    image = max(input_shape[1:])
    return [
        _Panel(
            x=x,
            width=_BAR + 66,
            title="Receptive field",
            note=f"image {shape_text(input_shape[1:])}",
            largest=max(image, *sides),
            value=lambda entry: max(entry.sees or (0,)),
            words=lambda entry: ("", shape_text(entry.sees or ())),
            mark=image,
        )
    ]


def _widest(texts: Iterator[str] | Sequence[str]) -> float:
    return max((text_width(text, _SIZE) for text in texts), default=0.0)
