"""Ways to train the same network on the same batches, in a process that keeps them all and lets them take turns."""

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

import cnnviz
from cnnviz.training.acceleration import memory_format, quicken
from cnnviz.training.batches import batch_order
from cnnviz.training.data import DATASETS, Dataset
from cnnviz.training.events import Point
from cnnviz.training.initialization import initialize
from cnnviz.training.loop import Training
from cnnviz.training.optimizers import make_optimizer
from cnnviz.training.pixels import network_input
from cnnviz.training.published import published_recipe
from cnnviz.training.recipe import Recipe
from training.plain_loop import Images, loader, plain_epoch

CPU = torch.device("cpu")
EPOCHS = 10_000  # more than anybody waits for
NUM_BATCHES = 9  # of an epoch: few enough that there is a point after every step
Contestant = Iterator[float]  # trains a step each time it is asked, and gives the epoch's loss so far
running: dict[str, Contestant] = {}
generators: dict[str, Tensor] = {}  # where each has left the generator that dropout draws from
latest: dict[str, Training | Point] = {}  # the last training that was begun, and its last point


@dataclass(frozen=True)
class Turn:
    """Seconds by the clock and of processors, and the loss, of every step of a turn; the first one does not count."""

    elapsed_s: list[float] = field(default_factory=list)
    processor_s: list[float] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)


def book_recipe(name: str, **settings: bool) -> Recipe:
    """Return a network's published recipe, without an end."""
    return published_recipe(cnnviz.load(name), device="cpu", epochs=EPOCHS, **settings)


def prepare(name: str, contestants: tuple[str, ...]) -> None:
    """Make the contestants ready in this process."""
    running.update((each, CONTESTANTS[each](name)) for each in contestants)


def take_turn(contestant: str, num_steps: int) -> Turn:
    """Train so many steps after a first one, which does not count."""
    if contestant in generators:
        torch.set_rng_state(generators[contestant])
    steps, turn = running[contestant], Turn()
    for _ in range(1 + num_steps):
        started_s, processor_s = time.perf_counter(), time.process_time()
        turn.losses.append(next(steps))
        turn.elapsed_s.append(time.perf_counter() - started_s)
        turn.processor_s.append(time.process_time() - processor_s)
    generators[contestant] = torch.get_rng_state()
    return turn


def plain(name: str) -> Contestant:
    """The book's loop."""
    recipe = book_recipe(name)
    dataset, net = noise(recipe), fresh(name, recipe)
    images = Images(dataset.train_images, dataset.train_labels, recipe.resize)
    optimizer = torch.optim.SGD(net.parameters(), lr=recipe.lr)
    for epoch in range(recipe.epochs):
        order = batch_order(recipe.seed, epoch, len(images)).tolist()
        yield from plain_epoch(net, optimizer, loader(images, recipe.batch_size, order=order))


def bare(name: str) -> Contestant:
    """Our step and nothing else: one batch that is there already, nothing measured."""
    recipe = book_recipe(name)
    dataset, net = noise(recipe), fresh(name, recipe)
    layout = memory_format(net, recipe, torch.device("cpu"))
    net.to(memory_format=layout)
    quicken(net, recipe)
    images = network_input(dataset.train_images[: recipe.batch_size], recipe.resize)
    images = images.contiguous(memory_format=layout)
    labels, criterion = dataset.train_labels[: recipe.batch_size], nn.CrossEntropyLoss()
    optimizer = make_optimizer(net.parameters(), recipe)
    net.train()
    while True:
        optimizer.zero_grad()
        criterion(net(images), labels).backward()
        optimizer.step()
        yield math.nan


def loop(name: str) -> Contestant:
    """Our loop, whose events nobody records."""
    return _loop(name, statistics=False)


def observed(name: str) -> Contestant:
    """Our loop with each layer's statistics in every step, though a run has them only where it has a point."""
    return _loop(name, statistics=True)


def _loop(name: str, *, statistics: bool) -> Contestant:
    recipe = book_recipe(name, statistics=statistics)
    training = Training(fresh(name, recipe), noise(recipe), recipe, device=CPU)
    for event in training.events():
        if isinstance(event, Point):
            latest.update(training=training, point=event)
            yield event.train_loss


CONTESTANTS: dict[str, Callable[[str], Contestant]] = {
    "plain": plain,
    "loop": loop,
    "observed": observed,
    "bare": bare,
}


def noise(recipe: Recipe) -> Dataset:
    """Return some batches of images like Fashion-MNIST's that mean nothing, and a test set of one."""
    generator = torch.Generator().manual_seed(0)

    def split(count: int) -> tuple[Tensor, Tensor]:
        images = torch.randint(0, 256, (count, *recipe.dataset.image_shape), dtype=torch.uint8, generator=generator)
        return images, torch.randint(0, 10, (count,), generator=generator)

    class_names = DATASETS[recipe.data].class_names
    return Dataset(recipe.data, class_names, *split(NUM_BATCHES * recipe.batch_size), *split(1))


def fresh(name: str, recipe: Recipe) -> nn.Module:
    """Return a network with the weights, and the generator with the state, that a run of this recipe starts with."""
    torch.manual_seed(recipe.seed)
    module = cnnviz.build(cnnviz.load(name))
    initialize(module, recipe.initialization)
    return module
