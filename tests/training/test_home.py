from pathlib import Path

import pytest

from cnnviz.errors import StoreError
from cnnviz.training.home import home, run_folder


def test_home_is_made_where_the_variable_says(home_folder: Path) -> None:
    assert home() == home_folder
    assert home_folder.is_dir()


def test_home_is_absolute_whatever_the_variable_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CNNVIZ_HOME", "here")
    assert home() == tmp_path / "here"


def test_home_without_the_variable_is_the_users_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CNNVIZ_HOME", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert home().name == "cnnviz"
    assert tmp_path in home().parents


def test_run_folder_is_made_below_home(home_folder: Path) -> None:
    assert run_folder("ab12") == home_folder / "runs" / "ab12"
    assert run_folder("ab12").is_dir()


@pytest.mark.parametrize("below", ["", "deeper"])
def test_home_that_cannot_be_made_says_where_why_and_what_to_do(
    below: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "file"
    file.write_text("")
    monkeypatch.setenv("CNNVIZ_HOME", str(file / below))
    with pytest.raises(StoreError, match="set CNNVIZ_HOME to a folder you can write") as caught:
        home()
    assert str(file) in str(caught.value)
