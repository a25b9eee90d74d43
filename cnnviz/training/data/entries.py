"""What a data set is: before it is loaded, and loaded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # pages and recipes read the table of data sets without waiting for PyTorch
    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor, device

    Split = tuple[NDArray[np.uint8], NDArray[np.int64]]
    """Images (N, C, H, W) and labels (N,)."""


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
    """What is known about a data set before it is loaded; `image_shape` is (C, H, W).

    `is_here` tells whether it can be loaded without a download.
    """

    title: str
    help: str
    class_names: tuple[str, ...]
    image_shape: tuple[int, int, int]
    num_train: int
    num_test: int
    load: Callable[[], tuple[Split, Split]]
    is_here: Callable[[], bool] = lambda: True

    @property
    def size_bytes(self) -> int:
        """Bytes of all its images, as they are held while training."""
        channels, height, width = self.image_shape
        return (self.num_train + self.num_test) * channels * height * width


def on_device(dataset: Dataset, device: device) -> Dataset:
    """Return the data set with all its tensors on a device."""
    tensors = ("train_images", "train_labels", "test_images", "test_labels")
    return replace(dataset, **{name: getattr(dataset, name).to(device) for name in tensors})
