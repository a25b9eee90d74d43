"""The list of layers as a component of its own: nothing done in it is lost while a script runs.

The browser's part is in `layer_list.js`, which tells how the two sides talk.
"""

from itertools import groupby
from pathlib import Path
from typing import Any

import streamlit as st

from cnnviz.drawing.colours import kind_colour
from cnnviz.formatting import count_text, shape_text
from cnnviz.network.forms import FORMS
from cnnviz.network.layers import LAYERS, inner_layers, part_names
from cnnviz.network.notation import params_text
from cnnviz.network.spec import Layer
from cnnviz.network.summary import Row, Summary
from cnnviz.ui.editor import Editor

KEY = "layer_list"

_HERE = Path(__file__).parent
_component = st.components.v2.component(
    "cnnviz.layer_list",
    html=(_HERE / "layer_list.html").read_text(encoding="utf-8"),
    css=(_HERE / "layer_list.css").read_text(encoding="utf-8"),
    js=(_HERE / "layer_list.js").read_text(encoding="utf-8"),
)


def layer_list(editor: Editor, summary: Summary) -> None:
    """Show the layers; what a person does to them arrives in `read_log` at the next run."""
    data = {
        "layers": _items(editor, summary),
        "selected": editor.selected,
        "epoch": editor.epoch,
        "ack": editor.ack,
        "palette": _palette(),
    }
    _component(key=KEY, data=data, default={"log": {}}, on_log_change=lambda: None)


def _palette() -> list[tuple[str, list[str]]]:
    """Return the kinds that can be added, by role, and before them the forms that are often added."""
    roles = groupby(LAYERS.items(), key=lambda item: item[1].role)
    return [("Often added", list(FORMS)), *((role.capitalize(), [kind for kind, _ in kinds]) for role, kinds in roles)]


def read_log() -> dict[str, Any]:
    """Return the operations that the list has sent and may not know to be applied."""
    return dict(st.session_state.get(KEY, {}).get("log") or {})


def _items(editor: Editor, summary: Summary) -> list[dict[str, Any]]:
    rows = {row.path: row for row in summary.top_rows}
    failing = int(summary.problem.path.split(".")[0]) if summary.problem else len(editor.ids)
    most = max((row.num_params for row in summary.top_rows), default=0) or 1
    return [
        _item(layer_id, layer)
        | (_measured(rows[str(index)], most) if index < failing else _unmeasured(summary, failing=index == failing))
        for index, (layer_id, layer) in enumerate(zip(editor.ids, editor.network.layers, strict=True))
    ]


def _item(layer_id: str, layer: Layer) -> dict[str, Any]:
    about = ", ".join(filter(None, [params_text(layer), _inside_text(layer)]))
    return {"id": layer_id, "kind": layer.kind, "params": about, "colour": kind_colour(layer.kind)}


def _inside_text(layer: Layer) -> str:
    """Say how many layers are inside a container: "body of 5, shortcut of 2", or of each branch."""
    counts = [sum(1 for _ in inner_layers(part)) for part in layer.parts]
    if len(counts) == 1:
        return f"{counts[0]} layer{'' if counts[0] == 1 else 's'}"
    if part_names(layer)[:1] == ("0",):
        return f"branches of {', '.join(map(str, counts))} layers"
    return ", ".join(f"{name} of {count}" for name, count in zip(part_names(layer), counts, strict=True))


def _measured(row: Row, most: int) -> dict[str, Any]:
    return {
        "shape": shape_text(row.output_shape or ()),
        "count": count_text(row.num_params) if row.num_params else "",
        "share": row.num_params / most,
        "title": f"{row.num_params:,} parameters, {row.mult_adds:,} mult-adds per image",
    }


def _unmeasured(summary: Summary, *, failing: bool) -> dict[str, Any]:
    state = {"shape": "does not fit", "state": "problem", "title": str(summary.problem)}
    return {"shape": "—", "state": "unmeasured", "count": "", "share": 0} | (state if failing else {})
