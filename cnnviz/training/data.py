"""The data sets by name, and how one is loaded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cnnviz.errors import RecipeError

if TYPE_CHECKING:  # pages and recipes read the table below without waiting for PyTorch
    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor, device

    Split = tuple[NDArray[np.uint8], NDArray[np.int64]]


@dataclass(frozen=True)
class Dataset:
    """A loaded data set: images are uint8 (N, C, H, W), labels int64 (N,)."""

    name: str
    class_names: tuple[str, ...]
    train_images: Tensor
    train_labels: Tensor
    test_images: Tensor
    test_labels: Tensor


@dataclass(frozen=True)
class DatasetEntry:
    """What is known about a data set before it is loaded; `image_shape` is (C, H, W)."""

    title: str
    help: str
    class_names: tuple[str, ...]
    image_shape: tuple[int, int, int]
    num_train: int
    num_test: int
    load: Callable[[], tuple[Split, Split]]


def _load_fashion_mnist() -> tuple[Split, Split]:
    from cnnviz.training import fashion_mnist

    return fashion_mnist.load()


def _load_shapes() -> tuple[Split, Split]:
    from cnnviz.training import shapes

    return shapes.load()


DATASETS: dict[str, DatasetEntry] = {
    "fashion-mnist": DatasetEntry(
        title="Fashion-MNIST",
        help="Zalando's photographs of ten kinds of clothing; found on this computer or downloaded (30 MB).",
        class_names=(
            "t-shirt",
            "trouser",
            "pullover",
            "dress",
            "coat",
            "sandal",
            "shirt",
            "sneaker",
            "bag",
            "ankle boot",
        ),
        image_shape=(1, 28, 28),
        num_train=60_000,
        num_test=10_000,
        load=_load_fashion_mnist,
    ),
    "shapes": DatasetEntry(
        title="Shapes",
        help="Ten kinds of drawings made by cnnviz itself; needs no download.",
        class_names=(
            "circle",
            "ring",
            "square",
            "triangle",
            "diamond",
            "cross",
            "star",
            "horizontal bars",
            "vertical bars",
            "checkerboard",
        ),
        image_shape=(1, 28, 28),
        num_train=60_000,  # as many as Fashion-MNIST, so that its recipes carry over
        num_test=10_000,
        load=_load_shapes,
    ),
}


def load_dataset(name: str, *, examples: int | None = None) -> Dataset:
    """Load a data set, with at most the first `examples` of its training examples; the test set stays whole.

    Raises RecipeError when there is no such data set, DataError when it is missing or damaged.
    """
    import torch

    entry = _entry(name)
    (train_images, train_labels), (test_images, test_labels) = entry.load()
    return Dataset(
        name=name,
        class_names=entry.class_names,
        train_images=torch.from_numpy(train_images[:examples]),
        train_labels=torch.from_numpy(train_labels[:examples]),
        test_images=torch.from_numpy(test_images),
        test_labels=torch.from_numpy(test_labels),
    )


def on_device(dataset: Dataset, device: device) -> Dataset:
    """Return the data set with all its tensors on a device."""
    tensors = ("train_images", "train_labels", "test_images", "test_labels")
    return replace(dataset, **{name: getattr(dataset, name).to(device) for name in tensors})


def _entry(name: str) -> DatasetEntry:
    if name not in DATASETS:
        raise RecipeError(f"there is no data set {name!r}; choose one of {', '.join(DATASETS)}")
    return DATASETS[name]
