"""Settings to try when something goes wrong; nothing where the recipe has them already."""

from cnnviz.training.alarms.evidence import Suggestion
from cnnviz.training.recipe import Recipe


def lower_lr(recipe: Recipe, by: float) -> Suggestion:
    """Suggest a smaller learning rate, a round number."""
    return with_lr(recipe, recipe.lr / by)


def with_lr(recipe: Recipe, lr: float) -> Suggestion:
    """Suggest a learning rate, rounded to one digit."""
    rounded = float(f"{lr:.1g}")
    return Suggestion(f"Repeat with lr {rounded:g}", {"lr": rounded})


def clipped(recipe: Recipe) -> tuple[Suggestion, ...]:
    """Suggest to clip the gradients."""
    if recipe.clip_norm is not None:
        return ()
    return (Suggestion("Repeat with gradients clipped to norm 1", {"clip_norm": 1.0}),)


def initialized(recipe: Recipe, scheme: str) -> tuple[Suggestion, ...]:
    """Suggest another initialization."""
    if recipe.initialization == scheme:
        return ()
    return (Suggestion(f"Repeat with {scheme.capitalize()} initialization", {"initialization": scheme}),)
