"""A run that is left after any event and gone on with, by another module in the same or another process."""

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from cnnviz.training import checkpoints
from cnnviz.training.data import Dataset
from cnnviz.training.events import Event, Point, Progress, Result, TestPoint
from cnnviz.training.loop import Training
from cnnviz.training.recipe import Recipe, make_recipe
from tests.training.examples import CPU, blocks_of_16, fresh, random_dataset, small_alexnet, small_resnet

pytestmark = pytest.mark.usefixtures("one_thread")  # two of them take longer over so little

RECIPES: list[dict[str, Any]] = [
    {},
    {"optimizer": "adam", "schedule": "cosine"},
    {"momentum": 0.9, "nesterov": True, "schedule": "one-cycle", "clip_norm": 1.0},
    {"optimizer": "rmsprop", "momentum": 0.5, "schedule": "step", "step_epochs": 1, "warmup_epochs": 0.5},
    {"optimizer": "adamw", "flip": True, "crop": 2, "rotation": 10.0, "color": 0.3, "erasing": 0.5, "validation": 0.2},
]


def training_of(make: Any, dataset: Dataset, recipe: Recipe, seed: int = 0) -> tuple[nn.Module, Training]:
    module = fresh(make, seed, 28)
    return module, Training(module, dataset, recipe, device=CPU)


def recorded(events: list[Event]) -> list[Event]:
    return [event for event in events if isinstance(event, Point | TestPoint)]


@pytest.mark.parametrize("make", [blocks_of_16, small_alexnet, small_resnet])
@pytest.mark.parametrize("settings", RECIPES)
def test_a_run_goes_on_bit_for_bit_from_a_checkpoint_after_any_event(
    make: Any, settings: dict[str, Any], tmp_path: Path
) -> None:
    dataset = random_dataset(36, 9)
    recipe = make_recipe(data="shapes", batch_size=8, epochs=2, lr=0.05, seed=3, **settings)
    whole, training = training_of(make, dataset, recipe)
    events = list(training.events())
    for number in range(1, len(events), 3):
        _, training = training_of(make, dataset, recipe)
        running = training.events()
        before = [next(running) for _ in range(number)]
        path = checkpoints.save(tmp_path, number, training.state())
        running.close()
        module, training = training_of(make, dataset, recipe, seed=9)
        training.restore(checkpoints.load(path))
        after = list(training.events())
        assert recorded(before) + recorded(after) == recorded(events)
        for name, value in whole.state_dict().items():
            assert torch.equal(module.state_dict()[name], value), (number, name)
        assert isinstance(after[-1], Result)
        assert after[-1].loss == next(e.train_loss for e in reversed(events) if isinstance(e, Point))


def test_a_finished_run_goes_on_for_more_epochs_as_if_it_had_had_them() -> None:
    dataset, settings = random_dataset(36), {"data": "shapes", "batch_size": 8, "lr": 0.05}
    longer = make_recipe(epochs=3, **settings)
    whole, training = training_of(small_alexnet, dataset, longer)
    events = list(training.events())
    _, training = training_of(small_alexnet, dataset, make_recipe(epochs=1, **settings))
    list(training.events())
    state = training.state()
    module, training = training_of(small_alexnet, dataset, longer, seed=9)
    training.restore(state)
    after = recorded(list(training.events()))
    assert after == recorded(events)[-len(after) :]
    for name, value in whole.state_dict().items():
        assert torch.equal(module.state_dict()[name], value), name


def test_a_restored_run_that_has_all_its_epochs_tells_its_result_again() -> None:
    dataset, recipe = random_dataset(20), make_recipe(data="shapes", batch_size=8, epochs=1)
    _, training = training_of(small_alexnet, dataset, recipe)
    *_, first = training.events()
    _, again = training_of(small_alexnet, dataset, recipe)
    again.restore(training.state())
    (second,) = again.events()
    assert isinstance(first, Result)
    assert isinstance(second, Result)
    assert (second.loss, second.train_acc, second.test_acc) == (first.loss, first.train_acc, first.test_acc)


def test_elapsed_time_goes_on_where_it_was() -> None:
    dataset, recipe = random_dataset(20), make_recipe(data="shapes", batch_size=8, epochs=1)
    _, training = training_of(small_alexnet, dataset, recipe)
    list(training.events())
    state = training.state()
    state["place"] |= {"epoch": 0, "elapsed_s": 1000.0}
    _, training = training_of(small_alexnet, dataset, recipe)
    training.restore(state)
    progress = next(event for event in training.events() if isinstance(event, Progress))
    assert 1000 < progress.elapsed_s < 1500
