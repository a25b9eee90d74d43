import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from cnnviz.training import processes


@pytest.fixture
def child() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        yield process
        process.kill()


@pytest.fixture
def set_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, child: subprocess.Popen[bytes]):
    """Make psutil see this machine with its clock set forward: Linux then tells a later date of its start."""

    def set_forward(seconds: int) -> None:
        (tmp_path / "self").symlink_to("/proc/self")
        for pid in (os.getpid(), child.pid):
            (tmp_path / str(pid)).symlink_to(f"/proc/{pid}")
        booted = f"btime {int(psutil.boot_time())}"
        stat = Path("/proc/stat").read_text()
        assert booted in stat
        (tmp_path / "stat").write_text(stat.replace(booted, f"btime {int(psutil.boot_time()) + seconds}"))
        monkeypatch.setattr(psutil, "PROCFS_PATH", str(tmp_path))

    return set_forward


@pytest.mark.skipif(sys.platform != "linux", reason="makes a /proc of its own")
def test_process_is_known_again_after_the_clock_was_set(child, set_clock):
    began, date = processes.started(child.pid), psutil.Process(child.pid).create_time()
    set_clock(86_400)
    assert psutil.Process(child.pid).create_time() == pytest.approx(date + 86_400, abs=2)
    assert processes.started(child.pid) == pytest.approx(began, abs=0.001)
    assert not processes.is_gone(child.pid, began)


def test_clock_that_is_set_between_two_readings_changes_nothing(child, monkeypatch):
    began, booted = processes.started(child.pid), psutil.boot_time()
    dates = iter([booted - 3600, booted, booted, booted])
    monkeypatch.setattr(psutil, "boot_time", lambda: next(dates))
    assert processes.started(child.pid) == pytest.approx(began, abs=0.001)


def test_process_that_ended_is_gone(child):
    began = processes.started(child.pid)
    child.kill()
    child.wait()
    assert processes.is_gone(child.pid, began)
