"""A piece of work in a process of its own, which tells how far it is in a file: it outlives page, tab and server."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType
from typing import Any, Literal

import psutil
from pydantic import BaseModel, ConfigDict, ValidationError

from cnnviz.errors import CnnvizError, StoreError
from cnnviz.training import processes
from cnnviz.training.home import home

INTERVAL_S = 0.2  # between two reports that are written

_REQUEST, _STATE, _PROCESS, _LOG = "request.json", "state.json", "process.json", "log.txt"

Report = Callable[[int, int], None]
"""Called with how much has been done, of how much."""


class State(BaseModel):
    """How far a piece of work is; `result` is what it gave, `error` why it failed."""

    model_config = ConfigDict(frozen=True)

    status: Literal["running", "done", "failed"]
    done: int = 0
    total: int = 0
    result: Any = None
    error: str | None = None
    ended_at: float | None = None


def work_folder(name: str) -> Path:
    """Return the folder of a piece of work, which need not exist."""
    return home() / "work" / name


def start(folder: Path, module: str, request: Mapping[str, Any], *, environment: Mapping[str, str] = {}) -> None:
    """Start `python -m module FOLDER` on a request, unless it is under way; what was there of an earlier one goes.

    `environment` is added to this process's. Raises StoreError when the folder cannot be written or no process can be
    started.
    """
    if (state := look(folder)) and state.status == "running":
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in (_STATE, _PROCESS):
            (folder / name).unlink(missing_ok=True)
        (folder / _REQUEST).write_text(json.dumps(request), encoding="utf-8")
        with (folder / _LOG).open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", module, str(folder)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                cwd=home(),
                env={**os.environ, **environment, "CNNVIZ_HOME": str(home())},
            )
        _record(folder, process.pid)
    except OSError as error:
        raise StoreError(f"nothing can be started in {folder}: {error}") from error
    threading.Thread(target=process.wait, daemon=True).start()  # takes note of its end while we are here


def look(folder: Path) -> State | None:
    """Return how far a piece of work is, or None where none was started; one whose process is gone has failed."""
    is_gone = _is_gone(folder)
    state = _read_state(folder)  # after the look at the process, which writes its last word before it ends
    if is_gone is None:
        return state
    if is_gone and (state is None or state.status == "running"):
        return State(status="failed", error=f"its process ended unexpectedly; see {folder / _LOG}")
    return state or State(status="running")


def forget(folder: Path) -> None:
    """Remove what is left of a piece of work; its process is ended first."""
    stop(folder)
    shutil.rmtree(folder, ignore_errors=True)


def stop(folder: Path) -> None:
    """End the process of a piece of work, if it is still there."""
    if _is_gone(folder) is False:
        pid, _ = json.loads((folder / _PROCESS).read_text(encoding="utf-8"))
        os.kill(pid, signal.SIGTERM)


def run(folder: Path, work: Callable[[Mapping[str, Any], Report], Any]) -> int:
    """Do the work asked for in a folder, in this process, and write down how it ends; return an exit code."""
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        request = json.loads((folder / _REQUEST).read_text(encoding="utf-8"))
        result = work(request, _reporter(folder))
        _write(folder, State(status="done", result=result, ended_at=time.time()))
    except KeyboardInterrupt:
        _write(folder, State(status="failed", error="it was stopped", ended_at=time.time()))
        return 1
    except Exception as error:  # whatever goes wrong is how the work ends, and told there
        traceback.print_exc()
        text = str(error) if isinstance(error, CnnvizError) else f"{type(error).__name__}: {error}"
        _write(folder, State(status="failed", error=text, ended_at=time.time()))
        return 1
    return 0


def _reporter(folder: Path) -> Report:
    written_s = -INTERVAL_S

    def report(done: int, total: int) -> None:
        nonlocal written_s
        if time.monotonic() - written_s >= INTERVAL_S:
            written_s = time.monotonic()
            _write(folder, State(status="running", done=done, total=total))

    return report


def _write(folder: Path, state: State) -> None:
    """Write a state whole: who reads meanwhile gets this one or the one before."""
    fresh = folder / f"{_STATE}.new"
    fresh.write_text(state.model_dump_json(), encoding="utf-8")
    os.replace(fresh, folder / _STATE)


def _read_state(folder: Path) -> State | None:
    try:
        return State.model_validate_json((folder / _STATE).read_bytes())
    except (OSError, ValidationError):
        return None


def _record(folder: Path, pid: int) -> None:
    """Write down who does the work. Until it is waited for, even a process that has ended has its id."""
    try:
        started = processes.started(pid)
    except psutil.NoSuchProcess:
        started = 0.0
    (folder / _PROCESS).write_text(json.dumps([pid, started]), encoding="utf-8")


def _is_gone(folder: Path) -> bool | None:
    """Whether the process of a piece of work has ended; None where none is known."""
    try:
        pid, started = json.loads((folder / _PROCESS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return processes.is_gone(pid, started)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
