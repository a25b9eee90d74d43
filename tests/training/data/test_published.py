import gzip
import hashlib
import pickle
import socket
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.error import URLError

import numpy as np
import pytest
import scipy.io
import torchvision
from numpy.typing import NDArray

from cnnviz.errors import DataError
from cnnviz.training.data import DATASETS, find_dataset
from cnnviz.training.data.published import PATIENCE_S, SOURCES, is_here, load

GREY, COLOUR = (5, 28, 28), (5, 32, 32, 3)
Pixels = NDArray[np.uint8]


def noise(shape: tuple[int, ...], seed: int) -> Pixels:
    return np.random.default_rng(seed).integers(0, 256, shape, np.uint8)


TRAIN, TEST, LABELS = noise(COLOUR, 0), noise((3, 32, 32, 3), 1), [0, 1, 9, 1, 0]
GREY_TRAIN, GREY_TEST = noise(GREY, 2), noise((3, 28, 28), 3)


def idx(array: Pixels) -> bytes:
    """Return an array as an idx file, as Yann LeCun laid it down."""
    return struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.tobytes()


def idx_files(folder: Path, train: str, test: str, train_pixels: Pixels, test_pixels: Pixels) -> None:
    folder.mkdir(parents=True)
    for prefix, pixels in ((train, train_pixels), (test, test_pixels)):
        (folder / f"{prefix}-images-idx3-ubyte").write_bytes(idx(pixels))
        (folder / f"{prefix}-labels-idx1-ubyte").write_bytes(idx(np.array(LABELS[: len(pixels)], np.uint8)))


def write_mnist(name: str) -> Callable[[Path], None]:
    return lambda root: idx_files(root / name / "raw", "train", "t10k", GREY_TRAIN, GREY_TEST)


def write_emnist(root: Path) -> None:
    """EMNIST's files hold each image with rows and columns exchanged."""
    train, test = "emnist-balanced-train", "emnist-balanced-test"
    idx_files(root / "EMNIST" / "raw", train, test, GREY_TRAIN.transpose(0, 2, 1), GREY_TEST.transpose(0, 2, 1))


def write_cifar(folder: str, train: list[str], test: str, meta: str, key: str) -> Callable[[Path], None]:
    def write(root: Path) -> None:
        (root / folder).mkdir(parents=True)
        parts = np.array_split(np.arange(len(TRAIN)), len(train))
        for name, part in zip(train, parts, strict=True):
            write_pickle(root / folder / name, TRAIN[part], [LABELS[index] for index in part])
        write_pickle(root / folder / test, TEST, LABELS[: len(TEST)])
        (root / folder / meta).write_bytes(pickle.dumps({"label_names": [], "fine_label_names": []}))

    def write_pickle(path: Path, pixels: Pixels, labels: list[int]) -> None:
        rows = pixels.transpose(0, 3, 1, 2).reshape(len(pixels), -1)  # all red, all green, all blue
        path.write_bytes(pickle.dumps({"data": rows, key: labels}))

    return write


def write_svhn(root: Path) -> None:
    """SVHN's files count images last, and call the digit 0 a 10."""
    root.mkdir(parents=True, exist_ok=True)
    for name, pixels in (("train_32x32.mat", TRAIN), ("test_32x32.mat", TEST)):
        labels = np.array([label or 10 for label in LABELS[: len(pixels)]], np.uint8)[:, None]
        scipy.io.savemat(root / name, {"X": pixels.transpose(1, 2, 3, 0), "y": labels})


CIFAR_10 = write_cifar(
    "cifar-10-batches-py", [f"data_batch_{n}" for n in range(1, 6)], "test_batch", "batches.meta", "labels"
)
CIFAR_100 = write_cifar("cifar-100-python", ["train"], "test", "meta", "fine_labels")
WRITERS: dict[str, Callable[[Path], None]] = {
    "mnist": write_mnist("MNIST"),
    "kmnist": write_mnist("KMNIST"),
    "emnist": write_emnist,
    "cifar-10": CIFAR_10,
    "cifar-100": CIFAR_100,
    "svhn": write_svhn,
}


@pytest.fixture
def unsigned(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let torchvision take files of ours for those whose checksums it knows."""
    for dataset in (torchvision.datasets.CIFAR10, torchvision.datasets.CIFAR100):
        for part in ("train_list", "test_list"):
            monkeypatch.setattr(dataset, part, [[name, None] for name, _ in getattr(dataset, part)])
        monkeypatch.setattr(dataset, "meta", {**dataset.meta, "md5": None})
    files = {part: [url, name, None] for part, (url, name, _) in torchvision.datasets.SVHN.split_list.items()}
    monkeypatch.setattr(torchvision.datasets.SVHN, "split_list", files)


@pytest.mark.usefixtures("unsigned")
@pytest.mark.parametrize("name", SOURCES)
def test_files_are_read_upright_and_in_order(name: str, home_folder: Path) -> None:
    assert not is_here(name)
    WRITERS[name](home_folder / "data" / name)
    assert is_here(name)
    (images, labels), (test_images, test_labels) = load(name)
    is_grey = find_dataset(name).image_shape[0] == 1
    for found, pixels in (
        (images, GREY_TRAIN[:, None] if is_grey else TRAIN.transpose(0, 3, 1, 2)),
        (test_images, GREY_TEST[:, None] if is_grey else TEST.transpose(0, 3, 1, 2)),
    ):
        assert np.array_equal(found, pixels)
        assert found.dtype == np.uint8
        assert found.flags.c_contiguous
    assert (labels.tolist(), test_labels.tolist()) == (LABELS, LABELS[:3])
    assert labels.dtype == test_labels.dtype == np.int64


@pytest.mark.usefixtures("unsigned")
@pytest.mark.parametrize("name", SOURCES)
def test_damaged_files_are_told_in_one_line(name: str, home_folder: Path) -> None:
    folder = home_folder / "data" / name
    WRITERS[name](folder)
    for path in folder.rglob("*"):
        if path.is_file():
            path.write_bytes(path.read_bytes()[:30])
    with pytest.raises(DataError) as caught:
        load(name)
    text = str(caught.value)
    assert text.startswith(f"the files of {SOURCES[name].title} in {folder} cannot be read: ")
    assert "\n" not in text


def test_files_that_torchvision_does_not_know_are_never_unpickled(home_folder: Path) -> None:
    CIFAR_10(home_folder / "data" / "cifar-10")
    with pytest.raises(DataError, match="not found or corrupted"):
        load("cifar-10")


@pytest.mark.parametrize("name", SOURCES)
def test_a_failed_download_says_what_to_do_and_leaves_nothing(
    name: str, home_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def offline(*_: object, **__: object) -> None:
        assert socket.getdefaulttimeout() == PATIENCE_S
        raise URLError("Name or service not known")

    monkeypatch.setattr("urllib.request.urlopen", offline)
    with pytest.raises(DataError) as caught:
        load(name)
    text = str(caught.value)
    assert f"{SOURCES[name].title} is not on this computer, and its download ({SOURCES[name].download}) failed" in text
    assert "Name or service not known" in text
    assert f"put the files, as torchvision keeps them, into {home_folder / 'data' / name}" in text
    assert "\n" not in text
    assert list((home_folder / "data").iterdir()) == []
    assert socket.getdefaulttimeout() is None


def served(monkeypatch: pytest.MonkeyPatch, contents: dict[str, bytes]) -> None:
    """Let torchvision's downloads find files by the ends of their addresses."""

    def retrieve(url: str, filename: Any, chunk_size: int = 0) -> None:
        Path(filename).write_bytes(contents[url.rsplit("/", 1)[1]])

    monkeypatch.setattr("torchvision.datasets.utils._urlretrieve", retrieve)
    monkeypatch.setattr("torchvision.datasets.utils._get_redirect_url", lambda url, max_hops: url)


def packed_emnist(tmp_path: Path) -> bytes:
    write_emnist(tmp_path / "packed")
    with zipfile.ZipFile(tmp_path / "gzip.zip", "w") as archive:
        for path in (tmp_path / "packed" / "EMNIST" / "raw").iterdir():
            archive.writestr(f"gzip/{path.name}.gz", gzip.compress(path.read_bytes()))
    return (tmp_path / "gzip.zip").read_bytes()


def test_a_download_is_kept_without_what_it_was_packed_in(
    home_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = packed_emnist(tmp_path)
    monkeypatch.setattr(torchvision.datasets.EMNIST, "md5", hashlib.md5(content).hexdigest())
    served(monkeypatch, {"gzip.zip": content})
    (images, _), _ = load("emnist")
    assert np.array_equal(images[:, 0], GREY_TRAIN)
    kept = {path.name for path in (home_folder / "data" / "emnist").rglob("*") if path.is_file()}
    assert kept == {
        f"emnist-balanced-{part}-{what}"
        for part in ("train", "test")
        for what in ("images-idx3-ubyte", "labels-idx1-ubyte")
    }
    served(monkeypatch, {})  # nothing is fetched again
    (again, _), _ = load("emnist")
    assert np.array_equal(again, images)


def test_a_damaged_download_is_not_kept(home_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    served(monkeypatch, {"gzip.zip": b"not a zip"})
    with pytest.raises(DataError, match=r"its download \(560 MB\) failed: File not found or corrupted"):
        load("emnist")
    assert list((home_folder / "data").iterdir()) == []


def test_class_names_are_those_of_torchvision() -> None:
    assert DATASETS["kmnist"].class_names == tuple(torchvision.datasets.KMNIST.classes)
    assert DATASETS["emnist"].class_names == tuple(torchvision.datasets.EMNIST.classes_split_dict["balanced"])
    assert [len(DATASETS[name].class_names) for name in ("mnist", "cifar-10", "cifar-100", "svhn")] == [10, 10, 100, 10]
    assert all(len(set(entry.class_names)) == len(entry.class_names) for entry in DATASETS.values())
