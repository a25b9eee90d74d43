"""The widgets for a run's hyperparameters, generated from `Recipe` and its groups."""

from collections.abc import Callable, Sequence
from types import UnionType
from typing import Any, Union, get_args, get_origin

import streamlit as st

from cnnviz.training.data import datasets
from cnnviz.training.devices import available
from cnnviz.training.recipe import GROUPS, Recipe
from cnnviz.ui.train.fields import AMOUNTS, FIELDS, OPEN, OPTIONS, Field, is_shown, label_of
from cnnviz.ui.train.settings import REMOVED, key_of, shown_settings
from cnnviz.ui.wording import plain


def recipe_form(*, beside_data: Callable[[], None]) -> None:
    """Show the widgets, and something beside the data set; `chosen_recipe` returns what they say."""
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    with left:
        _field("data")
    with right:
        beside_data()
    _pairs([name for name in OPEN if name != "data"])
    for title, names in GROUPS.items():
        if rest := [name for name in names if name not in OPEN]:
            with st.expander(_title(title, rest), key=f"recipe.group.{title}"):
                _pairs([name for name in rest if is_shown(name, shown_settings())])


def _title(title: str, names: Sequence[str]) -> str:
    """Tell of a closed group how many of its settings are not the default."""
    fields = Recipe.model_fields
    settings = shown_settings()
    changed = [
        name
        for name in names
        if name not in ("seed", "device") and is_shown(name, settings) and settings[name] not in _plain_default(name)
    ]
    return f"{title} · {len(changed)} set" if changed and fields else title


def _plain_default(name: str) -> tuple[Any, ...]:
    """Return how the default of a setting looks in its widget."""
    default = Recipe.model_fields[name].default
    return (default, "", []) if default in (None, ()) else (default,)


def _pairs(names: Sequence[str]) -> None:
    for start in range(0, len(names), 2):
        for column, name in zip(st.columns(2, vertical_alignment="bottom"), names[start : start + 2], strict=False):
            with column:
                _field(name)


def _field(name: str) -> None:
    _widget_of(name)(name)


def _widget_of(name: str) -> Callable[[str], None]:
    if name in _OWN:
        return _OWN[name]
    if name in AMOUNTS:
        return _amount
    if name in OPTIONS:
        return _choice
    annotation = Recipe.model_fields[name].annotation
    return _switch if annotation is bool else _number


def _data(name: str) -> None:
    known = datasets()
    if (chosen := st.session_state[key_of(name)]) not in known:  # one's own, which was removed
        st.session_state[REMOVED] = chosen
        st.session_state[key_of(name)] = Recipe.model_fields[name].default
    help_ = known[st.session_state[key_of(name)]].help
    titles = {each: entry.title for each, entry in known.items()}
    options = {**_options(name), "help": help_, "on_change": lambda: st.session_state.pop(REMOVED, None)}
    st.selectbox(label_of(name), list(titles), format_func=titles.__getitem__, **options)
    if removed := st.session_state.get(REMOVED):
        st.caption(f":material/warning: {plain(removed)}, which the recipe had, has been removed. Choose another one.")


def _device(name: str) -> None:
    st.selectbox(label_of(name), available(), **_options(name))


def _trackers(name: str) -> None:
    st.multiselect(label_of(name), list(OPTIONS[name]), format_func=lambda each: OPTIONS[name][each], **_options(name))


def _amount(name: str) -> None:
    st.text_input(label_of(name), placeholder=FIELDS[name].empty, **_options(name))


def _choice(name: str) -> None:
    st.selectbox(label_of(name), list(OPTIONS[name]), format_func=lambda each: OPTIONS[name][each], **_options(name))


def _switch(name: str) -> None:
    st.toggle(label_of(name), **_options(name))


def _number(name: str) -> None:
    """Show a number without bounds: what is out of range, `chosen_recipe` refuses in words."""
    field = FIELDS.get(name, Field(label_of(name)))
    optional: dict[str, Any] = {"value": None, "placeholder": field.empty} if _is_optional(name) else {}
    step: dict[str, Any] = {"step": 1} if _is_whole(name) else {"step": field.step or 0.01, "format": "%g"}
    st.number_input(label_of(name), **step, **optional, **_options(name))


def _types(name: str) -> tuple[Any, ...]:
    annotation = Recipe.model_fields[name].annotation
    return get_args(annotation) if get_origin(annotation) in (Union, UnionType) else (annotation,)


def _is_optional(name: str) -> bool:
    return type(None) in _types(name)


def _is_whole(name: str) -> bool:
    return any(each is int or int in get_args(each) for each in _types(name))


_OWN: dict[str, Callable[[str], None]] = {"data": _data, "device": _device, "trackers": _trackers}


def _options(name: str) -> dict[str, Any]:
    return {"key": key_of(name), "help": Recipe.model_fields[name].description, "persist_state": "session"}
