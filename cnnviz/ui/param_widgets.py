"""A widget for each type of parameter: it shows what the spec says, and edits it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

import streamlit as st

from cnnviz.errors import SpecError, shorten
from cnnviz.network.checks import pair
from cnnviz.network.layers import all_params
from cnnviz.network.params import REQUIRED, Param, Type
from cnnviz.network.spec import Layer, Value
from cnnviz.ui.binding import bound
from cnnviz.ui.editor import Editor

Widget = Callable[[], None]

_SIDES = ("height", "width")
_IN_PIXELS = "pixels"


@dataclass(frozen=True)
class Field:
    """A parameter of a layer and its value, or one side of a size."""

    layer_id: str
    name: str
    param: Param
    value: Value
    side: int | None = None

    @property
    def label(self) -> str:
        """What stands above the widget."""
        return self.name if self.side is None else f"{self.name} {_SIDES[self.side]}"

    @property
    def key(self) -> str:
        """What the widget is bound by."""
        return f"{self.layer_id}.{self.label}"

    def taken(self, editor: Editor, given: Value) -> Editor:
        """Return the editor with another value in the spec."""
        return editor.with_layer(self.layer_id, lambda layer: layer.replace(**{self.name: self._beside(layer, given)}))

    def _beside(self, layer: Layer, given: Any) -> Value:
        if self.side is None:
            return cast(Value, given)
        height, width = pair(all_params(layer)[self.name])
        return (given, width) if self.side == 0 else (height, given)


def widgets(field: Field, *, separate: bool) -> list[Widget]:
    """Return the widgets of a parameter, each to be called where it is to stand.

    `separate` asks for one of a size's height and one of its width.
    """
    if field.param.type == "size":
        return _size_widgets(field, separate)
    return [partial(_WIDGETS[field.param.type], field)]


def _size_widgets(field: Field, separate: bool) -> list[Widget]:
    word: list[Widget] = [partial(_word_box, field)] if field.param.words else []
    if isinstance(field.value, str):
        return word
    if not separate or field.value is None:
        return [*word, partial(_number_input, field)]
    sides = (Field(field.layer_id, field.name, field.param, each, side) for side, each in enumerate(pair(field.value)))
    return [*word, *(partial(_number_input, side) for side in sides)]


def _number_input(field: Field) -> None:
    """Show a number without bounds: what is out of range is refused by the spec in words, and the box shows it again.

    With bounds, Streamlit keeps such a number on show and says nothing of it to the server.
    """
    param = field.param
    to_number: Callable[[float], Any] = float if param.type == "float" else int
    optional: dict[str, Any] = {"value": None, "placeholder": param.when_none} if param.default is None else {}
    st.number_input(
        field.label,
        step=to_number(param.step),
        format="%g" if param.type == "float" else "%d",
        help=param.help,
        **bound(field.key, field.value, field.taken),
        **optional,
    )


def _toggle(field: Field) -> None:
    if field.param.default is None:  # three states: not given, on, off
        _box(field, field.key, {"not given": None, "True": True, "False": False})
        return
    st.toggle(
        field.label,
        help=field.param.help,
        **bound(field.key, field.value, field.taken),
    )


def _choice_box(field: Field) -> None:
    _box(field, field.key, {word: word for word in field.param.words})


def _word_box(field: Field) -> None:
    """Let a size be a word, such as "same", instead of a number of pixels."""
    in_pixels: Value = field.param.default if isinstance(field.value, str) else field.value
    _box(field, f"{field.key}.word", {_IN_PIXELS: in_pixels} | {word: word for word in field.param.words})


def _box(field: Field, key: str, values: Mapping[str, Value]) -> None:
    """Show a choice of values by their names."""
    shown = next(name for name, value in values.items() if value == field.value and type(value) is type(field.value))
    st.selectbox(
        field.label if key == field.key else f"{field.label} as",
        list(values),
        help=field.param.help,
        **bound(key, shown, lambda editor, name: field.taken(editor, values[name])),
    )


def _numbers_input(field: Field) -> None:
    """Show several whole numbers as text: sizes such as 8 × 4 × 4, and others such as 96, 128."""
    value, between = field.value, ", " if field.param.scaled else " × "
    shown = between.join(map(str, value)) if isinstance(value, tuple) else str("" if value is None else value)
    st.text_input(
        field.label,
        placeholder=field.param.when_none,
        help=f"{field.param.help}: {field.param.allowed}",
        **bound(field.key, shown, lambda editor, text: field.taken(editor, _numbers(field, text))),
    )


def _numbers(field: Field, text: str) -> Value:
    """Read whole numbers between ×, commas or spaces; nothing is None where that is the default."""
    words = re.split(r"[\s,×x*]+", text.strip().strip("()[]").strip(" ,"))
    if words == [""] and field.param.default is not REQUIRED:
        return field.param.default
    if not all(re.fullmatch(r"-?\d{1,12}", word, re.ASCII) for word in words):
        raise SpecError(f"{field.name} must be {field.param.allowed}, not {shorten(text)}")
    numbers = tuple(map(int, words))
    return numbers[0] if len(numbers) == 1 else numbers


_WIDGETS: Mapping[Type, Callable[[Field], None]] = {
    "int": _number_input,
    "float": _number_input,
    "bool": _toggle,
    "choice": _choice_box,
    "sides": _numbers_input,
    "shape": _numbers_input,
}
