"""What a person writes on runs, and runs that are deleted."""

import os

import pytest

from cnnviz.errors import StoreError
from cnnviz.training.events import LayerStatistics, Point
from cnnviz.training.home import home, run_folder
from cnnviz.training.store import Store
from tests.training.store.examples import RESULT, queued, running


def test_name_tags_and_notes_are_kept_as_they_were_written(store: Store) -> None:
    run_id = queued(store)
    store.rename(run_id, "  Größe 2 🦊 ")
    store.set_tags(run_id, ("wide", " deep ", "wide", "", "'; DROP TABLE runs; --"))
    store.set_notes(run_id, "two\nlines\n")
    run = store.run(run_id)
    assert (run.name, run.tags) == ("Größe 2 🦊", ("wide", "deep", "'; DROP TABLE runs; --"))
    assert run.notes == "two\nlines\n"
    store.set_tags(run_id, ())
    assert store.run(run_id).tags == ()


def test_a_blank_name_is_refused(store: Store) -> None:
    run_id = queued(store)
    with pytest.raises(StoreError, match="needs a name that is not blank"):
        store.rename(run_id, " \n")
    assert store.run(run_id).name == "Tiny"


def test_what_no_database_can_hold_is_replaced(store: Store) -> None:
    run_id = running(store)
    store.set_notes(run_id, "a\0b\ud800c")
    assert store.run(run_id).notes == "a\N{REPLACEMENT CHARACTER}b?c"
    store.fail(run_id, "bytes \0 of a file")
    assert store.run(run_id).error == "bytes \N{REPLACEMENT CHARACTER} of a file"


def test_a_run_is_deleted_with_its_points_and_its_files_and_no_other_is(store: Store) -> None:
    run_id, other = running(store), running(store)
    for each in (run_id, other):
        store.add_point(each, 1, Point(0.2, 2.0, 0.1, layers=(LayerStatistics("0", 1.0, 0.1),)))
        (run_folder(each) / "weights.safetensors").write_bytes(b"0")
    store.finish(run_id, RESULT)
    store.delete(run_id)
    with pytest.raises(StoreError, match=f"there is no run {run_id}"):
        store.points(run_id)
    assert [folder.name for folder in (home() / "runs").iterdir()] == [other]
    assert (len(store.points(other)), len(store.layer_points(other))) == (1, 1)
    with store._database.reading() as connection:
        for table in ("points", "layer_points"):
            assert connection.exec_driver_sql(f"SELECT run_id FROM {table}").all() == [(other,)]


def test_a_run_that_waits_or_runs_is_not_deleted(store: Store) -> None:
    for run_id in (queued(store), running(store)):
        with pytest.raises(StoreError, match="stop it before it is deleted"):
            store.delete(run_id)
    assert len(store.runs()) == 2


def test_a_run_whose_files_cannot_be_removed_is_still_there(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    run_id = running(store)
    store.finish(run_id, RESULT)
    run_folder(run_id)
    monkeypatch.setattr(os, "rmdir", denied)
    with pytest.raises(StoreError, match=rf"cannot remove .*{run_id}: permission denied"):
        store.delete(run_id)
    assert store.run(run_id).status == "finished"


def denied(*path: object, **options: object) -> None:
    raise PermissionError(13, "permission denied")
