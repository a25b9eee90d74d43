from collections.abc import Iterator

import numpy as np
import pytest
import torch

import cnnviz
from cnnviz.training.data import DATASETS, load_dataset, shapes
from cnnviz.training.events import TestPoint
from cnnviz.training.initialization import initialize
from cnnviz.training.loop import train
from cnnviz.training.recipe import make_recipe


def test_drawings_are_the_same_every_time() -> None:
    first, second = shapes.draw(50, seed=3), shapes.draw(50, seed=3)
    assert np.array_equal(first[0], second[0])
    assert np.array_equal(first[1], second[1])
    assert not np.array_equal(first[0], shapes.draw(50, seed=4)[0])


def test_there_is_an_outline_for_every_class_in_its_order() -> None:
    assert tuple(shapes.OUTLINES) == DATASETS["shapes"].class_names


def test_classes_are_balanced_and_no_two_drawings_alike() -> None:
    images, labels = shapes.draw(300, seed=5)
    assert np.bincount(labels).tolist() == [30] * 10
    assert len(np.unique(images.reshape(300, -1), axis=0)) == 300


@pytest.fixture
def one_thread() -> Iterator[None]:
    """Small layers on several threads wait for each other, very long when other processes are busy too."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def test_lenet_learns_them(one_thread: None) -> None:
    recipe = make_recipe(data="shapes", batch_size=128, lr=0.9, epochs=20)
    torch.manual_seed(0)
    module = cnnviz.build(cnnviz.load("lenet"))
    initialize(module)
    events = train(module, load_dataset("shapes"), recipe, device=torch.device("cpu"))
    assert any(event.test_acc > 0.9 for event in events if isinstance(event, TestPoint))
