"""The widgets for a run's hyperparameters, generated from `Recipe` and opened with the network's published recipe."""

from typing import Any

import streamlit as st

from cnnviz.network.spec import Network
from cnnviz.training.data import DATASETS
from cnnviz.training.devices import available
from cnnviz.training.published import published_recipe
from cnnviz.training.recipe import Recipe, make_recipe

_KEY = "recipe."


def recipe_form(network: Network) -> None:
    """Show the widgets; `chosen_recipe` returns what they say."""
    _open_defaults(network)
    dataset = DATASETS[st.session_state[_key("data")]]
    st.selectbox(
        "Data set", list(DATASETS), format_func=lambda name: DATASETS[name].title, **_options("data", help=dataset.help)
    )
    for pair in (("resize", "examples"), ("batch_size", "lr"), ("epochs", "seed")):
        for column, name in zip(st.columns(2, vertical_alignment="bottom"), pair, strict=True):
            with column:
                _number(name)
    st.selectbox("Device", available(), **_options("device"))


def chosen_recipe() -> Recipe:
    """Return what the widgets say now.

    Raises RecipeError when the settings do not go together.
    """
    return make_recipe(**{name: st.session_state[_key(name)] for name in Recipe.model_fields})


def _open_defaults(network: Network) -> None:
    """Set the widgets to the published recipe of a network that was not here before.

    Data and seed stay; when only the network's input is another one, all stays but the size of the images.
    """
    settings = {name: st.session_state.get(_key(name)) for name in Recipe.model_fields}
    name, input_shape = st.session_state.get(_key("of"), ("", ()))
    if name == network.name and input_shape == network.input_shape and settings["data"]:
        return
    stays = settings if name == network.name else {each: settings[each] for each in ("data", "seed", "device")}
    recipe = published_recipe(network, **{"device": available()[0], **_given(stays), "resize": None})
    for each, value in recipe.model_dump().items():
        st.session_state[_key(each)] = value
    st.session_state[_key("of")] = (network.name, network.input_shape)


def _given(settings: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in settings.items() if value is not None}


_LABELS = {
    "resize": "Resize to",
    "examples": "Examples",
    "batch_size": "Batch size",
    "lr": "Learning rate",
    "epochs": "Epochs",
    "seed": "Seed",
}


def _number(name: str) -> None:
    """Show a number without bounds: what is out of range, `chosen_recipe` refuses in words."""
    when_none = {"resize": "as it is", "examples": "all"}
    optional: dict[str, Any] = {"value": None, "placeholder": when_none[name]} if name in when_none else {}
    step: dict[str, Any] = {"step": 0.01, "format": "%g"} if name == "lr" else {"step": 1}
    st.number_input(_LABELS[name], **step, **optional, **_options(name))


def _options(name: str, **others: Any) -> dict[str, Any]:
    help_ = Recipe.model_fields[name].description
    return {"key": _key(name), "help": help_, "persist_state": "session", **others}


def _key(name: str) -> str:
    return f"{_KEY}{name}"
