"""The recipe a network opens with: its published one, and images of the size it takes."""

from typing import Any

from cnnviz.network.spec import Network
from cnnviz.training.data import datasets
from cnnviz.training.recipe import Recipe, make_recipe


def published_recipe(network: Network, **given: Any) -> Recipe:
    """Return the network's published recipe, with the settings in `given` that are not None in their place.

    Where no size is given, images are resized to the network's input if they differ from it.
    Raises RecipeError naming the setting, the value and what is allowed.
    """
    settings = {**network.recipe, **{name: value for name, value in given.items() if value is not None}}
    side = network.input_shape[1]
    entry = datasets().get(str(settings.get("data", Recipe.model_fields["data"].default)))
    if entry and "resize" not in settings and side != entry.image_shape[1]:
        settings["resize"] = side
    return make_recipe(**settings)
