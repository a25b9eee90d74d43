"""Runs of several processes, and what becomes of them when one of these is killed."""

import subprocess
import sys
from collections.abc import Callable

import psutil
import pytest

from cnnviz.training.events import Event, Point, Progress
from cnnviz.training.home import log_path
from cnnviz.training.recipe import make_recipe
from cnnviz.training.worker import execute

pytestmark = pytest.mark.usefixtures("few", "one_thread")


def at_point(act: Callable[[], object]) -> Callable[[Event], None]:
    """What acts when a point is told, once."""
    done = []

    def on_event(event: Event) -> None:
        if isinstance(event, Point) and not done:
            done.append(event)
            act()

    return on_event


def ranks() -> dict[str, psutil.Process]:
    """The ranks that this process is waiting for, by their number."""
    family = psutil.Process().children(recursive=True)
    return {number: each for each in family if (number := each.environ().get("RANK"))}


def test_run_of_two_processes_is_told_of_a_killed_one_pauses_and_ends_like_a_run_of_one(store, tiny):
    settings = {"data": "few", "batch_size": 10, "epochs": 40, "device": "cpu", "lr": 0.05}
    alone = store.create_run(tiny, make_recipe(**settings), "One")
    run_id = store.create_run(tiny, make_recipe(**settings, devices=2), "Two")
    execute(store, alone)

    seen: list[psutil.Process] = []

    def kill_second() -> None:
        seen.extend(ranks().values())
        ranks()["1"].kill()

    run = execute(store, run_id, on_event=at_point(kill_second))
    assert (run.status, len(seen)) == ("interrupted", 2)
    assert run.error == f"one of its 2 processes ended unexpectedly; see {log_path(run_id)}"
    assert psutil.wait_procs(seen, timeout=60)[1] == []

    store.requeue(run_id)
    run = execute(store, run_id, on_event=at_point(lambda: store.request_pause(run_id)))
    assert run.status == "paused"
    assert 0 < run.step < run.num_steps

    store.requeue(run_id)
    told: list[Event] = []
    assert execute(store, run_id, on_event=told.append).status == "finished"
    assert "goes on from step-" in log_path(run_id).read_text()
    assert isinstance(told[-1], Progress)
    assert told[-1].step == 400
    one, two = store.points(alone), store.points(run_id)
    assert [(point.seq, point.step) for point in two] == [(point.seq, point.step) for point in one]
    losses, expected = ([point.train_loss for point in points if point.train_loss] for points in (two, one))
    assert losses == pytest.approx(expected, rel=1e-3)
    assert [point.test_acc for point in two if point.test_acc] == [point.test_acc for point in one if point.test_acc]


def test_rank_ends_when_the_process_of_its_run_has_ended():
    code = (
        "from cnnviz.training.ranks import end_with_parent as end; end(); print('at it', flush=True)\nwhile True: pass"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.readline() == b"at it\n"
        process.stdin.close()  # as the system does when the other end of the pipe is gone
        assert process.wait(timeout=60) == 1
