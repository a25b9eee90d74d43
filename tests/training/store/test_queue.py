"""Runs that wait for a device, are paused, go on, and belong to a machine."""

import pytest
from sqlalchemy import URL

from cnnviz.errors import RecipeError, StoreError
from cnnviz.training import processes
from cnnviz.training.home import run_folder
from cnnviz.training.store import Store
from tests.training.store.examples import RECIPE, RESULT, progress, queued, running


def reserved(store: Store, device: str = "cpu", **given: str) -> str | None:
    run = store.reserve(device, **given)
    return run.id if run else None


def ended(store: Store, how: str) -> str:
    """A run of 10 epochs that ended in this way after 30 of 100 steps."""
    run_id = running(store)
    store.set_progress(run_id, progress(30))
    match how:
        case "finished":
            store.finish(run_id, RESULT)
        case "failed":
            store.fail(run_id, "no data")
        case "interrupted":
            assert store.interrupt(store.run(run_id), "gone")
        case _:
            getattr(store, {"stopped": "stop", "paused": "pause"}[how])(run_id)
    assert store.run(run_id).status == how
    return run_id


def test_a_device_is_given_to_one_run_at_a_time_in_the_order_of_their_launch(store: Store) -> None:
    first, second, other = queued(store), queued(store), queued(store, device="cuda:0")
    assert reserved(store) == first
    assert reserved(store) is None
    assert reserved(store, "cuda:0") == other
    store.claim(first, pid=1, pid_started=1.0, device="cpu")
    assert reserved(store) is None
    store.finish(first, RESULT)
    assert reserved(store) == second


def test_a_reserved_run_is_of_the_process_that_will_start_its_worker(store: Store) -> None:
    run_id = queued(store)
    run = store.reserve("cpu")
    assert run is not None
    assert (run.id, run.status, run.turn, (run.pid, run.pid_started)) == (run_id, "queued", None, processes.own())
    store.set_worker(run_id, pid=7, pid_started=8.0)
    assert (store.run(run_id).pid, store.run(run_id).pid_started) == (7, 8.0)
    assert store.interrupt(store.run(run_id), "its worker was killed")
    assert store.run(run_id).status == "interrupted"


def test_a_run_whose_own_process_waits_is_taken_by_that_process_only_and_in_its_turn(store: Store) -> None:
    first = queued(store)
    mine = store.create_run("x", RECIPE, "in a terminal", device="cpu", in_foreground=True)
    last = queued(store)
    assert reserved(store, run_id=mine) is None
    assert reserved(store) == first
    store.request_stop(first)
    assert reserved(store) is None  # it is the turn of the run in the terminal
    assert reserved(store, run_id=last) is None
    assert reserved(store, run_id=mine) == mine
    store.request_stop(mine)
    assert reserved(store) == last


def test_devices_that_are_idle_while_runs_wait_for_them_are_told(store: Store) -> None:
    for device in ("cuda:1", "cpu", "cpu"):
        queued(store, device=device)
    assert store.idle_devices() == ("cpu", "cuda:1")
    assert reserved(store, "cuda:1")
    assert store.idle_devices() == ("cpu",)
    running(store)
    assert store.idle_devices() == ()
    assert len(store.active_runs()) == 4
    store.request_stop(store.active_runs()[-1].id)
    assert len(store.active_runs()) == 3


@pytest.mark.parametrize("how", ["paused", "stopped", "failed", "interrupted"])
def test_a_run_that_did_not_finish_waits_again_at_the_end_of_the_line(how: str, store: Store) -> None:
    run_id = ended(store, how)
    before = queued(store)
    store.requeue(run_id)
    run = store.run(run_id)
    assert (run.status, run.pid, run.error, run.ended_at, run.request) == ("queued", None, None, None, None)
    assert (run.step, run.num_steps, run.recipe) == (30, 100, RECIPE)
    assert (reserved(store), store.request_stop(before), reserved(store)) == (before, None, run_id)


def test_a_finished_run_goes_on_for_more_epochs_only(store: Store) -> None:
    run_id = ended(store, "finished")
    for epochs in (None, 3, 10):
        with pytest.raises(StoreError, match=f"run {run_id} has 10 epochs already"):
            store.requeue(run_id, epochs)
    assert store.run(run_id).status == "finished"
    store.requeue(run_id, 25)
    assert (store.run(run_id).recipe.epochs, store.run(run_id).num_steps) == (25, 250)


def test_a_run_may_be_given_other_epochs_but_none_that_it_has_and_none_that_cannot_be(store: Store) -> None:
    run_id = ended(store, "stopped")
    with pytest.raises(StoreError, match="has 3 epochs already"):
        store.requeue(run_id, 2)
    with pytest.raises(RecipeError, match="epochs should be less than or equal to 10000, not 1000000"):
        store.requeue(run_id, 1_000_000)
    store.requeue(run_id, 5)
    assert (store.run(run_id).recipe, store.run(run_id).num_steps) == (RECIPE.model_copy(update={"epochs": 5}), 50)


def test_a_run_that_waits_or_runs_is_not_queued_again(store: Store) -> None:
    for run_id in (queued(store), running(store)):
        with pytest.raises(StoreError, match=f"run {run_id} is (queued|running)"):
            store.requeue(run_id)


def test_a_running_run_is_asked_to_pause_and_to_stop_rather(store: Store) -> None:
    run_id = running(store)
    store.request_pause(run_id)
    assert store.set_progress(run_id, progress(1)) == "pause"
    store.request_stop(run_id)
    store.request_pause(run_id)
    assert store.set_progress(run_id, progress(2)) == "stop"
    store.pause(run_id)
    assert (store.run(run_id).status, store.run(run_id).request) == ("paused", None)


def test_a_waiting_run_is_paused_and_a_paused_one_stopped_at_once(store: Store) -> None:
    run_id = queued(store)
    store.request_pause(run_id)
    assert (store.run(run_id).status, reserved(store)) == ("paused", None)
    store.request_stop(run_id)
    assert store.run(run_id).status == "stopped"


def test_machines_take_their_own_runs_and_judge_others_by_their_silence(
    postgresql_place: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store(postgresql_place) as store:
        here = queued(store)
        monkeypatch.setattr(processes, "host", lambda: "elsewhere")
        there = queued(store)
        assert reserved(store) == there
        store.claim(there, pid=1, pid_started=1.0, device="cpu")
        monkeypatch.undo()
        assert store.run(there).host == "elsewhere"
        assert [run.id for run in store.active_runs()] == [here]
        assert reserved(store) == here  # the other machine's device is no hindrance
        assert store.interrupt_silent("silent", silence_s=60.0) == ()
        assert store.interrupt_silent("silent", silence_s=0.0) == (there,)
        assert [(run.id, run.status) for run in store.runs()] == [(there, "interrupted"), (here, "queued")]


def test_runs_of_a_file_are_this_machines_whatever_it_is_called_now(
    sqlite_place: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store(sqlite_place) as store:
        run_id = queued(store)
        monkeypatch.setattr(processes, "host", lambda: "renamed")
        assert store.interrupt_silent("silent", silence_s=0.0) == ()
        assert reserved(store) == run_id


def test_a_run_goes_on_where_its_checkpoints_are(postgresql_place: URL, monkeypatch: pytest.MonkeyPatch) -> None:
    with Store(postgresql_place) as store:
        run_id = ended(store, "paused")
        monkeypatch.setattr(processes, "host", lambda: "elsewhere")
        with pytest.raises(StoreError, match=rf"run {run_id} was trained on \S+, where its checkpoints are"):
            store.requeue(run_id)
        assert store.run(run_id).status == "paused"
        (run_folder(run_id) / "checkpoints").mkdir()  # as on a disk that both have
        store.requeue(run_id)
        assert store.run(run_id).host == "elsewhere"


def test_a_run_that_was_not_begun_goes_on_anywhere(postgresql_place: URL, monkeypatch: pytest.MonkeyPatch) -> None:
    with Store(postgresql_place) as store:
        run_id = queued(store)
        store.request_pause(run_id)
        monkeypatch.setattr(processes, "host", lambda: "elsewhere")
        store.requeue(run_id)
        assert reserved(store) == run_id
