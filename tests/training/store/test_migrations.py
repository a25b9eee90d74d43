"""Stores of an earlier and of a later cnnviz."""

import os
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine, inspect

from cnnviz.errors import StoreError
from cnnviz.training import processes
from cnnviz.training.records import PointRow
from cnnviz.training.store import Store
from cnnviz.training.store.migrations import NEWEST

VERSION_1 = Path(__file__).with_name("version_1.sql")


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A store of the first version, with runs in all its states and five points."""
    path = tmp_path / "old.sqlite3"
    execute(path, VERSION_1.read_text(encoding="utf-8"))
    return path


def execute(path: Path, script: str) -> None:
    connection = sqlite3.connect(path)
    connection.executescript(script)
    connection.close()


def columns(place: Path | URL) -> dict[str, set[tuple[str, bool]]]:
    """The columns of each table, by name and whether they may be empty."""
    engine = create_engine(place if isinstance(place, URL) else f"sqlite:///{place}")
    found = inspect(engine)
    tables = {
        name: {(each["name"], each["nullable"]) for each in found.get_columns(name)} for name in found.get_table_names()
    }
    engine.dispose()
    return tables


def test_runs_and_points_of_the_first_version_are_kept(old: Path) -> None:
    with Store(old) as store:
        assert [(run.id, run.name, run.status) for run in store.runs()] == [
            ("00000005", "failed", "failed"),
            ("00000004", "asked to stop", "running"),
            ("00000003", "lost before its claim", "queued"),
            ("00000002", "waits", "queued"),
            ("00000001", "Tiny", "finished"),
        ]
        run = store.run("00000001")
        assert (run.loss, run.train_acc, run.test_acc, run.examples_per_s, run.created_at) == (
            0.5,
            0.8,
            0.7,
            1000,
            1.79000006e9,
        )
        assert (run.recipe.lr, run.recipe.epochs, run.recipe.schedule) == (0.9, 2, "constant")
        assert (run.tags, run.notes, run.host) == ((), "", processes.host())
        assert store.points("00000001") == (  # of 20 steps in 2 epochs
            PointRow(1, 5, 0.5, train_loss=2.0, train_acc=0.25),
            PointRow(2, 10, 1.0, train_acc=0.25),
            PointRow(3, 15, 1.5, train_loss=0.75, train_acc=0.25),
            PointRow(4, 20, 2.0, test_acc=0.625),
        )
        assert store.layer_points("00000001") == ()


def test_runs_of_the_first_version_go_on_as_others_do(old: Path) -> None:
    with Store(old) as store:
        assert (store.run("00000004").request, store.run("00000005").request) == ("stop", None)
        run = store.run("00000004")
        assert store.interrupt(run, "gone")
        reserved = store.reserve("auto")
        assert reserved is None  # 00000003 is about to be claimed there, for all we know
        assert store.interrupt(store.run("00000003"), "gone")
        reserved = store.reserve("auto")
        assert reserved is not None
        assert reserved.id == "00000002"
        store.requeue("00000001", 4)
        assert store.run("00000001").num_steps == 40


def test_a_store_that_was_brought_up_to_date_has_the_columns_of_a_new_one(old: Path, place: URL) -> None:
    Store(old).close()
    Store(place).close()
    assert columns(old) == columns(place)
    Store(old).close()


def test_a_store_of_a_newer_cnnviz_is_refused_and_left_alone(place: URL) -> None:
    Store(place).close()
    engine = create_engine(place)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE schema_version SET version = 99")
    with pytest.raises(StoreError, match=rf"made by a newer cnnviz \(version 99 .* {NEWEST}\): update cnnviz"):
        Store(place)
    with engine.begin() as connection:
        assert connection.exec_driver_sql("SELECT version FROM schema_version").all() == [(99,)]
    engine.dispose()


def test_a_store_at_which_a_worker_of_the_first_version_is_stays_as_it_is(old: Path) -> None:
    pid, pid_started = os.getpid(), processes.started(os.getpid())
    execute(old, f"UPDATE runs SET pid = {pid}, pid_started = {pid_started} WHERE status = 'running'")
    before = columns(old)
    with pytest.raises(StoreError, match=rf"run 00000004 is still being trained .* \(process {pid}\)"):
        Store(old)
    assert columns(old) == before


def test_a_step_that_fails_half_way_leaves_the_store_as_it_was(old: Path) -> None:
    execute(old, "CREATE TABLE layer_points (something TEXT)")  # what the last statement but two would make
    before = columns(old)
    with pytest.raises(StoreError, match="layer_points already exists"):
        Store(old)
    assert columns(old) == before
