"""The book's training loop as a stream of events; it knows no store and no page."""

import math
import time
from collections.abc import Generator, Iterator

import numpy as np
import torch
from torch import Tensor, nn

from cnnviz.errors import RecipeError
from cnnviz.formatting import shape_text
from cnnviz.training.data import Dataset, on_device
from cnnviz.training.devices import synchronize
from cnnviz.training.events import Event, Point, Progress, Result, TestPoint
from cnnviz.training.fit import check_output
from cnnviz.training.pixels import network_input
from cnnviz.training.recipe import Recipe
from cnnviz.training.sums import Clock, Sums, num_correct

Batch = tuple[Tensor, Tensor]  # float32 images (N, C, H, W) in 0…1, int64 labels (N,)


def initialize(module: nn.Module) -> None:
    """Draw the weights of Linear and Conv2d layers as the book does, Xavier-uniform; nothing else changes."""
    module.apply(_initialize_layer)


def _initialize_layer(layer: nn.Module) -> None:
    if type(layer) is nn.Linear or type(layer) is nn.Conv2d:
        nn.init.xavier_uniform_(layer.weight)


def batch_order(seed: int, epoch: int, num_examples: int) -> Tensor:
    """Return the order (num_examples,) in which an epoch sees the examples.

    It has a generator of its own: whatever a network draws, the batches of a seed stay the same.
    """
    mixed = int(np.random.SeedSequence((seed, epoch)).generate_state(1)[0])
    return torch.randperm(num_examples, generator=torch.Generator().manual_seed(mixed))


def is_metric_step(index: int, num_batches: int) -> bool:
    """Whether the book records a point after batch `index` (from 0): about five an epoch, and the last."""
    return (index + 1) % max(1, num_batches // 5) == 0 or index == num_batches - 1


def train(module: nn.Module, dataset: Dataset, recipe: Recipe, *, device: torch.device) -> Generator[Event, None, None]:
    """Train the module in place, yielding what happens; close the iterator to stop after a step.

    The data stays on the device as bytes. Raises RecipeError at once, before anything is trained, when
    the module does not take these images, does not end in one number a class, or has nothing to train.
    A loss that is not finite does not end the run, as in the book.
    """
    module.to(device)
    dataset = on_device(dataset, device)
    _check(module, dataset, recipe)
    return _Run(module, dataset, recipe, device).events()


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


class _Run:
    """One run of the loop: what stays the same during it, its two clocks, and its place."""

    def __init__(self, module: nn.Module, dataset: Dataset, recipe: Recipe, device: torch.device) -> None:
        self.module, self.dataset, self.recipe, self.device = module, dataset, recipe, device
        self.optimizer = torch.optim.SGD(module.parameters(), lr=recipe.lr)
        self.criterion = nn.CrossEntropyLoss()
        self.num_batches = math.ceil(len(dataset.train_labels) / recipe.batch_size)
        self.clock = Clock()
        self.started_s = time.perf_counter()
        self.step = self.num_seen = 0

    def events(self) -> Generator[Event, None, None]:
        self.started_s = time.perf_counter()
        for epoch in range(self.recipe.epochs):
            loss, train_acc = yield from self.train_epoch(epoch)
            test_acc = yield from self.test_epoch(epoch)
        last = self.progress(epoch)
        yield Result(loss, train_acc, test_acc, last.examples_per_s, last.wall_examples_per_s, device=str(self.device))

    def train_epoch(self, epoch: int) -> Generator[Event, None, tuple[float, float]]:
        self.module.train()
        sums, averages = Sums(), (math.nan, math.nan)
        for index, (images, labels) in enumerate(self.batches(epoch)):
            with self.clock:
                self.take_step(images, labels, sums)
                if recorded := is_metric_step(index, self.num_batches):
                    synchronize(self.device)
                    averages = sums.averages()
            if recorded:
                yield Point(epoch + (index + 1) / self.num_batches, *averages)
            yield self.progress(epoch)
        return averages

    def batches(self, epoch: int) -> Iterator[Batch]:
        images, labels = self.dataset.train_images, self.dataset.train_labels
        order = batch_order(self.recipe.seed, epoch, len(labels)).to(self.device)
        for places in torch.split(order, self.recipe.batch_size):
            yield network_input(images[places], self.recipe.resize), labels[places]

    def take_step(self, images: Tensor, labels: Tensor, sums: Sums) -> None:
        self.optimizer.zero_grad()
        output = self.module(images)
        loss = self.criterion(output, labels)
        loss.backward()
        self.optimizer.step()
        sums.add(loss, output, labels)
        self.step += 1
        self.num_seen += len(labels)

    def test_epoch(self, epoch: int) -> Generator[Event, None, float]:
        self.module.eval()
        images = torch.split(self.dataset.test_images, self.recipe.batch_size)
        labels = torch.split(self.dataset.test_labels, self.recipe.batch_size)
        correct = 0
        for batch in zip(images, labels, strict=True):
            correct += self.test_batch(*batch)
            yield self.progress(epoch)
        test_acc = correct / len(self.dataset.test_labels)
        yield TestPoint(epoch + 1, test_acc)
        return test_acc

    @torch.no_grad()
    def test_batch(self, images: Tensor, labels: Tensor) -> int:
        return int(num_correct(self.module(network_input(images, self.recipe.resize)), labels))

    def progress(self, epoch: int) -> Progress:
        elapsed_s = time.perf_counter() - self.started_s
        return Progress(
            step=self.step,
            num_steps=self.num_batches * self.recipe.epochs,
            epoch=epoch,
            elapsed_s=elapsed_s,
            examples_per_s=self.num_seen / self.clock.total_s,
            wall_examples_per_s=self.num_seen / elapsed_s,
        )
