import json
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from cnnviz.errors import DataError
from cnnviz.training import background
from cnnviz.training.background import Report, State, forget, look, run, start, stop, work_folder

WORKER = """
import sys, time
from pathlib import Path
from cnnviz.training.background import run

def work(request, report):
    report(3, 7)
    if request["wait"]:
        time.sleep(600)
    return request["answer"]

sys.exit(run(Path(sys.argv[1]), work))
"""


@pytest.fixture
def folder(home_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    (home_folder / "modules").mkdir(parents=True)
    (home_folder / "modules" / "patient_work.py").write_text(WORKER)
    monkeypatch.setenv("PYTHONPATH", ":".join([str(home_folder / "modules"), *sys.path]))
    folder = work_folder("test")
    yield folder
    forget(folder)


def wait(folder: Path, *, until: str) -> State:
    while True:
        state = look(folder)
        if state and until in (state.status, f"{state.done} of {state.total}"):
            return state
        process = psutil.Process(json.loads((folder / "process.json").read_text())[0])
        psutil.wait_procs([process], timeout=0.05)


def test_what_was_started_tells_how_far_it_is_and_what_it_gave(folder: Path) -> None:
    assert look(folder) is None
    start(folder, "patient_work", {"wait": False, "answer": [1, "two"]})
    state = wait(folder, until="done")
    assert (state.result, state.error) == ([1, "two"], None)


def test_what_is_under_way_is_not_started_again_and_can_be_stopped(folder: Path) -> None:
    start(folder, "patient_work", {"wait": True, "answer": None})
    wait(folder, until="3 of 7")
    pid = json.loads((folder / "process.json").read_text())[0]
    start(folder, "patient_work", {"wait": False, "answer": None})
    assert json.loads((folder / "process.json").read_text())[0] == pid
    stop(folder)
    assert wait(folder, until="failed").error == "it was stopped"
    stop(folder)  # there is nothing left to stop


def test_what_was_killed_has_failed_and_can_be_started_again(folder: Path) -> None:
    start(folder, "patient_work", {"wait": True, "answer": None})
    wait(folder, until="3 of 7")
    psutil.Process(json.loads((folder / "process.json").read_text())[0]).kill()
    assert "ended unexpectedly" in str(wait(folder, until="failed").error)
    start(folder, "patient_work", {"wait": False, "answer": 5})
    assert wait(folder, until="done").result == 5


@pytest.mark.parametrize(
    ("error", "text"), [(DataError("no images in it"), "no images in it"), (KeyError("x"), "KeyError: 'x'")]
)
def test_a_failure_is_told_without_a_traceback(
    folder: Path, error: Exception, text: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(request: object, report: Report) -> None:
        raise error

    monkeypatch.setattr(background.signal, "signal", lambda *_: None)
    folder.mkdir(parents=True)
    (folder / "request.json").write_text("{}")
    assert run(folder, fail) == 1
    state = look(folder)
    assert state
    assert (state.status, state.error) == ("failed", text)
    assert "Traceback" in capsys.readouterr().err  # in the log of the work
