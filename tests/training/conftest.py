from collections.abc import Iterator
from pathlib import Path

import pytest

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
