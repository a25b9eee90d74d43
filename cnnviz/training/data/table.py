"""DATASETS: the data sets that everybody has, one entry each; a person's own come beside them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from cnnviz.training.data import class_names
from cnnviz.training.data.entries import DatasetEntry

if TYPE_CHECKING:
    from cnnviz.training.data.entries import Split


def _load_fashion_mnist() -> tuple[Split, Split]:
    from cnnviz.training.data import fashion_mnist

    return fashion_mnist.load()


def _fashion_mnist_is_here() -> bool:
    from cnnviz.training.data import fashion_mnist

    return fashion_mnist.is_here()


def _load_shapes() -> tuple[Split, Split]:
    from cnnviz.training.data import shapes

    return shapes.load()


def _load_published(name: str) -> tuple[Split, Split]:
    from cnnviz.training.data import published

    return published.load(name)


def _published_is_here(name: str) -> bool:
    from cnnviz.training.data import published

    return published.is_here(name)


DATASETS: dict[str, DatasetEntry] = {
    "fashion-mnist": DatasetEntry(
        title="Fashion-MNIST",
        help="Zalando's photographs of ten kinds of clothing; found on this computer or downloaded (30 MB).",
        class_names=class_names.FASHION,
        image_shape=(1, 28, 28),
        num_train=60_000,
        num_test=10_000,
        load=_load_fashion_mnist,
        is_here=_fashion_mnist_is_here,
    ),
    "mnist": DatasetEntry(
        title="MNIST",
        help="Handwritten digits; downloaded at first use (12 MB).",
        class_names=class_names.DIGITS,
        image_shape=(1, 28, 28),
        num_train=60_000,
        num_test=10_000,
        load=partial(_load_published, "mnist"),
        is_here=partial(_published_is_here, "mnist"),
    ),
    "kmnist": DatasetEntry(
        title="KMNIST",
        help="Ten cursive Japanese characters from old books; downloaded at first use (21 MB).",
        class_names=class_names.KUZUSHIJI,
        image_shape=(1, 28, 28),
        num_train=60_000,
        num_test=10_000,
        load=partial(_load_published, "kmnist"),
        is_here=partial(_published_is_here, "kmnist"),
    ),
    "emnist": DatasetEntry(
        title="EMNIST letters and digits",
        help="Handwritten digits and letters, the balanced split of 47 classes; downloaded at first use (560 MB).",
        class_names=class_names.LETTERS_AND_DIGITS,
        image_shape=(1, 28, 28),
        num_train=112_800,
        num_test=18_800,
        load=partial(_load_published, "emnist"),
        is_here=partial(_published_is_here, "emnist"),
    ),
    "cifar-10": DatasetEntry(
        title="CIFAR-10",
        help="Small colour photographs of ten kinds of animals and vehicles; downloaded at first use (170 MB).",
        class_names=class_names.CIFAR_10,
        image_shape=(3, 32, 32),
        num_train=50_000,
        num_test=10_000,
        load=partial(_load_published, "cifar-10"),
        is_here=partial(_published_is_here, "cifar-10"),
    ),
    "cifar-100": DatasetEntry(
        title="CIFAR-100",
        help="Small colour photographs of a hundred kinds of things; downloaded at first use (169 MB).",
        class_names=class_names.CIFAR_100,
        image_shape=(3, 32, 32),
        num_train=50_000,
        num_test=10_000,
        load=partial(_load_published, "cifar-100"),
        is_here=partial(_published_is_here, "cifar-100"),
    ),
    "svhn": DatasetEntry(
        title="SVHN",
        help="Digits of house numbers in street photographs; downloaded at first use (246 MB).",
        class_names=class_names.DIGITS,
        image_shape=(3, 32, 32),
        num_train=73_257,
        num_test=26_032,
        load=partial(_load_published, "svhn"),
        is_here=partial(_published_is_here, "svhn"),
    ),
    "shapes": DatasetEntry(
        title="Shapes",
        help="Ten kinds of drawings made by cnnviz itself; needs no download.",
        class_names=class_names.SHAPES,
        image_shape=(1, 28, 28),
        num_train=60_000,  # as many as Fashion-MNIST, so that its recipes carry over
        num_test=10_000,
        load=_load_shapes,
    ),
}
