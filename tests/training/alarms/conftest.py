"""Real runs of tiny networks, and what the alarms make of what is recorded of them."""

import math
from dataclasses import dataclass, replace

import pytest
import torch

from cnnviz.network.build import build
from cnnviz.network.spec import Layer, Network
from cnnviz.training.alarms import Alarm, alarms
from cnnviz.training.data import Dataset, load_dataset
from cnnviz.training.events import Event, Point, TestPoint
from cnnviz.training.initialization import initialize
from cnnviz.training.loop import train
from cnnviz.training.recipe import Recipe, make_recipe


@dataclass(frozen=True)
class Recorded:
    """A point as the store keeps it: a loss that is not finite is None."""

    step: int
    epoch: float
    train_loss: float | None = None
    train_acc: float | None = None
    test_acc: float | None = None


def recorded(event: Event, steps_an_epoch: int) -> Recorded:
    step = round(event.epoch * steps_an_epoch)
    if isinstance(event, TestPoint):
        return Recorded(step, event.epoch, test_acc=event.test_acc)
    loss = event.train_loss if math.isfinite(event.train_loss) else None
    return Recorded(step, event.epoch, loss, event.train_acc)


@pytest.fixture(autouse=True)
def one_thread():
    """What is this small is slower in two threads."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def trained(network: Network, recipe: Recipe, dataset: Dataset) -> list[tuple[float, tuple[Alarm, ...]]]:
    """Train for real; return the alarms at each point that is recorded, with its epoch."""
    torch.manual_seed(recipe.seed)
    module = build(network)
    initialize(module)
    steps = math.ceil(len(dataset.train_labels) / recipe.batch_size)
    points, layers, found = [], [], []
    for event in train(module, dataset, recipe, device=torch.device("cpu")):
        if isinstance(event, Point | TestPoint):
            points.append(recorded(event, steps))
            if isinstance(event, Point):
                layers.append(event.layers)
            found.append((event.epoch, alarms(points, layers, recipe, len(dataset.class_names))))
    return found


def mlp(*layers: Layer) -> Network:
    """A network of Linear layers on 28×28 images, ten classes."""
    return Network(name="mlp", input_shape=(1, 28, 28), layers=(Layer("Flatten", {}), *layers, linear(10)))


def linear(out_features: int) -> Layer:
    return Layer("Linear", {"out_features": out_features})


def activation(kind: str) -> Layer:
    return Layer(kind, {})


@pytest.fixture(scope="session")
def few_shapes() -> Dataset:
    """3,200 drawings to train on and 300 to test on."""
    dataset = load_dataset("shapes", examples=3200)
    return replace(dataset, test_images=dataset.test_images[:300], test_labels=dataset.test_labels[:300])


def shapes_recipe(**settings) -> Recipe:
    return make_recipe(data="shapes", **{"batch_size": 32, "epochs": 6, **settings})


def few_examples(dataset: Dataset, number: int) -> Dataset:
    """The first training examples of a data set."""
    return replace(dataset, train_images=dataset.train_images[:number], train_labels=dataset.train_labels[:number])


def names(found) -> set[str]:
    """The names of all alarms that a run raised."""
    return {alarm.name for _, alarms in found for alarm in alarms}


def the_alarm(found, name: str) -> tuple[float, Alarm]:
    """The epoch at which an alarm of that name was raised first, and the alarm."""
    return next((epoch, alarm) for epoch, alarms in found for alarm in alarms if alarm.name == name)
