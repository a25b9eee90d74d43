import time
from typing import Any

import pytest
from torch import Tensor, nn

import cnnviz
from cnnviz.training import speed
from cnnviz.training.recipe import make_recipe
from cnnviz.training.speed import measure_steps


class Timed(nn.Module):
    """Takes 20 ms by a clock of its own to learn, 200 ms the first time, and 5 ms to tell."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
        self.now_s, self.num_trained = 0.0, 0

    def forward(self, images: Tensor) -> Tensor:
        if self.training:
            self.now_s += 0.02 if self.num_trained else 0.2
            self.num_trained += len(images)
        else:
            self.now_s += 0.005
        return self.layers(images)  # type: ignore[no-any-return]


@pytest.fixture
def timed(monkeypatch: pytest.MonkeyPatch) -> Timed:
    module = Timed()
    monkeypatch.setattr(speed, "build", lambda network: module)
    monkeypatch.setattr(time, "perf_counter", lambda: module.now_s)
    return module


def measure(tiny: str, budget_s: float, **settings: Any) -> speed.Speed:
    recipe = make_recipe(data="shapes", device="cpu", epochs=1, statistics=False, batch_size=32, **settings)
    return measure_steps(cnnviz.parse(tiny), recipe, budget_s=budget_s)


def test_however_small_the_budget_some_steps_are_measured(tiny: str, timed: Timed) -> None:
    found = measure(tiny, budget_s=0.001)
    assert timed.num_trained == 4 * 32  # the first two do not count
    assert found.num_steps == 2
    assert found.examples_per_s == pytest.approx(32 / 0.02)
    assert found.test_examples_per_s == pytest.approx(3 * 32 / 0.02)  # a third of a step, where none was measured


def test_training_and_testing_each_have_their_rate(tiny: str, timed: Timed) -> None:
    found = measure(tiny, budget_s=6.0)
    assert found.num_steps == 98  # of the 100 of an epoch; by its end two seconds are over
    assert found.examples_per_s == pytest.approx(32 / 0.02)
    assert found.test_examples_per_s == pytest.approx(32 / 0.005)


def test_the_images_take_the_memory_of_one() -> None:
    dataset = speed._repeated_image(make_recipe(data="cifar-10", batch_size=128))
    assert dataset.train_images.shape == (100 * 128, 3, 32, 32)
    assert dataset.train_images.untyped_storage().nbytes() == 3 * 32 * 32
    assert int(dataset.train_labels.max()) == 9
