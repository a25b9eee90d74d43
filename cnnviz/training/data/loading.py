"""Finding a data set by its name, and loading it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from cnnviz.errors import DataError, RecipeError
from cnnviz.formatting import shape_text
from cnnviz.training.data.entries import Dataset, DatasetEntry
from cnnviz.training.data.own.keeping import kept_entries, kept_entry
from cnnviz.training.data.table import DATASETS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from cnnviz.training.data.entries import Split


def datasets() -> Mapping[str, DatasetEntry]:
    """Return every data set there is by its name: those that everybody has, then the person's own."""
    return {**DATASETS, **kept_entries()}


def find_dataset(name: str) -> DatasetEntry:
    """Return what is known about a data set before it is loaded.

    Raises RecipeError naming those that exist when there is no such data set, DataError when it is damaged.
    """
    entry = DATASETS.get(name) or kept_entry(name)
    if entry is None:
        raise RecipeError(f"there is no data set {name!r}; choose one of {', '.join(datasets())}")
    return entry


def load_dataset(name: str, *, examples: int | None = None) -> Dataset:
    """Load a data set, with at most the first `examples` of its training examples; the test set stays whole.

    Raises RecipeError when there is no such data set, DataError when it is missing or damaged.
    """
    import torch

    entry = find_dataset(name)
    (train_images, train_labels), (test_images, test_labels) = load_splits(name, entry)
    return Dataset(
        name=name,
        class_names=entry.class_names,
        train_images=torch.from_numpy(train_images[:examples]),
        train_labels=torch.from_numpy(train_labels[:examples]),
        test_images=torch.from_numpy(test_images),
        test_labels=torch.from_numpy(test_labels),
    )


def load_splits(name: str, entry: DatasetEntry) -> tuple[Split, Split]:
    """Return the training and the test split, which are what the entry says.

    Raises DataError when they are missing, damaged or something else.
    """
    train, test = entry.load()
    _check(name, entry, *train, num_expected=entry.num_train)
    _check(name, entry, *test, num_expected=entry.num_test)
    return train, test


def _check(
    name: str, entry: DatasetEntry, images: NDArray[np.uint8], labels: NDArray[np.int64], *, num_expected: int
) -> None:
    expected = (num_expected, *entry.image_shape)
    if images.shape != expected or labels.shape != (num_expected,):
        raise DataError(
            f"the files of {name} are damaged: they hold images {shape_text(images.shape)} and {labels.size:,} labels,"
            f" {shape_text(expected)} expected"
        )
    if labels.min() < 0 or labels.max() >= len(entry.class_names):
        raise DataError(
            f"the files of {name} are damaged: their labels go from {labels.min()} to {labels.max()}, and there are"
            f" {len(entry.class_names)} classes"
        )
