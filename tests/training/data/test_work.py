import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from urllib.error import URLError

import pytest

from cnnviz.errors import DataError
from cnnviz.training.background import State, work_folder
from cnnviz.training.data import datasets
from cnnviz.training.data.own.importing import Import
from cnnviz.training.data.work import adding, fetching, forget_import, import_folder, main, start_fetch, start_import

Draw = Callable[..., Path]


def outcome(look: Callable[[], State | None]) -> State:
    while (state := look()) is None or state.status == "running":
        time.sleep(0.05)
    return state


def test_images_are_added_in_a_process_of_their_own(home_folder: Path, draw: Draw) -> None:
    start_import(draw("a", "b"), " mine ", Import(side=8))
    state = outcome(lambda: next((each.state for each in adding() if each.name == "mine"), None))
    assert (state.status, state.result) == ("done", "mine")
    assert datasets()["mine"].num_train == 8
    forget_import("mine")
    assert adding() == ()
    assert "mine" in datasets()
    with pytest.raises(DataError, match="already a data set 'mine'"):
        start_import(draw("a", "b"), "mine", Import(side=8))


def test_a_zip_that_was_sent_goes_when_it_has_been_read(
    home_folder: Path, draw: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = import_folder("sent")
    folder.mkdir(parents=True)
    sent = Path(shutil.make_archive(str(folder / "sent"), "zip", draw("a", "b")))
    monkeypatch.setattr("cnnviz.training.background.start", _write_request)
    monkeypatch.setattr("cnnviz.training.background.signal.signal", lambda *_: None)
    start_import(sent, "sent", Import(side=8))
    assert main(str(folder)) == 0
    assert not sent.exists()
    assert "sent" in datasets()


def _write_request(folder: Path, module: str, request: object) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "request.json").write_text(json.dumps(request))


def test_a_download_that_fails_says_why(home_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def offline(*_: object, **__: object) -> None:
        raise URLError("Name or service not known")

    monkeypatch.setattr("urllib.request.urlopen", offline)
    monkeypatch.setattr("cnnviz.training.background.start", _write_request)
    monkeypatch.setattr("cnnviz.training.background.signal.signal", lambda *_: None)
    assert fetching("kmnist") is None
    start_fetch("kmnist")
    assert main(str(work_folder("fetch-kmnist"))) == 1
    state = fetching("kmnist")
    assert state
    assert state.status == "failed"
    assert (state.error or "").startswith("KMNIST is not on this computer, and its download (21 MB) failed")
