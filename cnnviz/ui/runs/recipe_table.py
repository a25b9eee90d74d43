"""A run's recipe, setting by setting, beside what was published for its network, or else the defaults."""

from collections.abc import Mapping, Sequence

import streamlit as st

from cnnviz.network.document import parse
from cnnviz.network.presets import presets
from cnnviz.network.spec import Network
from cnnviz.training.differences import recipe_differences, value_text
from cnnviz.training.published import published_recipe
from cnnviz.training.recipe import GROUPS, Recipe
from cnnviz.training.records import Run
from cnnviz.ui.sheet import Cell, Line, sheet

_COLUMN_WIDTH = 290  # pixels: room for the longest name, a value and a note; as many columns as fit stand in a row
_COLUMNS = (("Data", "Regularization"), ("Augmentation",), ("Optimization",), ("Machine", "Records"))


def recipe_table(run: Run) -> None:
    """Show every setting by its PyTorch name; beside one that is not as published, or by default, stands what is."""
    notes = _notes(parse(run.network), run.recipe)
    st.markdown("**Recipe**")
    with st.container(horizontal=True, gap="medium"):
        for titles in _COLUMNS:
            with st.container(width=_COLUMN_WIDTH):
                for title in titles:
                    _group(title, GROUPS[title], run.recipe, notes)


def _notes(network: Network, recipe: Recipe) -> Mapping[str, str]:
    """Return what stands beside the settings that differ from the network's published ones, or from the defaults."""
    published = next((each for each in presets().values() if each.recipe and _is_alike(network, each)), None)
    word, other = ("published", published_recipe(published)) if published else ("default", Recipe())
    return {each.name: f"{word}: {value_text(each.before)}" for each in recipe_differences(other, recipe)}


def _is_alike(network: Network, other: Network) -> bool:
    """Whether two networks compute the same, whatever they are called."""
    return (network.input_shape, network.width, network.layers) == (other.input_shape, other.width, other.layers)


def _group(title: str, names: Sequence[str], recipe: Recipe, notes: Mapping[str, str]) -> None:
    lines = [_line(recipe, name, notes.get(name, "")) for name in names]
    sheet(f"runs.recipe.{title}", [Line((Cell(title, span=2),))], lines, label=f"{title} of this run's recipe")


def _line(recipe: Recipe, name: str, note: str) -> Line:
    help_ = Recipe.model_fields[name].description or ""
    return Line((Cell(name, is_head=True, title=help_), Cell(value_text(getattr(recipe, name)), note=note)))
