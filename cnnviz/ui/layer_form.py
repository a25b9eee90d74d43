"""The selected layer: a typed widget for each of its parameters, generated from `LAYERS`."""

from collections.abc import Sequence

import streamlit as st

from cnnviz.network.edits import layer_at, place_of
from cnnviz.network.layers import LAYERS, all_params
from cnnviz.network.notation import layer_text, width_text
from cnnviz.network.scaling import scaled_layers
from cnnviz.network.spec import Layer
from cnnviz.ui.block_folds import Offer, folded, offer
from cnnviz.ui.editor import Editor
from cnnviz.ui.param_widgets import Field, Widget, widgets
from cnnviz.ui.state import edit


def layer_form(editor: Editor) -> None:
    """Show a widget for each parameter of the selected layer; each shows what the spec says, and edits it."""
    kind = LAYERS[editor.layer.kind]
    st.markdown(f"**Layer {editor.path} · {editor.layer.kind}**")
    if note := _width_note(editor):
        st.caption(note)
    _param_widgets(editor)
    if kind.expand:
        st.button(
            "Unfold into its layers",
            icon=":material/unfold_more:",
            help="Put the layers that it stands for in its place (U in the list)",
            key=f"{editor.item.id}.unfold",
            on_click=_unfold,
            args=(editor.item.id,),
        )
    if offered := offer(editor, editor.version.selected):
        _fold_button(editor, offered)


def _param_widgets(editor: Editor) -> None:
    """Show boxes in two columns and what is on or off below; what is inferred is shown where it was given."""
    values, layer_id = all_params(editor.layer), editor.item.id
    fields = [
        Field(layer_id, name, param, values[name])
        for name, param in LAYERS[editor.layer.kind].params.items()
        if param.follows is None or values[name] is not None
    ]
    boxes = [field for field in fields if field.param.type != "bool"]
    sizes = [field for field in boxes if field.param.type == "size"]
    separate = bool(sizes) and _is_separate(layer_id, sizes)
    _in_two_columns([widget for field in boxes for widget in widgets(field, separate=separate)])
    if sizes:
        _separate_toggle(layer_id)
    for field in fields:
        if field.param.type == "bool":
            widgets(field, separate=False)[0]()


def _in_two_columns(cells: Sequence[Widget]) -> None:
    for start in range(0, len(cells), 2):
        for column, cell in zip(st.columns(2), cells[start : start + 2], strict=False):
            with column:
                cell()


def _is_separate(layer_id: str, sizes: Sequence[Field]) -> bool:
    """Return whether sizes are shown by height and width apart: where asked for, or where a layer has such a size."""
    key = f"{layer_id}.separate"
    if any(isinstance(field.value, tuple) for field in sizes):
        st.session_state[key] = True
    return bool(st.session_state.get(key))


def _separate_toggle(layer_id: str) -> None:
    key = f"{layer_id}.separate"
    st.toggle(
        "height and width apart",
        help="Give windows, strides and paddings that are not square",
        key=key,
        on_change=_separate_or_joined,
        args=(layer_id, key),
    )


def _separate_or_joined(layer_id: str, key: str) -> None:
    if not st.session_state.get(key, True):
        edit(lambda editor: editor.with_layer(layer_id, _joined))


def _joined(layer: Layer) -> Layer:
    """Give both sides of every size its height."""
    sizes = {name for name, param in LAYERS[layer.kind].params.items() if param.type == "size"}
    return layer.replace(
        **{name: value[0] for name, value in layer.params.items() if name in sizes and isinstance(value, tuple)}
    )


def _fold_button(editor: Editor, offered: Offer) -> None:
    first, last = (editor.version.paths[item.id] for item in (offered.items[0], offered.items[-1]))
    which = f"layer {first} is" if first == last else f"layers {first} to {last} are"
    st.button(
        f"Fold into {offered.block.kind}",
        icon=":material/unfold_less:",
        help=f"{which.capitalize()} exactly `{layer_text(offered.block)}` (F in the list)",
        key=f"{editor.item.id}.fold",
        on_click=_fold,
        args=(editor.version.selected,),
    )


def _fold(ids: tuple[str, ...]) -> None:
    edit(lambda editor: folded(editor, ids))


def _unfold(layer_id: str) -> None:
    edit(lambda editor: editor.unfolded(layer_id))


def _width_note(editor: Editor) -> str:
    """Say what the width ratio makes of the layer's channels, where it changes them."""
    if editor.network.width == 1:
        return ""
    network = editor.network.replace(layers=scaled_layers(editor.network))
    scaled = layer_at(network, place_of(network, editor.path))
    if scaled.params == editor.layer.params:
        return ""
    changed = [f"{name} {value}" for name, value in scaled.params.items() if value != editor.layer.params.get(name)]
    return f"Width {width_text(editor.network.width)} makes {', '.join(changed)}." if changed else ""
