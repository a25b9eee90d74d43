import resource
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import numpy as np
import pytest

from cnnviz.training.data.own.keeping import ARRAYS, META, Meta, own_folder
from cnnviz.training.data.shapes import draw
from cnnviz.training.data.table import DATASETS
from cnnviz.training.store import Store, open_store

TINY = """
name: Tiny
input_shape: [1, 28, 28]
layers:
  - Conv2d(out_channels=4, kernel_size=5, stride=3)
  - ReLU()
  - Flatten()
  - Linear(out_features=10)
"""


@pytest.fixture
def tiny() -> str:
    return TINY


@pytest.fixture
def home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    monkeypatch.setenv("CNNVIZ_HOME", str(folder))
    return folder


@pytest.fixture
def store(home_folder: Path) -> Iterator[Store]:
    with open_store() as store:
        yield store


@pytest.fixture
def few(home_folder: Path) -> str:
    """The name of a data set of a hundred images, which is there at once."""
    keep_few("few")
    return "few"


def keep_few(name: str, *, num_train: int = 100, num_test: int = 20) -> None:
    """Keep some of the Shapes as an own data set."""
    arrays = dict(zip(ARRAYS, (*draw(num_train, seed=1), *draw(num_test, seed=2)), strict=True))
    meta = Meta(
        class_names=DATASETS["shapes"].class_names,
        image_shape=(1, 28, 28),
        num_train=num_train,
        num_test=num_test,
        origin="Shapes",
        fingerprint="",
        created_at=0.0,
    )
    folder = own_folder() / name
    folder.mkdir(parents=True)
    for each, array in arrays.items():
        np.save(folder / f"{each}.npy", array)
    (folder / META).write_text(meta.model_dump_json())


@pytest.fixture
def files_of_at_most() -> Callable[[int], AbstractContextManager[None]]:
    """A context in which no file can grow beyond a number of bytes, as on a disk that is full."""
    return _files_of_at_most


@contextmanager
def _files_of_at_most(size_bytes: int) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
