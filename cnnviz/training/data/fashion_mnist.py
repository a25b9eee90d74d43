"""Fashion-MNIST: found on this computer or downloaded, and never used unless its content is right."""

import hashlib
import os
import tempfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cnnviz.errors import DataError
from cnnviz.training.home import home

Split = tuple[NDArray[np.uint8], NDArray[np.int64]]


@dataclass(frozen=True)
class Content:
    """What an unpacked file must hold."""

    size_bytes: int
    sha256: str


FILES: dict[str, Content] = {
    "train-labels-idx1-ubyte": Content(60_008, "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"),
    "t10k-labels-idx1-ubyte": Content(10_008, "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"),
    "t10k-images-idx3-ubyte": Content(7_840_016, "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"),
    "train-images-idx3-ubyte": Content(47_040_016, "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"),
}
SYSTEM_FOLDERS = (Path("/usr/share/datasets/fashion-mnist"),)  # Debian's and Ubuntu's package


def download(root: Path) -> None:
    """Let torchvision fetch the files into `root`/FashionMNIST/raw."""
    from torchvision.datasets import FashionMNIST

    FashionMNIST(root=root, download=True)


def load(
    *,
    root: Path | None = None,
    system_folders: Sequence[Path] = SYSTEM_FOLDERS,
    download: Callable[[Path], None] = download,
) -> tuple[Split, Split]:
    """Return the training and the test split: images uint8 (N, 1, 28, 28), labels int64 (N,).

    Looks in `root`/fashion-mnist and `root`/FashionMNIST/raw (`root` is data/ in cnnviz's home), then in
    the system's folders, then downloads. Raises DataError when the files are not to be had or damaged.
    """
    root = home() / "data" if root is None else root
    own, fetched = _places(root)
    folder = _found(root, system_folders)
    if folder is None:
        _fetch(root, fetched, download)
    contents = _read_all(folder or fetched, put_into=own)
    return _split(contents, "train"), _split(contents, "t10k")


def is_here() -> bool:
    """Whether the files are on this computer."""
    return _found(home() / "data", SYSTEM_FOLDERS) is not None


def _places(root: Path) -> tuple[Path, Path]:
    """Return where a person puts the files, and where torchvision does."""
    return root / "fashion-mnist", root / "FashionMNIST" / "raw"


def _found(root: Path, system_folders: Sequence[Path]) -> Path | None:
    return next((folder for folder in (*_places(root), *system_folders) if folder.is_dir()), None)


def _fetch(root: Path, target: Path, download: Callable[[Path], None]) -> None:
    """Download into a folder of its own, so that what a broken download leaves is never found again."""
    own = root / "fashion-mnist"
    try:
        root.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=root, prefix="download-") as scratch:
            download(Path(scratch))
            raw = Path(scratch) / "FashionMNIST" / "raw"
            _read_all(raw, put_into=own)
            target.mkdir(parents=True, exist_ok=True)
            for name in FILES:
                os.replace(raw / name, target / name)
    except (OSError, RuntimeError) as error:  # torchvision wraps a failed download in a RuntimeError
        cause = " ".join(str(error).split())
        raise _unavailable(f"the download of Fashion-MNIST failed: {cause}", put_into=own) from error


def _read_all(folder: Path, *, put_into: Path) -> dict[str, bytes]:
    return {name: _read(folder, name, put_into=put_into) for name in FILES}


def _read(folder: Path, name: str, *, put_into: Path) -> bytes:
    """Return a file's unpacked content, which is checked."""
    path = next((path for path in (folder / name, folder / f"{name}.gz") if path.is_file()), None)
    if path is None:
        raise _unavailable(f"{folder} lacks {name} (or {name}.gz)", put_into=put_into)
    expected = FILES[name]
    try:
        content = _unpack(path, limit=expected.size_bytes + 1)
    except (OSError, zlib.error) as error:
        raise _unavailable(f"{path} cannot be read: {error}", put_into=put_into) from error
    if problem := _problem(content, expected):
        raise _unavailable(f"{path} {problem}", put_into=put_into)
    return content


def _unpack(path: Path, *, limit: int) -> bytes:
    """Return at most `limit` bytes; a gzip file cut short yields what there is of it."""
    if path.suffix != ".gz":
        with path.open("rb") as file:
            return file.read(limit)
    return zlib.decompressobj(wbits=31).decompress(path.read_bytes(), limit)


def _problem(content: bytes, expected: Content) -> str | None:
    if len(content) < expected.size_bytes:
        return f"is cut short: {len(content):,} bytes unpacked, {expected.size_bytes:,} expected"
    if len(content) > expected.size_bytes:
        return f"is too long: more than the {expected.size_bytes:,} bytes expected"
    found = hashlib.sha256(content).hexdigest()
    if found != expected.sha256:
        return f"is damaged: SHA-256 of its content is {found[:16]}…, {expected.sha256[:16]}… expected"
    return None


def _unavailable(what: str, *, put_into: Path) -> DataError:
    return DataError(
        f"{what}. Ways to get Fashion-MNIST: on Debian or Ubuntu `sudo apt-get install dataset-fashion-mnist`;"
        f" or put its four files (*-ubyte or *-ubyte.gz) into {put_into}; or connect to the internet and try"
        " again, after removing a damaged folder; or train on shapes, which needs no download"
    )


def _split(contents: dict[str, bytes], prefix: str) -> Split:
    images = np.frombuffer(contents[f"{prefix}-images-idx3-ubyte"], np.uint8, offset=16)
    labels = np.frombuffer(contents[f"{prefix}-labels-idx1-ubyte"], np.uint8, offset=8)
    return images.reshape(-1, 1, 28, 28).copy(), labels.astype(np.int64)
