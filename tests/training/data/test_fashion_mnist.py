import gzip
import shutil
from pathlib import Path
from urllib.error import URLError

import numpy as np
import pytest
import torchvision

from cnnviz.errors import DataError
from cnnviz.training.data import fashion_mnist
from cnnviz.training.data.fashion_mnist import FILES, SYSTEM_FOLDERS, load

DEBIAN = SYSTEM_FOLDERS[0]
needs_debian = pytest.mark.skipif(not DEBIAN.is_dir(), reason="the package dataset-fashion-mnist is not installed")
WAYS = ("sudo apt-get install dataset-fashion-mnist", "connect to the internet", "shapes, which needs no download")


def no_download(root: Path) -> None:
    raise AssertionError("nothing should be downloaded")


def offline(root: Path) -> None:
    (root / "FashionMNIST" / "raw").mkdir(parents=True)
    (root / "FashionMNIST" / "raw" / "train-labels-idx1-ubyte").write_bytes(b"half")
    raise URLError("Name or service not known")


def refused(root: Path, *, system: tuple[Path, ...] = (), download: object = no_download) -> str:
    with pytest.raises(DataError) as caught:
        load(root=root, system_folders=system, download=download)  # type: ignore[arg-type]
    text = str(caught.value)
    assert all(way in text for way in (*WAYS, str(root / "fashion-mnist")))
    return text


def unpack(folder: Path) -> None:
    folder.mkdir(parents=True)
    for name in FILES:
        (folder / name).write_bytes(gzip.decompress((DEBIAN / f"{name}.gz").read_bytes()))


@needs_debian
def test_debians_files_are_what_torchvision_reads(tmp_path: Path) -> None:
    unpack(tmp_path / "other" / "FashionMNIST" / "raw")
    (train_images, train_labels), (test_images, test_labels) = load(root=tmp_path / "data", download=no_download)
    for images, labels, is_train in ((train_images, train_labels, True), (test_images, test_labels, False)):
        theirs = torchvision.datasets.FashionMNIST(root=tmp_path / "other", train=is_train)
        assert np.array_equal(images[:, 0], theirs.data.numpy())
        assert np.array_equal(labels, theirs.targets.numpy())


@needs_debian
@pytest.mark.parametrize("layout", ["fashion-mnist", "FashionMNIST/raw"])
def test_persons_own_files_come_first_and_may_be_unpacked(layout: str, tmp_path: Path) -> None:
    unpack(tmp_path / layout)
    (tmp_path / layout / "train-labels-idx1-ubyte").write_bytes(b"wrong")
    assert "train-labels-idx1-ubyte is cut short" in refused(tmp_path, system=SYSTEM_FOLDERS)
    (tmp_path / layout / "train-labels-idx1-ubyte").unlink()
    shutil.copy(DEBIAN / "train-labels-idx1-ubyte.gz", tmp_path / layout)
    (images, _), _ = load(root=tmp_path, system_folders=(), download=no_download)
    assert len(images) == 60_000


@needs_debian
@pytest.mark.parametrize("name", FILES)
def test_gzip_file_cut_short_says_how_much_is_there(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "fashion-mnist"
    shutil.copytree(DEBIAN, folder)
    packed = (folder / f"{name}.gz").read_bytes()
    (folder / f"{name}.gz").write_bytes(packed[: len(packed) // 2])
    text = refused(tmp_path)
    assert f"{name}.gz is cut short: " in text
    assert f"{FILES[name].size_bytes:,} expected" in text


def test_missing_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "fashion-mnist").mkdir()
    assert "fashion-mnist lacks train-labels-idx1-ubyte (or train-labels-idx1-ubyte.gz)" in refused(tmp_path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is cut short: 0 bytes unpacked, 60,008 expected"),
        (bytes(60_008), "is damaged: SHA-256"),
        (bytes(70_000), "is too long"),
    ],
)
def test_wrong_content_is_refused(content: bytes, words: str, tmp_path: Path) -> None:
    for folder, name, data in (
        ("plain", "train-labels-idx1-ubyte", content),
        ("packed", "train-labels-idx1-ubyte.gz", gzip.compress(content)),
    ):
        (tmp_path / folder / "fashion-mnist").mkdir(parents=True)
        (tmp_path / folder / "fashion-mnist" / name).write_bytes(data)
        assert words in refused(tmp_path / folder)


def test_file_that_is_no_gzip_is_refused(tmp_path: Path) -> None:
    (tmp_path / "fashion-mnist").mkdir()
    (tmp_path / "fashion-mnist" / "train-labels-idx1-ubyte.gz").write_bytes(b"<html>not found</html>")
    assert "train-labels-idx1-ubyte.gz cannot be read" in refused(tmp_path)


def test_no_internet_is_told_and_leaves_nothing_behind(tmp_path: Path) -> None:
    assert "the download of Fashion-MNIST failed: <urlopen error Name or" in refused(tmp_path, download=offline)
    assert list(tmp_path.iterdir()) == []
    assert "the download of Fashion-MNIST failed" in refused(tmp_path, download=offline)


def test_torchvisions_own_failure_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torchvision.datasets.FashionMNIST, "mirrors", ["http://127.0.0.1:9/"])
    text = refused(tmp_path, download=fashion_mnist.download)
    assert "Connection refused" in text
    assert "\n" not in text


@needs_debian
def test_download_is_kept_for_the_next_time(tmp_path: Path) -> None:
    (first, _), _ = load(root=tmp_path, system_folders=(), download=lambda root: unpack(root / "FashionMNIST" / "raw"))
    (second, _), _ = load(root=tmp_path, system_folders=(), download=no_download)
    assert np.array_equal(first, second)
    assert [path.name for path in tmp_path.iterdir()] == ["FashionMNIST"]


def test_damaged_download_is_not_kept(tmp_path: Path) -> None:
    def damaged(root: Path) -> None:
        (root / "FashionMNIST" / "raw").mkdir(parents=True)
        (root / "FashionMNIST" / "raw" / "train-labels-idx1-ubyte").write_bytes(bytes(60_008))

    assert "is damaged" in refused(tmp_path, download=damaged)
    assert list(tmp_path.iterdir()) == []
