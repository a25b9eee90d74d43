"""The published data sets that torchvision fetches and reads; each kept in a folder of its own in cnnviz's home."""

import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnviz.errors import DataError
from cnnviz.training.home import home

Split = tuple[NDArray[np.uint8], NDArray[np.int64]]

PATIENCE_S = 30.0  # without a byte from the other side before a download counts as failed


@dataclass(frozen=True)
class Source:
    """One of torchvision's data sets: its class there, and how its two splits are read.

    `read` takes that class, a folder, whether the training split is wanted and whether to download it first.
    """

    title: str
    dataset: str
    read: Callable[[Any, Path, bool, bool], Split]
    download: str


def _grey(dataset: Any, root: Path, train: bool, download: bool) -> Split:
    data = dataset(root, train=train, download=download)
    return data.data.unsqueeze(1).numpy(), data.targets.numpy()


def _letters(dataset: Any, root: Path, train: bool, download: bool) -> Split:
    """EMNIST's files hold each image with its rows and columns exchanged."""
    data = dataset(root, split="balanced", train=train, download=download)
    return data.data.transpose(1, 2).unsqueeze(1).contiguous().numpy(), data.targets.numpy()


def _colour(dataset: Any, root: Path, train: bool, download: bool) -> Split:
    data = dataset(root, train=train, download=download)
    return np.ascontiguousarray(data.data.transpose(0, 3, 1, 2)), np.array(data.targets, np.int64)


def _house_numbers(dataset: Any, root: Path, train: bool, download: bool) -> Split:
    data = dataset(root, split="train" if train else "test", download=download)
    return np.ascontiguousarray(data.data), data.labels


SOURCES: dict[str, Source] = {
    "mnist": Source("MNIST", "MNIST", _grey, "12 MB"),
    "kmnist": Source("KMNIST", "KMNIST", _grey, "21 MB"),
    "emnist": Source("EMNIST", "EMNIST", _letters, "560 MB"),
    "cifar-10": Source("CIFAR-10", "CIFAR10", _colour, "170 MB"),
    "cifar-100": Source("CIFAR-100", "CIFAR100", _colour, "169 MB"),
    "svhn": Source("SVHN", "SVHN", _house_numbers, "246 MB"),
}


def is_here(name: str) -> bool:
    """Whether the data set has been downloaded."""
    return _folder(name).is_dir()


def load(name: str) -> tuple[Split, Split]:
    """Return the training and the test split: images uint8 (N, C, H, W), labels int64 (N,).

    What is not in cnnviz's home is downloaded. Raises DataError when it is not to be had or damaged.
    """
    source, folder = SOURCES[name], _folder(name)
    if not folder.is_dir():
        _fetch(source, folder)
    try:
        return _read(source, folder, download=False)
    except Exception as error:  # whatever a reader says of bytes that are not what it expects
        raise DataError(
            f"the files of {source.title} in {folder} cannot be read: {_cause(error)}. Remove that folder and try"
            " again, and they are downloaded anew"
        ) from error


def _folder(name: str) -> Path:
    return home() / "data" / name


def _read(source: Source, folder: Path, *, download: bool) -> tuple[Split, Split]:
    import torchvision.datasets

    dataset = getattr(torchvision.datasets, source.dataset)
    return source.read(dataset, folder, True, download), source.read(dataset, folder, False, download)


def _fetch(source: Source, folder: Path) -> None:
    """Download into a folder beside, so that what a broken download leaves is never found again."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(dir=folder.parent, prefix="download-"))
    try:
        with _patience():
            _read(source, scratch, download=True)
        _remove_archives(scratch)
        os.rename(scratch, folder)
    except Exception as error:  # torchvision, urllib, the socket, the disk and the readers each have their own
        raise _not_fetched(source, folder, error) from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _remove_archives(folder: Path) -> None:
    """Remove what was only downloaded to be unpacked."""
    for path in folder.rglob("*"):
        if path.is_file() and path.suffix in (".gz", ".zip"):
            path.unlink()


@contextmanager
def _patience() -> Iterator[None]:
    """Let no download wait for ever: torchvision sets no limit of its own."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(PATIENCE_S)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)


def _not_fetched(source: Source, folder: Path, error: Exception) -> DataError:
    return DataError(
        f"{source.title} is not on this computer, and its download ({source.download}) failed: {_cause(error)}."
        f" Connect to the internet and try again; or put the files, as torchvision keeps them, into {folder}; or train"
        " on shapes, which needs no download"
    )


def _cause(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
