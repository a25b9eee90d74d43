"""What the store says and keeps when its database is locked, full, damaged, away, or not to be written."""

import os
import sqlite3
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine, make_url

from cnnviz.errors import StoreError
from cnnviz.training.events import Point
from cnnviz.training.store import Store, open_store
from cnnviz.training.store.database import PATIENCE_S
from tests.training.store.examples import RECIPE, running

NOBODY = 65534
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="root alone mounts, and becomes someone else")


def point(number: int) -> Point:
    return Point(number / 5, 2.0, 0.1, step=number)


@contextmanager
def written_by_another(place: URL) -> Iterator[None]:
    """Let another connection write all the while, as the process of another program would."""
    if place.get_backend_name() == "sqlite":
        other = sqlite3.connect(place.database, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")
        other.close()
    else:
        engine = create_engine(place)
        with engine.begin() as connection:
            connection.exec_driver_sql("LOCK TABLE runs IN EXCLUSIVE MODE")
            yield
        engine.dispose()


def test_a_store_that_another_writes_for_long_is_told_of_and_keeps_everything(place: URL) -> None:
    with Store(place, patience_s=0.2) as store:
        run_id = running(store)
        store.add_point(run_id, 1, point(1))
        with written_by_another(place), pytest.raises(StoreError) as caught:
            store.add_point(run_id, 2, point(2))
        assert "another process has been writing to it" in str(caught.value)
        assert "\n" not in str(caught.value)
        store.add_point(run_id, 2, point(2))
        assert [row.seq for row in store.points(run_id)] == [1, 2]


def test_runs_are_read_while_another_writes(place: URL) -> None:
    with Store(place, patience_s=0.2) as store:
        run_id = running(store)
        with written_by_another(place):
            assert store.run(run_id).status == "running"
            assert store.points(run_id) == ()


def test_a_write_waits_for_another_that_takes_its_time(place: URL) -> None:
    assert PATIENCE_S > 30  # another process may well write for half a minute, on a slow disk
    with Store(place) as store:
        run_id = running(store)
        with written_by_another(place):
            late = threading.Thread(target=lambda: store.add_point(run_id, 1, point(1)))
            late.start()
            late.join(0.3)
            assert late.is_alive()
        late.join()
        assert len(store.points(run_id)) == 1


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], capture_output=True)
    if mounted.returncode:
        pytest.skip("no disk can be mounted here")
    yield folder
    subprocess.run(["umount", folder], check=True)


@needs_root
def test_a_full_disk_is_told_of_and_costs_nothing_that_was_recorded(small_disk: Path) -> None:
    with Store(small_disk / "runs.sqlite3") as store:
        run_id = running(store)
        filler = small_disk / "filler"
        store.add_point(run_id, 1, point(1))
        filler.write_bytes(bytes(os.statvfs(small_disk).f_bavail * os.statvfs(small_disk).f_frsize))
        with pytest.raises(StoreError, match=r"its disk is full .*free some space") as caught:
            [store.add_point(run_id, number, point(number)) for number in range(2, 2000)]
        assert "\n" not in str(caught.value)
        num_before = len(store.points(run_id))
        filler.unlink()
        store.add_point(run_id, num_before + 1, point(num_before + 1))
        assert [row.seq for row in store.points(run_id)] == list(range(1, num_before + 2))
    with sqlite3.connect(small_disk / "runs.sqlite3") as file:
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    file.close()


@pytest.mark.parametrize("content", [b"this is a letter, not a database" * 100, b"SQLite format 3\0" + bytes(50)])
def test_a_file_that_is_no_store_is_told_of_in_one_line_and_left_as_it_is(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "runs.sqlite3"
    path.write_bytes(content)
    with pytest.raises(StoreError, match=r"runs\.sqlite3 is damaged .*move the file away") as caught:
        Store(path)
    assert "\n" not in str(caught.value)
    assert path.read_bytes() == content


def test_a_file_damaged_in_the_middle_is_told_of_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "runs.sqlite3"
    with Store(path) as store:
        for number in range(200):
            store.create_run("name: Tiny\n" + "x" * 500, RECIPE, f"run {number}")
    content = bytearray(path.read_bytes())
    content[8192 : len(content) // 2] = os.urandom(len(content) // 2 - 8192)
    path.write_bytes(content)
    with pytest.raises(StoreError, match=r"is damaged .*move the file away") as caught, Store(path) as store:
        store.runs()
    assert "\n" not in str(caught.value)


@contextmanager
def as_nobody() -> Iterator[None]:
    """Have what is ours no longer be ours: root may write everywhere."""
    os.setegid(NOBODY)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


@pytest.fixture
def others_folder() -> Iterator[Path]:
    """A folder that others may read only; what pytest makes they cannot even see."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        yield Path(folder)


@needs_root
def test_a_folder_that_is_not_ours_to_write_is_told_of_in_one_line(others_folder: Path) -> None:
    with as_nobody(), pytest.raises(StoreError, match=r"runs\.sqlite3 cannot be used: unable to open") as caught:
        Store(others_folder / "runs.sqlite3")
    assert "\n" not in str(caught.value)


@needs_root
def test_a_file_that_is_not_ours_to_write_is_told_of_in_one_line(others_folder: Path) -> None:
    with Store(others_folder / "runs.sqlite3") as store:
        run_id = running(store)
    with as_nobody(), pytest.raises(StoreError, match="check who may write the file and its folder") as caught:
        Store(others_folder / "runs.sqlite3").create_run("x", RECIPE, "x")
    assert "\n" not in str(caught.value)
    with Store(others_folder / "runs.sqlite3") as store:
        assert store.run(run_id).status == "running"


def test_a_clock_that_is_set_back_changes_no_order(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    first = store.create_run("x", RECIPE, "first")
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now - 3600)
    second = store.create_run("x", RECIPE, "second")
    assert store.run(second).created_at < store.run(first).created_at
    assert [run.id for run in store.runs()] == [second, first]
    reserved = store.reserve("auto")
    assert reserved is not None
    assert reserved.id == first
    store.claim(first, pid=1, pid_started=1.0, device="cpu")
    for number in (1, 2, 3):
        store.add_point(first, number, point(number))
    store.stop(first)
    assert [row.step for row in store.points(first)] == [1, 2, 3]


def test_a_server_that_is_away_is_told_of_without_the_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CNNVIZ_STORE", "postgresql+psycopg://ann:geheim@127.0.0.1:1/runs?application_name=geheim")
    with pytest.raises(
        StoreError, match=r"postgresql\+psycopg://ann:\*\*\*@127.0.0.1:1/runs cannot be reached: connection failed"
    ) as caught:
        open_store()
    assert "geheim" not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "address",
    ["mysql://ann:geheim@host/runs", "postgresql+psycopg:/ann:geheim@host", "postgresql://ann:geheim@host:x/y"],
)
def test_an_address_of_no_store_is_told_of_without_the_password(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CNNVIZ_STORE", address)
    with pytest.raises(StoreError, match=r"CNNVIZ_STORE .*it should be like postgresql\+psycopg://") as caught:
        open_store()
    assert "geheim" not in f"{caught.value!r}{caught.value.__cause__!r}"


def test_a_server_that_comes_back_is_written_to_again(postgresql_place: URL) -> None:
    with Store(postgresql_place) as store:
        run_id = running(store)
        store.add_point(run_id, 1, point(1))
        engine = create_engine(make_url(postgresql_place), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        engine.dispose()
        store.add_point(run_id, 2, point(2))
        assert [row.seq for row in store.points(run_id)] == [1, 2]
