import logging
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing

import pytest
import torch
from safetensors.torch import load_file

import cnnviz
from cnnviz.errors import StoreError
from cnnviz.training import checkpoint_folder, recording
from cnnviz.training.data import load_dataset
from cnnviz.training.events import Event, Point, Progress, Result, TestPoint
from cnnviz.training.home import log_path, run_folder
from cnnviz.training.initialization import initialize
from cnnviz.training.loop import train
from cnnviz.training.recipe import Recipe, make_recipe
from cnnviz.training.store import Store
from cnnviz.training.worker import execute, main

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture
def recipe(few: str) -> Recipe:
    return make_recipe(data=few, batch_size=25, epochs=2, device="cpu", seed=3, lr=0.1)


@pytest.fixture
def queued(store: Store, tiny: str, recipe: Recipe) -> Callable[..., str]:
    def queue(text: str = tiny, **settings: object) -> str:
        return store.create_run(text, recipe.model_copy(update=settings), "Tiny")

    return queue


def at_step(step: int, act: Callable[[], object]) -> Callable[[Event], None]:
    """What acts when a step is done, once."""
    done = []

    def on_event(event: Event) -> None:
        if isinstance(event, Progress) and event.step == step and not done:
            done.append(event)
            act()

    return on_event


def stop_at(step: int, store: Store, run_id: str) -> Callable[[Event], None]:
    return at_step(step, lambda: store.request_stop(run_id))


def saved(run_id: str) -> str | None:
    path = checkpoint_folder.newest(run_folder(run_id) / "checkpoints")
    return path and path.name


def weights(run_id: str) -> dict[str, torch.Tensor]:
    return load_file(run_folder(run_id) / "weights.safetensors")


def log_of(run_id: str) -> str:
    return log_path(run_id).read_text(encoding="utf-8")


def assert_went_alike(store: Store, one: str, other: str) -> None:
    """Two runs ended with the same weights, and have the same curves but for times and loads."""
    assert store.run(one).status == store.run(other).status == "finished"
    assert all(torch.equal(tensor, weights(other)[name]) for name, tensor in weights(one).items())
    assert curves(store, one) == curves(store, other)


def curves(store: Store, run_id: str) -> list[tuple[object, ...]]:
    numbers = [
        (point.seq, point.step, point.epoch, point.train_loss, point.train_acc, point.test_acc, point.lr)
        for point in store.points(run_id)
    ]
    return [*numbers, *store.layer_points(run_id)]


def test_run_is_trained_and_recorded_as_it_goes(store, tiny, recipe, queued):
    events: list[Event] = []
    run = execute(store, queued(), on_event=events.append, interval_s=0.0)
    torch.manual_seed(recipe.seed)
    module = cnnviz.build(cnnviz.parse(tiny))
    initialize(module, recipe.initialization)
    expected = list(train(module, load_dataset(recipe.data), recipe, device=torch.device("cpu")))
    points = [event for event in expected if isinstance(event, Point | TestPoint)]
    assert [event for event in events if isinstance(event, Point | TestPoint)] == points
    assert [point.train_loss or point.test_acc for point in store.points(run.id)] == [
        point.train_loss if isinstance(point, Point) else point.test_acc for point in points
    ]
    layers = [point.layers for point in store.layer_points(run.id)]
    assert layers == [point.layers for point in points if isinstance(point, Point)]
    result = expected[-1]
    assert isinstance(result, Result)
    assert (run.status, run.loss, run.test_acc, run.device) == ("finished", result.loss, result.test_acc, "cpu")
    assert (run.step, run.num_steps, run.pid) == (8, 8, os.getpid())
    assert store.points(run.id)[-1].memory_bytes > 10_000_000
    assert "is finished" in log_of(run.id)
    for name, tensor in module.state_dict().items():
        assert torch.equal(weights(run.id)[name], tensor)


@pytest.mark.parametrize(("request_", "status"), [("request_stop", "stopped"), ("request_pause", "paused")])
def test_request_ends_the_run_after_its_step_and_resumed_it_ends_as_if_there_had_been_none(
    request_, status, store, queued
):
    undisturbed, run_id = queued(), queued()
    execute(store, undisturbed)
    run = execute(store, run_id, on_event=at_step(3, lambda: getattr(store, request_)(run_id)), interval_s=0.0)
    assert (run.status, run.step, run.error) == (status, 3, None)
    assert run.loss == store.points(run_id)[-1].train_loss
    store.requeue(run_id)
    execute(store, run_id)
    assert "goes on from step-000000003" in log_of(run_id)
    assert_went_alike(store, run_id, undisturbed)


@pytest.mark.parametrize("last", [6, 8])
def test_run_goes_on_from_an_earlier_checkpoint_as_it_did_the_first_time(last, store, queued):
    undisturbed, run_id = queued(), queued(checkpoints=9)
    execute(store, undisturbed)
    execute(store, run_id, on_event=stop_at(3, store, run_id), interval_s=0.0)
    store.requeue(run_id)
    execute(store, run_id, on_event=stop_at(last, store, run_id), interval_s=0.0)
    store.requeue(run_id, from_step=3)
    run, points = store.run(run_id), store.points(run_id)
    assert (run.status, run.step) == ("queued", 3)
    assert {point.step for point in points} == {1, 2, 3}
    assert (run.loss, run.train_acc, run.test_acc) == (points[-1].train_loss, points[-1].train_acc, None)
    execute(store, run_id)
    assert log_of(run_id).count("goes on from step-000000003") == 2
    assert_went_alike(store, run_id, undisturbed)


def test_run_without_a_checkpoint_of_a_step_stays_as_it_is(store, queued):
    run_id = queued()
    before = execute(store, run_id, on_event=stop_at(3, store, run_id), interval_s=0.0)
    with pytest.raises(StoreError, match=r"no whole checkpoint of step 2; .* are there: 3"):
        store.requeue(run_id, from_step=2)
    assert store.run(run_id) == before


def test_finished_run_goes_on_for_more_epochs_as_if_it_had_had_them_from_the_start(store, queued):
    long, run_id = queued(epochs=3), queued(epochs=1)
    execute(store, long)
    execute(store, run_id)
    store.requeue(run_id, epochs=3)
    assert execute(store, run_id).step == 12
    assert_went_alike(store, run_id, long)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_stops_the_run_after_its_step_and_saves_it(number, store, queued):
    before = signal.getsignal(signal.SIGTERM)
    run = execute(store, queued(), on_event=at_step(2, lambda: os.kill(os.getpid(), number)))
    assert (run.status, run.step, saved(run.id)) == ("stopped", 2, "step-000000002")
    assert signal.getsignal(signal.SIGTERM) == before


def test_second_signal_does_not_wait_until_the_run_is_saved(store, queued):
    def interrupt_twice() -> None:
        for _ in range(2):
            signal.raise_signal(signal.SIGINT)

    run = execute(store, queued(), on_event=at_step(2, interrupt_twice))
    assert (run.status, saved(run.id)) == ("stopped", None)


def test_damaged_newest_checkpoint_is_told_and_the_one_before_it_taken(store, queued):
    undisturbed, run_id = queued(), queued()
    execute(store, undisturbed)
    for step in (3, 5):
        execute(store, run_id, on_event=stop_at(step, store, run_id), interval_s=0.0)
        store.requeue(run_id)
    os.truncate(run_folder(run_id) / "checkpoints" / saved(run_id) / "tensors.safetensors", 100)
    execute(store, run_id)
    assert "the checkpoint step-000000005 is damaged and left out" in log_of(run_id)
    assert "goes on from step-000000003" in log_of(run_id)
    assert_went_alike(store, run_id, undisturbed)


def test_points_that_were_not_saved_do_not_outlive_a_stop_before_them(store, queued):
    run_id = queued()
    execute(store, run_id, on_event=stop_at(2, store, run_id), interval_s=0.0)
    for step, act in ((4, lambda: 1 / 0), (3, lambda: store.request_stop(run_id))):
        store.requeue(run_id)
        execute(store, run_id, on_event=at_step(step, act), interval_s=0.0)
    assert [point.step for point in store.points(run_id)] == [1, 2, 3]


def test_checkpoint_that_cannot_be_written_is_told_and_the_run_goes_on(store, queued, recipe, files_of_at_most):
    text = "input_shape: [1, 28, 28]\nlayers: [Flatten(), Linear(out_features=400), Linear(out_features=10)]\n"
    with files_of_at_most(1_000_000):  # the weights take 1.27 MB, the store much less
        run = execute(store, queued(text))
    assert run.status == "finished"
    assert (saved(run.id), list(run_folder(run.id).glob("weights*"))) == (None, [])
    assert log_of(run.id).count("cannot be written") == 3  # after both epochs, and the weights
    assert "File too large" in log_of(run.id)


class Unlocking(logging.Handler):
    """Ends another process's transaction when it has been waited for so often."""

    def __init__(self, other: sqlite3.Connection, times: int) -> None:
        super().__init__()
        self.other, self.times = other, times

    def emit(self, record: logging.LogRecord) -> None:
        if "training waits" in record.getMessage():
            self.times -= 1
            if self.times == 0:
                self.other.execute("COMMIT")


def test_store_that_is_locked_for_a_while_costs_nothing(few, home_folder, tiny, recipe, monkeypatch):
    monkeypatch.setattr(recording, "RETRY_S", 0.01)
    database = home_folder / "runs.sqlite3"
    with Store(database, patience_s=0.01) as store, closing(sqlite3.connect(database, isolation_level=None)) as other:
        run_id = store.create_run(tiny, recipe, "Tiny")
        recording.logger.addHandler(handler := Unlocking(other, times=4))
        try:
            run = execute(store, run_id, on_event=at_step(2, lambda: other.execute("BEGIN IMMEDIATE")))
        finally:
            recording.logger.removeHandler(handler)
        assert run.status == "finished"
        assert [point.seq for point in store.points(run_id)] == list(range(1, 11))
        assert log_of(run_id).count("training waits") == 4


def test_store_that_stays_locked_ends_the_process_after_the_run_was_saved(few, home_folder, tiny, recipe, monkeypatch):
    monkeypatch.setattr(recording, "PATIENCE_S", 0.0)
    database = home_folder / "runs.sqlite3"
    with Store(database, patience_s=0.01) as store, closing(sqlite3.connect(database, isolation_level=None)) as other:
        run_id = store.create_run(tiny, recipe, "Tiny")
        with pytest.raises(StoreError, match="cannot be used: another process"):
            execute(store, run_id, on_event=at_step(2, lambda: other.execute("BEGIN IMMEDIATE")))
        assert saved(run_id) == "step-000000003"
        other.execute("COMMIT")
        assert store.run(run_id).status == "running"  # until somebody sees that the process is gone


def test_run_that_was_ended_elsewhere_is_not_recorded_any_more(store, queued):
    run_id = queued()
    with pytest.raises(StoreError, match="is not running: nothing more is recorded"):
        execute(store, run_id, on_event=at_step(2, lambda: store.interrupt(store.run(run_id), "its machine is gone")))
    assert store.run(run_id).error == "its machine is gone"


@pytest.mark.parametrize(
    ("change", "settings", "words"),
    [
        (("out_features=10", "out_features=8"), {}, "the network has 8 outputs"),
        (("28, 28]", "32, 32]"), {}, "set resize to 32"),
        (("Conv2d", "Conv9d"), {}, "Conv9d"),
        (("", ""), {"device": "cuda:99"}, "device cuda:99 is not here"),
    ],
)
def test_mistake_fails_the_run_in_one_line(change, settings, words, store, tiny, queued):
    run = execute(store, queued(tiny.replace(*change), **settings))
    assert run.status == "failed"
    assert words in run.error
    assert "\n" not in run.error


def test_unexpected_failure_names_its_type_and_leaves_its_traceback_to_the_log(store, queued, capfd):
    def break_down(event: Event) -> None:
        raise ZeroDivisionError("one\ntwo")

    run = execute(store, queued(), on_event=break_down)
    assert (run.status, run.error) == ("failed", "ZeroDivisionError: one two")
    assert "Traceback" in log_of(run.id)
    assert capfd.readouterr() == ("", "")


def test_run_that_is_not_queued_is_refused(store, queued):
    run_id = queued()
    store.request_stop(run_id)
    with pytest.raises(StoreError, match=f"run {run_id} is stopped, not queued"):
        execute(store, run_id)


def test_exit_code_tells_how_it_went(store, tiny, queued, capsys):
    assert main(queued()) == 0
    assert main(queued(tiny.replace("=10", "=8"))) == 1
    assert main("00000000") == 2
    assert capsys.readouterr().err.startswith("cnnviz: there is no run 00000000")


def test_module_is_a_process(store, queued):
    run_id = queued()
    subprocess.run([sys.executable, "-W", "error", "-m", "cnnviz.training.worker", run_id], check=True)
    assert store.run(run_id).status == "finished"
