"""What all tests share: a home of their own, so that no test touches a person's runs."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from cnnviz import cli
from cnnviz.training.home import home

settings.register_profile("cnnviz", deadline=None)  # how long an example takes says nothing on a busy machine
settings.load_profile("cnnviz")


def pytest_addoption(parser) -> None:
    parser.addoption("--overwrite", action="store_true", help="write the golden files anew")


@pytest.fixture
def overwrite(request) -> bool:
    """Whether golden files are written anew."""
    return request.config.getoption("--overwrite")


@pytest.fixture(autouse=True)
def cnnviz_home(tmp_path_factory, monkeypatch) -> Path:
    """Give the test an empty `$CNNVIZ_HOME` that has the published data sets, but nothing else of the person's."""
    folder = new_home(tmp_path_factory.mktemp("home"))
    monkeypatch.setenv("CNNVIZ_HOME", str(folder))
    return folder


def new_home(folder: Path) -> Path:
    (folder / "data").mkdir()
    for kept in (home() / "data").glob("*"):
        if kept.name != "own":
            (folder / "data" / kept.name).symlink_to(kept)
    return folder


@pytest.fixture(autouse=True)
def main_module(monkeypatch) -> None:
    """Give back what Streamlit's pages take: a test after them may start processes, which look for that module."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


@pytest.fixture
def cnnviz(monkeypatch, capsys):
    """Run the command line in this process: exit code, stdout, stderr."""

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["cnnviz", *arguments])
        with pytest.raises(SystemExit) as ending:
            cli.main()
        output = capsys.readouterr()
        return ending.value.code or 0, output.out, output.err

    return run


@pytest.fixture
def one_thread() -> Iterator[None]:
    """Compute in one thread: small networks are not quicker in several, and on a busy machine much slower."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
