"""A data set in numbers: examples of each class, mean and deviation of its pixels, and a few of its images."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cnnviz.training.data.loading import find_dataset, load_splits

MAX_MEASURED_BYTES = 200_000_000  # of more, evenly spaced images are measured
_CHUNK_BYTES = 4_000_000


@dataclass(frozen=True)
class DescribedClass:
    """One class: how many examples there are, and a few of its images (K, C, H, W), the first ones for training."""

    name: str
    num_train: int
    num_test: int
    samples: NDArray[np.uint8]


@dataclass(frozen=True)
class Description:
    """What a data set holds. Mean and deviation are of the training pixels in 0…1, one number for each channel.

    They are measured on `num_measured` of the training images.
    """

    classes: tuple[DescribedClass, ...]
    mean: tuple[float, ...]
    deviation: tuple[float, ...]
    num_measured: int


def describe(name: str, *, num_samples: int = 8) -> Description:
    """Load a data set and describe it.

    Raises RecipeError when there is no such data set, DataError when it is missing or damaged.
    """
    entry = find_dataset(name)
    (images, labels), (_, test_labels) = load_splits(name, entry)
    num_train = np.bincount(labels, minlength=len(entry.class_names))
    num_test = np.bincount(test_labels, minlength=len(entry.class_names))
    classes = tuple(
        DescribedClass(
            class_name, int(num_train[label]), int(num_test[label]), _samples(images, labels, label, num_samples)
        )
        for label, class_name in enumerate(entry.class_names)
    )
    measured = images[:: _stride(images)]
    mean, deviation = pixel_statistics(measured)
    return Description(classes, mean, deviation, len(measured))


def pixel_statistics(images: NDArray[np.uint8]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return mean and standard deviation of each channel of images (N, C, H, W), of their pixels in 0…1."""
    counts = np.zeros((images.shape[1], 256), np.int64)
    step = max(1, _CHUNK_BYTES // images[0].size)
    for start in range(0, len(images), step):
        for channel in range(images.shape[1]):
            counts[channel] += np.bincount(images[start : start + step, channel].ravel(), minlength=256)
    shares, values = counts / counts.sum(axis=1, keepdims=True), np.arange(256) / 255
    mean = shares @ values
    deviation = np.sqrt((shares * (values - mean[:, None]) ** 2).sum(axis=1))
    return tuple(mean.tolist()), tuple(deviation.tolist())


def _stride(images: NDArray[np.uint8]) -> int:
    return max(1, -(-images.size // MAX_MEASURED_BYTES))


def _samples(images: NDArray[np.uint8], labels: NDArray[np.int64], label: int, count: int) -> NDArray[np.uint8]:
    return np.array(images[np.flatnonzero(labels == label)[:count]])
