import os
import signal
import subprocess
import sys

import pytest
import torch

import cnnviz
from cnnviz.errors import StoreError
from cnnviz.training.data import load_dataset
from cnnviz.training.events import Event, Point, Progress, Result, TestPoint
from cnnviz.training.home import run_folder
from cnnviz.training.initialization import initialize
from cnnviz.training.loop import train
from cnnviz.training.recipe import Recipe, make_recipe
from cnnviz.training.store import Store
from cnnviz.training.worker import execute, main

RECIPE = make_recipe(data="shapes", examples=200, batch_size=50, epochs=2, device="cpu", seed=3)


def queued(store: Store, text: str, recipe: Recipe = RECIPE) -> str:
    return store.create_run(text, recipe, "Tiny")


def test_run_is_trained_and_recorded_as_it_goes(store: Store, tiny: str) -> None:
    events: list[Event] = []
    run = execute(store, queued(store, tiny), on_event=events.append, interval_s=0.0)
    torch.manual_seed(RECIPE.seed)
    module = cnnviz.build(cnnviz.parse(tiny))
    initialize(module)
    expected = list(train(module, load_dataset("shapes", examples=200), RECIPE, device=torch.device("cpu")))
    points = [event for event in expected if isinstance(event, Point | TestPoint)]
    assert [event for event in events if isinstance(event, Point | TestPoint)] == points
    assert [point.train_loss or point.test_acc for point in store.points(run.id)] == [
        point.train_loss if isinstance(point, Point) else point.test_acc for point in points
    ]
    result = expected[-1]
    assert isinstance(result, Result)
    assert (run.status, run.loss, run.test_acc, run.device) == ("finished", result.loss, result.test_acc, "cpu")
    assert (run.step, run.num_steps, run.pid) == (8, 8, os.getpid())
    assert "finished" in (run_folder(run.id) / "worker.log").read_text()


def test_stop_request_ends_the_run_after_the_step_with_its_numbers(store: Store, tiny: str) -> None:
    run_id = queued(store, tiny)

    def stop_at_second_point(event: Event) -> None:
        if isinstance(event, Point) and event.epoch == 0.5:
            store.request_stop(run_id)

    run = execute(store, run_id, on_event=stop_at_second_point, interval_s=0.0)
    assert (run.status, run.step, run.error) == ("stopped", 2, None)
    assert run.loss == store.points(run_id)[-1].train_loss
    assert len(store.points(run_id)) == 2


@pytest.mark.parametrize("signal_number", [signal.SIGTERM, signal.SIGINT])
def test_signal_stops_the_run(signal_number: int, store: Store, tiny: str) -> None:
    def send(event: Event) -> None:
        if isinstance(event, Progress):
            os.kill(os.getpid(), signal_number)

    before = signal.getsignal(signal.SIGTERM)
    assert execute(store, queued(store, tiny), on_event=send).status == "stopped"
    assert signal.getsignal(signal.SIGTERM) == before


@pytest.mark.parametrize(
    ("change", "recipe", "words"),
    [
        (("out_features=10", "out_features=8"), RECIPE, "the network has 8 outputs"),
        (("28, 28]", "32, 32]"), RECIPE, "set resize to 32"),
        (("Conv2d", "Conv9d"), RECIPE, "Conv9d"),
        (("", ""), make_recipe(data="shapes", device="cuda:99"), "device cuda:99 is not here"),
    ],
)
def test_mistake_fails_the_run_in_one_line(
    change: tuple[str, str], recipe: Recipe, words: str, store: Store, tiny: str
) -> None:
    run = execute(store, queued(store, tiny.replace(*change), recipe))
    assert run.status == "failed"
    assert run.error is not None
    assert words in run.error
    assert "\n" not in run.error


def test_unexpected_failure_names_its_type_and_leaves_its_traceback_to_the_log(
    store: Store, tiny: str, capfd: pytest.CaptureFixture[str]
) -> None:
    def break_down(event: Event) -> None:
        raise ZeroDivisionError("one\ntwo")

    run = execute(store, queued(store, tiny), on_event=break_down)
    assert (run.status, run.error) == ("failed", "ZeroDivisionError: one two")
    assert "Traceback" in (run_folder(run.id) / "worker.log").read_text()
    assert capfd.readouterr() == ("", "")


def test_run_that_is_not_queued_is_refused(store: Store, tiny: str) -> None:
    run_id = queued(store, tiny)
    store.request_stop(run_id)
    with pytest.raises(StoreError, match=f"run {run_id} is stopped, not queued"):
        execute(store, run_id)


def test_exit_code_tells_how_it_went(store: Store, tiny: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(queued(store, tiny)) == 0
    assert main(queued(store, tiny.replace("=10", "=8"))) == 1
    assert main("00000000") == 2
    assert capsys.readouterr().err.startswith("cnnviz: there is no run 00000000")


def test_module_is_a_process(store: Store, tiny: str) -> None:
    run_id = queued(store, tiny)
    subprocess.run([sys.executable, "-W", "error", "-m", "cnnviz.training.worker", run_id], check=True)
    assert store.run(run_id).status == "finished"
