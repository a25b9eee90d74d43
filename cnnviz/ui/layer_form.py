"""Typed widgets for the selected layer, generated from `LAYERS`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import streamlit as st

from cnnviz.network.checks import pair
from cnnviz.network.layers import LAYERS, all_params
from cnnviz.network.params import Param
from cnnviz.network.scaling import scaled_layers
from cnnviz.network.spec import Layer, Value
from cnnviz.ui.editor import Editor
from cnnviz.ui.state import edit_by

_SIDES = ("height", "width")


def layer_form(editor: Editor) -> None:
    """Show a widget for each parameter of the selected layer; each shows what the spec says, and edits it."""
    kind, values = LAYERS[editor.layer.kind], all_params(editor.layer)
    st.markdown(f"**Layer {editor.index} · {editor.layer.kind}**")
    st.caption(kind.help + _width_note(editor))
    shown = {name: param for name, param in kind.params.items() if param.follows is None or values[name] is not None}
    has_sizes = any(param.type == "size" for param in shown.values())
    separate = has_sizes and _is_separate(editor.selected, values)
    numbers = [_numbers(editor.selected, name, param, values[name], separate) for name, param in shown.items()]
    for row in _in_pairs([number for group in numbers for number in group]):
        for column, number in zip(st.columns(2), row, strict=False):
            with column:
                _number_input(number)
    if has_sizes:
        _separate_toggle(editor.selected)
    for name, param in shown.items():
        if param.type == "bool":
            _toggle(editor.selected, name, param, values[name])


@dataclass(frozen=True)
class _Number:
    """A number to be shown: one parameter, or one side of a size."""

    layer_id: str
    name: str
    param: Param
    value: Value
    side: int | None = None

    @property
    def label(self) -> str:
        return self.name if self.side is None else f"{self.name} {_SIDES[self.side]}"

    def taken(self, editor: Editor, given: int | float | None) -> Editor:
        """Return the editor with this number in the spec."""
        return editor.with_layer(self.layer_id, lambda layer: layer.replace(**{self.name: self._beside(layer, given)}))

    def _beside(self, layer: Layer, given: Any) -> Value:
        if self.side is None:
            return cast(Value, given)
        height, width = pair(all_params(layer)[self.name])
        return (given, width) if self.side == 0 else (height, given)


def _numbers(layer_id: str, name: str, param: Param, value: Value, separate: bool) -> list[_Number]:
    if param.type == "bool":
        return []
    if not separate or param.type != "size" or value is None:
        return [_Number(layer_id, name, param, value)]
    return [_Number(layer_id, name, param, each, side) for side, each in enumerate(pair(value))]


def _in_pairs(numbers: list[_Number]) -> list[list[_Number]]:
    return [numbers[start : start + 2] for start in range(0, len(numbers), 2)]


def _number_input(number: _Number) -> None:
    """Show a number without bounds: what is out of range is refused by the spec in words, and the box shows it again.

    With bounds, Streamlit keeps such a number on show and says nothing of it to the server.
    """
    param = number.param
    cast: Callable[[float], Any] = float if param.type == "float" else int
    optional: dict[str, Any] = {"value": None, "placeholder": param.when_none} if param.default is None else {}
    key = f"{number.layer_id}.{number.label}"
    st.session_state[key] = number.value
    st.number_input(
        number.label,
        step=cast(param.step),
        format="%g" if param.type == "float" else "%d",
        help=param.help,
        key=key,
        on_change=edit_by,
        args=(key, number.value, number.taken),
        **optional,
    )


def _toggle(layer_id: str, name: str, param: Param, value: Value) -> None:
    def taken(editor: Editor, given: bool) -> Editor:
        return editor.with_layer(layer_id, lambda layer: layer.replace(**{name: given}))

    key = f"{layer_id}.{name}"
    st.session_state[key] = value
    st.toggle(name, help=param.help, key=key, on_change=edit_by, args=(key, value, taken))


def _is_separate(layer_id: str, values: dict[str, Value]) -> bool:
    """Return whether sizes are shown by height and width apart: where asked for, or where a layer has such a size."""
    key = f"{layer_id}.separate"
    if any(isinstance(value, tuple) for value in values.values()):
        st.session_state[key] = True
    return bool(st.session_state.get(key))


def _separate_toggle(layer_id: str) -> None:
    key = f"{layer_id}.separate"
    st.toggle(
        "height and width apart",
        help="Give windows, strides and paddings that are not square",
        key=key,
        on_change=edit_by,
        args=(key, True, lambda editor, _: editor.with_layer(layer_id, _joined)),
    )


def _joined(layer: Layer) -> Layer:
    """Give both sides of every size its height."""
    return layer.replace(**{name: value[0] for name, value in layer.params.items() if isinstance(value, tuple)})


def _width_note(editor: Editor) -> str:
    """Say what the width ratio makes of the layer's channels, where it changes them."""
    features = LAYERS[editor.layer.kind].features
    scaled = scaled_layers(editor.network)[editor.index]
    if features is None or scaled == editor.layer:
        return ""
    return f" Width × {editor.network.width:g} makes {features} {scaled.params[features]}."
