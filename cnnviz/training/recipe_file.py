"""Recipes as YAML text, for `cnnviz train --recipe FILE` and for keeping."""

import yaml

from cnnviz.errors import RecipeError, shorten
from cnnviz.training.recipe import Recipe, make_recipe


def recipe_text(recipe: Recipe) -> str:
    """Return the recipe's YAML: what differs from the book's, one setting a line."""
    settings = recipe.model_dump(mode="json", exclude_defaults=True)
    return yaml.safe_dump(settings, sort_keys=False) if settings else "{}  # as in the book\n"


def parse_recipe(text: str) -> Recipe:
    """Read a recipe from YAML; what it does not say is the book's.

    Raises RecipeError naming the line, or the setting, the value and what is allowed.
    """
    return make_recipe(**recipe_settings(text))


def recipe_settings(text: str) -> dict[str, object]:
    """Return the settings that a recipe's YAML gives, unchecked. Raises RecipeError where it is no mapping."""
    try:
        found = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}: " if mark else ""
        reason = getattr(error, "problem", None) or "this is not YAML"
        raise RecipeError(f"{place}{reason}; a recipe is lines such as `lr: 0.1`") from error
    except (RecursionError, ValueError) as error:
        raise RecipeError("a recipe is lines such as `lr: 0.1`, not what is nested so deeply") from error
    if found is None:
        return {}
    if not isinstance(found, dict) or not all(isinstance(name, str) for name in found):
        raise RecipeError(f"a recipe is lines such as `lr: 0.1`, not {shorten(found)}")
    return {name: tuple(value) if isinstance(value, list) else value for name, value in found.items()}
