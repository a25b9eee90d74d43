"""Whether a network and a recipe go together, told before anything is trained; needs no PyTorch."""

from collections.abc import Sequence

from cnnviz.errors import RecipeError
from cnnviz.formatting import shape_text
from cnnviz.training.recipe import Recipe


def check_fit(input_shape: Sequence[int], output_shape: Sequence[int], recipe: Recipe) -> None:
    """Raise RecipeError, with what to change, when a network does not fit its data; shapes are without the batch."""
    check_input(input_shape, recipe)
    check_output(output_shape, len(recipe.dataset.class_names), recipe.data)


def check_input(input_shape: Sequence[int], recipe: Recipe) -> None:
    """Raise RecipeError, with what to change, when the network takes other images (C, H, W) than it would get."""
    given = recipe.image_shape
    if tuple(input_shape) == given:
        return
    channels, height, width = input_shape
    clash = f"the network takes {shape_text(input_shape)}, but {_source(recipe)} gives {shape_text(given)}"
    if channels != given[0]:
        raise RecipeError(f"{clash}: change the network's input shape to {shape_text(given)}")
    if height != width:
        raise RecipeError(f"{clash}: images are resized to squares; change the network's input shape")
    remedy = _resize_to(height, recipe)
    raise RecipeError(f"{clash}: {remedy}, or change the network's input shape to {shape_text(given)}")


def check_output(output_shape: Sequence[int], num_classes: int, data: str) -> None:
    """Raise RecipeError, with what to change, when the network does not end in one number for each class."""
    if tuple(output_shape) == (num_classes,):
        return
    if len(output_shape) != 1:
        raise RecipeError(
            f"the network ends in {shape_text(output_shape)}, but training needs one number for each of the"
            f" {num_classes} classes of {data}: end it with Flatten() and Linear(out_features={num_classes})"
        )
    raise RecipeError(
        f"the network has {output_shape[0]} outputs, but {data} has {num_classes} classes:"
        f" end it with Linear(out_features={num_classes})"
    )


def _source(recipe: Recipe) -> str:
    return recipe.data if recipe.resize is None else f"{recipe.data} resized to {recipe.resize}"


def _resize_to(side: int, recipe: Recipe) -> str:
    return "leave resize empty" if side == recipe.dataset.image_shape[1] else f"set resize to {side}"
