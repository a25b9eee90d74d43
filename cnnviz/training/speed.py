"""How fast a network trains: a few steps measured, in the process that this module is where a page asks for it."""

import math
import statistics
import sys
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from cnnviz.network.build import build
from cnnviz.network.document import parse
from cnnviz.network.spec import Network
from cnnviz.training import background
from cnnviz.training.background import Report
from cnnviz.training.data import Dataset
from cnnviz.training.devices import resolve, synchronize
from cnnviz.training.events import Progress
from cnnviz.training.forecast import Speed, speed_dict
from cnnviz.training.loop import train
from cnnviz.training.recipe import Recipe

BUDGET_S, MIN_S = 6.0, 2.0
_TRAIN_BATCHES, _TEST_BATCHES = 100, 20  # of one pass over images that are all the same
_MAX_BYTES = 256_000_000  # of those images, where a device holds each
_WARM_UP_STEPS = 2  # in which memory is taken, kernels chosen, and what is compiled compiled
_MIN_STEPS, _MIN_TESTS = 2, 5
_BACKWARD = 3.0  # time of a step, by that of its forward pass, where no test was measured


@dataclass
class _Times:
    """Seconds of each batch, and whether it is over by now."""

    budget_s: float
    train_s: list[float] = field(default_factory=list)
    test_s: list[float] = field(default_factory=list)
    spent_s: float = 0.0

    def add(self, elapsed_s: float, *, is_test: bool) -> None:
        (self.test_s if is_test else self.train_s).append(elapsed_s)
        self.spent_s += elapsed_s

    @property
    def is_enough(self) -> bool:
        num_steps = len(self.train_s) - _WARM_UP_STEPS
        has_both = len(self.test_s) >= _MIN_TESTS and self.spent_s > min(MIN_S, self.budget_s)
        return num_steps >= _MIN_STEPS and (has_both or self.spent_s > self.budget_s)


def measure_steps(network: Network, recipe: Recipe, *, budget_s: float = BUDGET_S) -> Speed:
    """Train a network on one repeated image, until `budget_s` is spent or there are enough steps; return its speed.

    The first steps do not count. At least four are taken, however long they last.
    Raises SpecError or RecipeError where the two do not go together.
    """
    device = resolve(recipe.device)
    settings = {"data": recipe.data, "epochs": 1000, "examples": None, "validation": None}
    module = build(network)
    times = _Times(budget_s)
    with closing(train(module, _repeated_image(recipe), recipe.model_copy(update=settings), device=device)) as events:
        before_s, step = time.perf_counter(), 0
        for event in events:
            if not isinstance(event, Progress):
                continue
            synchronize(device)
            now_s = time.perf_counter()
            times.add(now_s - before_s, is_test=event.step == step)
            before_s, step = now_s, event.step
            if times.is_enough:
                break
    return _speed(times, recipe.batch_size)


def _repeated_image(recipe: Recipe) -> Dataset:
    """Return a data set of the recipe's images, on the CPU with the memory of one: what is in them costs no time."""
    class_names = recipe.dataset.class_names
    most = max(_MIN_TESTS, _MAX_BYTES // (recipe.batch_size * math.prod(recipe.dataset.image_shape)))
    image = torch.randint(0, 256, (1, *recipe.dataset.image_shape), dtype=torch.uint8)

    def split(num_batches: int) -> tuple[torch.Tensor, torch.Tensor]:
        count = min(num_batches, most) * recipe.batch_size
        return image.expand(count, -1, -1, -1), torch.arange(count) % len(class_names)

    return Dataset(recipe.data, class_names, *split(_TRAIN_BATCHES), *split(_TEST_BATCHES))


def _speed(times: _Times, batch_size: int) -> Speed:
    steps = times.train_s[_WARM_UP_STEPS:]
    step_s = statistics.mean(steps)
    test_s = statistics.mean(times.test_s) if times.test_s else step_s / _BACKWARD
    return Speed(batch_size / step_s, batch_size / test_s, len(steps))


def _measure(request: Mapping[str, Any], report: Report) -> dict[str, Any]:
    return speed_dict(measure_steps(parse(request["network"]), Recipe.model_validate(request["recipe"])))


if __name__ == "__main__":
    sys.exit(background.run(Path(sys.argv[1]), _measure))
