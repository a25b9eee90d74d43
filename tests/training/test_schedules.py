"""The learning rate of every step, against PyTorch's own schedulers stepped as PyTorch would have them."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch.optim import lr_scheduler as schedulers

from cnnviz.training.recipe import make_recipe
from cnnviz.training.schedules import learning_rate

PER_EPOCH, EPOCHS = 7, 5
STEPS = PER_EPOCH * EPOCHS


def rates_of(make: Callable[[torch.optim.Optimizer], Any], *, every: int = 1) -> list[float]:
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.4)
    scheduler, rates = make(optimizer), []
    for step in range(STEPS):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if (step + 1) % every == 0 and step + 1 < STEPS:
            scheduler.step()
    return rates


@pytest.mark.parametrize(
    ("settings", "make", "every"),
    [
        ({}, lambda optimizer: schedulers.ConstantLR(optimizer, 1.0), 1),
        ({"schedule": "step", "step_epochs": 2}, lambda o: schedulers.StepLR(o, 2, gamma=0.1), PER_EPOCH),
        ({"schedule": "cosine"}, lambda optimizer: schedulers.CosineAnnealingLR(optimizer, STEPS), 1),
        ({"schedule": "one-cycle"}, lambda o: schedulers.OneCycleLR(o, 0.4, STEPS, cycle_momentum=False), 1),
        (
            {"warmup_epochs": 2},
            lambda o: schedulers.LinearLR(o, 1 / (2 * PER_EPOCH), total_iters=2 * PER_EPOCH - 1),
            1,
        ),
    ],
)
def test_rates_are_those_of_pytorchs_schedulers(settings: dict[str, Any], make: Any, every: int) -> None:
    recipe = make_recipe(lr=0.4, epochs=EPOCHS, **settings)
    ours = [learning_rate(recipe, step, steps_per_epoch=PER_EPOCH) for step in range(STEPS)]
    assert ours == pytest.approx(rates_of(make, every=every), rel=1e-9)


def test_a_cosine_follows_the_warm_up() -> None:
    recipe = make_recipe(lr=1.0, epochs=4, schedule="cosine", warmup_epochs=1)
    rates = [learning_rate(recipe, step, steps_per_epoch=2) for step in range(8)]
    # two steps up, then (1 + cos(pi * k / 6)) / 2 for k from 0 to 5
    assert rates == pytest.approx([0.5, 1.0, 1.0, 0.9330127, 0.75, 0.5, 0.25, 0.0669873])


@pytest.mark.parametrize("schedule", ["constant", "step", "cosine", "one-cycle"])
@pytest.mark.parametrize(("epochs", "steps_per_epoch"), [(1, 1), (1, 2), (2, 1), (3, 3)])
def test_the_shortest_runs_have_rates_too(schedule: str, epochs: int, steps_per_epoch: int) -> None:
    recipe = make_recipe(lr=0.5, epochs=epochs, schedule=schedule)
    rates = [learning_rate(recipe, step, steps_per_epoch=steps_per_epoch) for step in range(epochs * steps_per_epoch)]
    assert all(0 < rate <= 0.5 for rate in rates)
