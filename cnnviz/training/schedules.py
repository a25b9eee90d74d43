"""How the learning rate changes: a factor for every step, so that a run can go on from any of them."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cnnviz.training.recipe import Recipe

ONE_CYCLE_START = 1 / 25  # the defaults of PyTorch's OneCycleLR
ONE_CYCLE_END = ONE_CYCLE_START / 1e4
ONE_CYCLE_RISE = 0.3  # share of the steps


@dataclass(frozen=True)
class Place:
    """A step to be taken: of `step` from 0 and `num_steps` in all, after the warm-up; `epoch` from 0."""

    step: int
    num_steps: int
    epoch: int

    @property
    def share(self) -> float:
        """How much of the way is behind, from 0 to 1."""
        return min(1.0, self.step / max(1, self.num_steps))


def _one_cycle(place: Place) -> float:
    """Rise from a 25th along a cosine, then fall to almost nothing (Smith and Topin, 2018)."""
    last = max(1, place.num_steps - 1)
    top = ONE_CYCLE_RISE * place.num_steps - 1
    if place.step <= top:
        return _along_cosine(ONE_CYCLE_START, 1.0, place.step / top if top > 0 else 1.0)
    return _along_cosine(1.0, ONE_CYCLE_END, min(1.0, (place.step - top) / (last - top)))


def _along_cosine(start: float, end: float, share: float) -> float:
    return end + (start - end) * (1 + math.cos(math.pi * share)) / 2


SCHEDULES: Mapping[str, Callable[[Place, Recipe], float]] = {
    "constant": lambda place, recipe: 1.0,
    "step": lambda place, recipe: recipe.gamma ** (place.epoch // recipe.step_epochs),
    "cosine": lambda place, recipe: _along_cosine(1.0, 0.0, place.share),
    "one-cycle": lambda place, recipe: _one_cycle(place),
}
"""The factor of the learning rate at a place, by a recipe's `schedule`."""


def learning_rate(recipe: Recipe, step: int, *, steps_per_epoch: int) -> float:
    """Return the learning rate of a step, counted from 0.

    A warm-up comes first, rising in equal parts to the full rate at its last step; the cosine has the steps after it.
    """
    num_warmup = round(recipe.warmup_epochs * steps_per_epoch)
    if step < num_warmup:
        return recipe.lr * (step + 1) / num_warmup
    num_steps = recipe.epochs * steps_per_epoch - num_warmup
    place = Place(step - num_warmup, num_steps, step // steps_per_epoch)
    return recipe.lr * SCHEDULES[recipe.schedule](place, recipe)
