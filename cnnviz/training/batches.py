"""Which examples a step sees: the order of an epoch, what is held out, and one process's part of a batch."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from cnnviz.training.data import Dataset
from cnnviz.training.recipe import Recipe, count_of

_HELD_OUT = 2**32  # an epoch that no run reaches, whose order says what is held out


@dataclass(frozen=True)
class Part:
    """One process's part of a batch: uint8 images (N, C, H, W), labels (N,), and its place among `total` examples.

    Where a batch has fewer examples than there are processes, some get one that does not count.
    """

    images: Tensor
    labels: Tensor
    first: int
    total: int
    num_counted: int


def batch_order(seed: int, epoch: int, num_examples: int) -> Tensor:
    """Return the order (num_examples,) in which an epoch sees the examples.

    It has a generator of its own: whatever a network draws, the batches of a seed stay the same.
    """
    mixed = int(np.random.SeedSequence((seed, epoch)).generate_state(1)[0])
    return torch.randperm(num_examples, generator=torch.Generator().manual_seed(mixed))


def split_places(recipe: Recipe, num_examples: int) -> tuple[Tensor, Tensor]:
    """Return the places, in their order, of the examples that are trained on, and of those held out by the seed."""
    num_held_out = count_of(recipe.validation, num_examples) or 0
    order = batch_order(recipe.seed, _HELD_OUT, num_examples)
    return order[num_held_out:].sort().values, order[:num_held_out].sort().values


class Batches:
    """A data set's batches as one of several processes takes them; each batch is shared out among all."""

    def __init__(self, dataset: Dataset, recipe: Recipe, *, process: int = 0, num_processes: int = 1) -> None:
        self.dataset, self.recipe = dataset, recipe
        self.process, self.num_processes = process, num_processes
        trained, held_out = split_places(recipe, len(dataset.train_labels))
        device = dataset.train_images.device
        self.trained, self.held_out = trained.to(device), held_out.to(device)

    @property
    def steps_per_epoch(self) -> int:
        """Batches of an epoch, the last of which may be a short one."""
        return -(-len(self.trained) // self.recipe.batch_size)

    def training(self, epoch: int, *, start: int = 0) -> Iterator[Part]:
        """Give an epoch's batches from number `start` on, shuffled."""
        order = self.trained[batch_order(self.recipe.seed, epoch, len(self.trained)).to(self.trained.device)]
        for places in torch.split(order, self.recipe.batch_size)[start:]:
            yield self._part(self.dataset.train_images, self.dataset.train_labels, places)

    def validation(self) -> Iterator[Part]:
        """Give the batches of what is held out, in order."""
        for places in torch.split(self.held_out, self.recipe.batch_size) if len(self.held_out) else ():
            yield self._part(self.dataset.train_images, self.dataset.train_labels, places)

    def test(self) -> Iterator[Part]:
        """Give the batches of the test set, in order."""
        labels = self.dataset.test_labels
        for places in torch.split(torch.arange(len(labels), device=labels.device), self.recipe.batch_size):
            yield self._part(self.dataset.test_images, labels, places)

    def _part(self, images: Tensor, labels: Tensor, places: Tensor) -> Part:
        parts = torch.tensor_split(places, self.num_processes)
        first = sum(map(len, parts[: self.process]))
        own = parts[self.process]
        if not len(own):
            return Part(images[places[:1]], labels[places[:1]], 0, len(places), num_counted=0)
        return Part(images[own], labels[own], first, len(places), num_counted=len(own))
