"""A run's recipe, setting by setting, beside the one that was published for its network."""

from collections.abc import Mapping, Sequence

import streamlit as st

from cnnviz.network.document import parse
from cnnviz.training.differences import recipe_differences, value_text
from cnnviz.training.published import published_recipe
from cnnviz.training.recipe import GROUPS, Recipe
from cnnviz.training.records import Run
from cnnviz.ui.sheet import Cell, Line, sheet

_COLUMNS = (("Data", "Regularization"), ("Augmentation",), ("Optimization",), ("Machine", "Records"))


def recipe_table(run: Run) -> None:
    """Show every setting by its PyTorch name; beside those that are not as published stands what is."""
    published = published_recipe(parse(run.network))
    changed = {each.name: value_text(each.before) for each in recipe_differences(published, run.recipe)}
    st.markdown("**Recipe**")
    for column, titles in zip(st.columns(len(_COLUMNS), gap="medium"), _COLUMNS, strict=True):
        with column:
            for title in titles:
                _group(title, GROUPS[title], run.recipe, changed)


def _group(title: str, names: Sequence[str], recipe: Recipe, published: Mapping[str, str]) -> None:
    lines = [_line(recipe, name, published.get(name)) for name in names]
    sheet(f"runs.recipe.{title}", [Line((Cell(title, span=2),))], lines, label=f"{title} of this run's recipe")


def _line(recipe: Recipe, name: str, published: str | None) -> Line:
    note = "" if published is None else f"published: {published}"
    help_ = Recipe.model_fields[name].description or ""
    return Line((Cell(name, is_head=True, title=help_), Cell(value_text(getattr(recipe, name)), note=note)))
