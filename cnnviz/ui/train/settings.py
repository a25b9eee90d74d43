"""The recipe that the widgets say, kept in the session; it opens with the network's published one."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from cnnviz.network.spec import Network
from cnnviz.training.devices import available
from cnnviz.training.fit import check_fit
from cnnviz.training.published import published_recipe
from cnnviz.training.recipe import Recipe, make_recipe
from cnnviz.ui.cached import summary_of
from cnnviz.ui.run_actions import repeated_recipe
from cnnviz.ui.train.amounts import amount_text, parse_amount
from cnnviz.ui.train.fields import AMOUNTS, is_shown

REMOVED = "recipe.removed"  # a data set that is not here any more, although the recipe names it
_OF = "recipe.of"  # the network whose recipe is open, by name and input


def key_of(name: str) -> str:
    """Return the key of a setting's widget."""
    return f"recipe.{name}"


def open_recipe(network: Network) -> None:
    """Set the widgets to the recipe of a run that is repeated, or to the published one of a network that is new here.

    Data, seed and device stay; where only the network's input is another one, all stays but the size of the images.
    """
    if repeated := repeated_recipe():
        show_recipe(repeated, network)
        return
    name, input_shape = st.session_state.get(_OF, ("", ()))
    if name == network.name and input_shape == network.input_shape and is_open():
        return
    settings = _shown() if is_open() else {}
    stays = settings if name == network.name else {each: settings.get(each) for each in ("data", "seed", "device")}
    show_recipe(published_recipe(network, **{"device": available()[0], **_given(stays), "resize": None}), network)


def is_open() -> bool:
    """Whether there is a recipe in the widgets."""
    return key_of("data") in st.session_state


def show_recipe(recipe: Recipe, network: Network) -> None:
    """Put a recipe into the widgets."""
    st.session_state.pop(REMOVED, None)
    for name, value in recipe.model_dump().items():
        st.session_state[key_of(name)] = amount_text(value) if name in AMOUNTS else value
    if recipe.device not in available():
        st.session_state[key_of("device")] = available()[0]
    st.session_state[_OF] = (network.name, network.input_shape)


def chosen_recipe() -> Recipe:
    """Return what the widgets say now; what is not shown has its default.

    Raises RecipeError when the settings do not go together.
    """
    settings = _shown()
    values = {name: value for name, value in settings.items() if is_shown(name, settings)}
    return make_recipe(**{name: _parsed(name, value) for name, value in values.items()})


def fitting_recipe(network: Network) -> Recipe:
    """Return what the widgets say now.

    Raises RecipeError when the settings do not go together, or do not go with the network.
    """
    recipe, summary = chosen_recipe(), summary_of(network)
    if summary.output_shape is not None:
        check_fit(network.input_shape, summary.output_shape, recipe)
    return recipe


def change_setting(name: str, value: object) -> None:
    """Put one setting into its widget."""
    st.session_state[key_of(name)] = value


def shown_settings() -> Mapping[str, Any]:
    """Return what each widget says, as it says it."""
    return _shown()


def _shown() -> dict[str, Any]:
    return {name: st.session_state[key_of(name)] for name in Recipe.model_fields}


def _parsed(name: str, value: Any) -> Any:
    if name in AMOUNTS and isinstance(value, str):
        return parse_amount(value, name)
    return tuple(value) if isinstance(value, list) else value


def _given(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings that are given, for a recipe to be made with."""
    parsed = {name: _parsed(name, value) for name, value in settings.items()}
    return {name: value for name, value in parsed.items() if value is not None}
