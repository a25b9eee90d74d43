"""The book's training loop as a stream of events, which can be left and gone on with at any of them.

It knows no store and no page.
"""

import math
import time
from collections.abc import Generator, Iterable
from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor, nn

from cnnviz.errors import RecipeError
from cnnviz.formatting import shape_text
from cnnviz.training.acceleration import make_accelerator, memory_format, quicken, set_float32
from cnnviz.training.augmentation import Augmentation
from cnnviz.training.batches import Batches, Part
from cnnviz.training.data import Dataset, on_device
from cnnviz.training.devices import synchronize
from cnnviz.training.events import Event, LayerStatistics, Point, Progress, Result, TestPoint
from cnnviz.training.fit import check_output
from cnnviz.training.generators import generator_states, restore_generators, seed_process
from cnnviz.training.optimizers import make_optimizer, optimizer_state, restore_optimizer
from cnnviz.training.pixels import network_input
from cnnviz.training.recipe import Recipe
from cnnviz.training.schedules import learning_rate
from cnnviz.training.statistics import Observer
from cnnviz.training.sums import Clock, Sums, num_correct


def is_metric_step(index: int, num_batches: int) -> bool:
    """Whether the book records a point after batch `index` (from 0): about five an epoch, and the last."""
    return (index + 1) % max(1, num_batches // 5) == 0 or index == num_batches - 1


def train(module: nn.Module, dataset: Dataset, recipe: Recipe, *, device: torch.device) -> Generator[Event, None, None]:
    """Train the module in place, yielding what happens; see `Training`."""
    return Training(module, dataset, recipe, device=device).events()


@dataclass
class _Place:
    """How far a run is: the next batch to train on, and what was measured last."""

    epoch: int = 0
    index: int = 0
    step: int = 0
    num_seen: int = 0
    elapsed_s: float = 0.0
    loss: float = math.nan
    train_acc: float = math.nan
    test_acc: float = math.nan


class Training:
    """A run: `events` trains the module in place, and between any two of them `state` says all that it is made of.

    The data stays on the device as bytes. A loss that is not finite does not end the run, as in the book. In one of
    several processes that were launched together, each takes its part of every batch.
    """

    def __init__(self, module: nn.Module, dataset: Dataset, recipe: Recipe, *, device: torch.device) -> None:
        """Make ready to train. Raises RecipeError, before anything is trained, when this cannot go well.

        The module may not take these images, not end in one number a class, or have nothing to train; the device
        may not compute in the recipe's precision.
        """
        self.recipe, self.device = recipe, device
        self.accelerator = make_accelerator(recipe, device)
        set_float32(recipe, device)
        self.plain_module = module.to(device)
        dataset = on_device(dataset, device)
        _check(module, dataset, recipe)
        self.memory_format = memory_format(module, recipe, device)
        module.to(memory_format=self.memory_format)
        quicken(module, recipe)
        self.observer = Observer(module)
        optimizer = make_optimizer(module.parameters(), recipe)
        self.module = self.accelerator.prepare(module)
        self.optimizer = self.accelerator.prepare(optimizer) if self.accelerator.scaler else optimizer
        self.criterion = nn.CrossEntropyLoss(label_smoothing=recipe.label_smoothing)
        self.num_processes: int = self.accelerator.num_processes
        self.process: int = self.accelerator.process_index
        self.batches = Batches(dataset, recipe, process=self.process, num_processes=self.num_processes)
        self.augmentation = Augmentation(recipe)
        self.place, self.clock, self.sums = _Place(), Clock(), Sums()
        self.started_s = time.perf_counter()

    @property
    def num_steps(self) -> int:
        """Steps of the whole run."""
        return self.batches.steps_per_epoch * self.recipe.epochs

    def events(self) -> Generator[Event, None, None]:
        """Train, yielding what happens; close the iterator to stop after a step."""
        self.started_s = time.perf_counter() - self.place.elapsed_s
        while self.place.epoch < self.recipe.epochs:
            yield from self._train_epoch()
            yield from self._test_epoch()
        place, last = self.place, self._progress()
        rates = last.examples_per_s, last.wall_examples_per_s
        yield Result(place.loss, place.train_acc, place.test_acc, *rates, device=str(self.device))

    def state(self) -> dict[str, Any]:
        """Return all that the run goes on from, bit for bit on the same device: dicts of tensors and plain values.

        The tensors are the run's own: copy or write them before the next event.
        """
        self.sums.averages()
        return {
            "module": self.plain_module.state_dict(),
            "optimizer": optimizer_state(self.optimizer),
            "scaler": self.accelerator.scaler.state_dict() if self.accelerator.scaler else None,
            "generators": generator_states(self.device),
            "augmentation": self.augmentation.generator.get_state(),
            "place": asdict(self.place) | {"elapsed_s": time.perf_counter() - self.started_s},
            "sums": self.sums.state(),
            "timed_s": self.clock.total_s,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a state of a run of the same network and data; the recipe may have more epochs."""
        self.plain_module.load_state_dict(state["module"])
        restore_optimizer(self.optimizer, state["optimizer"])
        if self.accelerator.scaler and state["scaler"]:
            self.accelerator.scaler.load_state_dict(state["scaler"])
        restore_generators(state["generators"], self.device)
        self.augmentation.generator.set_state(state["augmentation"])
        self.place = _Place(**state["place"])
        self.sums = Sums(**state["sums"])
        self.clock.total_s = state["timed_s"]

    # Training

    def _train_epoch(self) -> Generator[Event, None, None]:
        place, num_batches = self.place, self.batches.steps_per_epoch
        self.module.train()
        for part in self.batches.training(place.epoch, start=place.index):
            recorded = is_metric_step(place.index, num_batches)
            with self.clock:
                layers = self._observed_step(part) if recorded and self.recipe.statistics else self._step(part)
                place.step, place.index, place.num_seen = place.step + 1, place.index + 1, place.num_seen + part.total
                if recorded:
                    synchronize(self.device)
                    place.loss, place.train_acc = self.sums.averages()
            if recorded:
                yield self._point(layers)
            yield self._progress()

    def _point(self, layers: tuple[LayerStatistics, ...]) -> Point:
        place = self.place
        epoch = place.epoch + place.index / self.batches.steps_per_epoch
        lr = self.optimizer.param_groups[0]["lr"]
        return Point(epoch, place.loss, place.train_acc, step=place.step, lr=lr, layers=layers)

    def _observed_step(self, part: Part) -> tuple[LayerStatistics, ...]:
        with self.observer.step() as statistics:
            self._step(part)
            return statistics()

    def _step(self, part: Part) -> tuple[LayerStatistics, ...]:
        seed_process(self.recipe.seed, self.process, self.place.step)
        self._set_learning_rate()
        self.optimizer.zero_grad()
        output = self.module(self._training_images(part))
        loss = self.criterion(output, part.labels)
        share = part.num_counted * self.num_processes / part.total  # its weight in the mean over all processes
        self.accelerator.backward(loss * share)
        if self.recipe.clip_norm is not None:
            self.accelerator.clip_grad_norm_(self.module.parameters(), self.recipe.clip_norm)
        self.optimizer.step()
        self._add(loss.detach(), output.detach(), part)
        return ()

    def _set_learning_rate(self) -> None:
        rate = learning_rate(self.recipe, self.place.step, steps_per_epoch=self.batches.steps_per_epoch)
        for group in self.optimizer.param_groups:
            group["lr"] = rate

    def _add(self, loss: Tensor, output: Tensor, part: Part) -> None:
        sums = [loss * part.num_counted, _num_correct(output, part)]
        if self.num_processes > 1:
            sums = [self.accelerator.reduce(each.float()) for each in sums]
        self.sums.add(*sums, num_examples=part.total)

    # Testing

    def _test_epoch(self) -> Generator[Event, None, None]:
        place = self.place
        self.module.eval()
        test_acc = yield from self._accuracy(self.batches.test())
        held_out = len(self.batches.held_out)
        valid_acc = (yield from self._accuracy(self.batches.validation())) if held_out else None
        place.test_acc, place.epoch, place.index = test_acc, place.epoch + 1, 0
        self.sums = Sums()
        yield TestPoint(place.epoch, test_acc, step=place.step, valid_acc=valid_acc)

    def _accuracy(self, parts: Iterable[Part]) -> Generator[Event, None, float]:
        correct, total = torch.zeros((), device=self.device), 0
        for part in parts:
            with torch.no_grad():
                correct += _num_correct(self.module(self._images(part)), part)
            total += part.total
            synchronize(self.device)  # so that progress tells of what is done, not of what is under way
            yield self._progress()
        if self.num_processes > 1:
            correct = self.accelerator.reduce(correct)
        return float(correct) / total

    # What both need

    def _images(self, part: Part) -> Tensor:
        return network_input(part.images, self.recipe.resize).contiguous(memory_format=self.memory_format)

    def _training_images(self, part: Part) -> Tensor:
        images = self.augmentation(network_input(part.images, self.recipe.resize), total=part.total, first=part.first)
        return images.contiguous(memory_format=self.memory_format)

    def _progress(self) -> Progress:
        place, elapsed_s = self.place, time.perf_counter() - self.started_s
        return Progress(
            step=place.step,
            num_steps=self.num_steps,
            epoch=min(place.epoch, self.recipe.epochs - 1),
            elapsed_s=elapsed_s,
            examples_per_s=place.num_seen / self.clock.total_s if self.clock.total_s else 0.0,
            wall_examples_per_s=place.num_seen / elapsed_s if elapsed_s else 0.0,
        )


def _num_correct(output: Tensor, part: Part) -> Tensor:
    return num_correct(output, part.labels) * (part.num_counted > 0)


def _check(module: nn.Module, dataset: Dataset, recipe: Recipe) -> None:
    image = network_input(dataset.train_images[:1], recipe.resize)
    try:
        with torch.no_grad():
            output: Tensor = module.eval()(image)
    except (RuntimeError, ValueError) as error:
        reason = str(error).splitlines()[0]
        shape = shape_text(image.shape[1:])
        raise RecipeError(f"the network does not take the {shape} images of {dataset.name}: {reason}") from error
    check_output(output.shape[1:], len(dataset.class_names), dataset.name)
    if not any(parameter.requires_grad for parameter in module.parameters()):
        raise RecipeError("the network has no weights to train: add a layer such as Conv2d or Linear")
