import dataclasses
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from cnnviz.training.data import DATASETS, load_dataset, shapes
from cnnviz.training.data import description as module
from cnnviz.training.data.description import describe, pixel_statistics
from cnnviz.training.data.own.importing import Import, import_images


def test_mean_and_deviation_are_pytorchs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_CHUNK_BYTES", 5000)  # a few images at a time, and a rest
    images = np.random.default_rng(0).integers(0, 256, (37, 3, 10, 12), np.uint8) // np.uint8(2)
    pixels = torch.from_numpy(images).double() / 255
    mean, deviation = pixel_statistics(images)
    assert mean == pytest.approx(pixels.mean(dim=(0, 2, 3)).tolist())
    assert deviation == pytest.approx(pixels.std(dim=(0, 2, 3), correction=0).tolist())


@pytest.fixture
def few_shapes(monkeypatch: pytest.MonkeyPatch) -> None:
    splits = shapes.draw(200, seed=1), shapes.draw(50, seed=2)
    entry = dataclasses.replace(DATASETS["shapes"], num_train=200, num_test=50, load=lambda: splits)
    monkeypatch.setitem(DATASETS, "shapes", entry)


@pytest.mark.usefixtures("few_shapes")
def test_description_counts_classes_and_shows_the_first_images_of_each() -> None:
    found, dataset = describe("shapes", num_samples=3), load_dataset("shapes")
    assert [each.name for each in found.classes] == list(DATASETS["shapes"].class_names)
    assert [(each.num_train, each.num_test) for each in found.classes] == [(20, 5)] * 10
    for label, each in enumerate(found.classes):
        assert np.array_equal(each.samples, dataset.train_images[dataset.train_labels == label][:3].numpy())
    assert found.num_measured == 200


@pytest.mark.usefixtures("few_shapes")
def test_of_much_data_a_part_is_measured_and_that_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = describe("shapes")
    monkeypatch.setattr(module, "MAX_MEASURED_BYTES", 200 * 784 // 3)
    part = describe("shapes")
    assert part.num_measured == 50
    assert part.mean == pytest.approx(whole.mean, rel=0.1)


def test_own_images_are_described(home_folder: Path, draw: Callable[..., Path]) -> None:
    draw("dark", count=10, colour=(51, 0, 0))
    import_images(draw("light", count=5, colour=(51, 255, 0)), "two", Import(side=8))
    found = describe("two")
    assert [(each.num_train, each.num_test) for each in found.classes] == [(8, 2), (4, 1)]
    assert found.mean == pytest.approx((0.2, 4 / 12, 0.0))  # 4 of 12 images are all green
    assert found.deviation == pytest.approx((0.0, (4 / 12 * 8 / 12) ** 0.5, 0.0))
    assert [len(each.samples) for each in found.classes] == [8, 4]
