"""The rows of the layer list: each layer, each part of a container that has several, and what is inside them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cnnviz.drawing.colours import kind_colour
from cnnviz.formatting import count_text, shape_text
from cnnviz.network.diagnosis import Finding
from cnnviz.network.document import list_text
from cnnviz.network.notation import params_text
from cnnviz.network.summary import Row, Summary
from cnnviz.ui.editor import Editor
from cnnviz.ui.items import NETWORK, Item, Items, Slot

_Row = dict[str, Any]


def rows_of(editor: Editor, summary: Summary, warnings: Sequence[Finding] = ()) -> list[_Row]:
    """Return the rows from top to bottom; `depth` says how far each is moved in, `container` and `part` where it is."""
    return list(_Rows(editor, summary, warnings).inside(editor.version.items, NETWORK, depth=0))


@dataclass(frozen=True)
class _Rows:
    editor: Editor
    summary: Summary
    warnings: Sequence[Finding]

    @cached_property
    def remarks(self) -> Mapping[str, str]:
        """What is worth knowing of a layer, by id."""
        found: dict[str, str] = {}
        for finding in self.warnings:
            for layer_id in filter(None, map(self.editor.id_at, finding.paths)):
                found[layer_id] = "\n".join(filter(None, [found.get(layer_id), finding.title]))
        return found

    @cached_property
    def measured(self) -> Mapping[str, Row]:
        """The summary's rows by path."""
        return {row.path: row for row in self.summary.rows}

    @cached_property
    def failing(self) -> str | None:
        """Id of the layer that does not fit."""
        return self.editor.id_at(self.summary.problem.path) if self.summary.problem else None

    @cached_property
    def most_params(self) -> int:
        """Parameters of the layer with most of them."""
        return max((row.num_params for row in self.summary.top_rows), default=0) or 1

    def inside(self, items: Items, slot: Slot, *, depth: int) -> Iterator[_Row]:
        """Yield the rows of a list of layers and of all inside them."""
        for index, item in enumerate(items):
            row = {"container": slot.container, "part": slot.part, "depth": depth, "index": index}
            yield row | self.layer(item) | self.numbers(item)
            yield from self.parts(item, depth + 1)

    def parts(self, item: Item, depth: int) -> Iterator[_Row]:
        """Yield the rows inside a container, those of several parts under a row for each part."""
        names = _part_names(item)
        if len(names) == 1:
            yield from self.inside(item.parts[0], Slot(item.id, 0), depth=depth)
            return
        for number, name in enumerate(names):
            inside = item.parts[number] if number < len(item.parts) else ()
            yield _part_row(item, number, name, inside, depth)
            yield from self.inside(inside, Slot(item.id, number), depth=depth + 1)

    def layer(self, item: Item) -> _Row:
        """Return what a row says of a layer itself."""
        return {
            "id": item.id,
            "kind": item.layer.kind,
            "params": params_text(item.layer),
            "colour": kind_colour(item.layer.kind),
            "text": list_text([item.layer]),
            "holds": bool(item.kind_parts),
            "remark": self.remarks.get(item.id, ""),
            "branches": bool(item.kind_parts and not item.kind_parts.names),
        }

    def numbers(self, item: Item) -> _Row:
        """Return what a row says of a layer in its place: sizes and counts, or that it does not fit."""
        if item.id == self.failing:
            return {"shape": "does not fit", "state": "problem", "title": str(self.summary.problem)}
        row = self.measured.get(self.editor.version.paths[item.id])
        if row is None or row.output_shape is None:
            return {"shape": "—", "state": "unmeasured" if row is None else "", "count": "", "share": 0}
        return {
            "shape": shape_text(row.output_shape),
            "count": count_text(row.num_params) if row.num_params else "",
            "share": row.num_params / self.most_params,
            "title": f"{row.num_params:,} parameters, {row.mult_adds:,} mult-adds per image",
        }


def _part_names(item: Item) -> tuple[str, ...]:
    if item.kind_parts is None:
        return ()
    return item.kind_parts.names or tuple(f"branch {number}" for number in range(len(item.parts)))


def _part_row(item: Item, number: int, name: str, inside: Items, depth: int) -> _Row:
    kind = "empty" if not inside else ""
    return {
        "id": f"{item.id}:{number}",
        "container": item.id,
        "part": number,
        "depth": depth,
        "kind": name,
        "params": kind and ("passes its input on" if item.layer.kind in ("Residual", "Concat") else kind),
        "colour": kind_colour(item.layer.kind),
        "text": list_text(each.layer for each in inside) if inside else "",
        "isPart": True,
        "holds": True,
    }
