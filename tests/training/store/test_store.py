import json
import math
import threading
from collections.abc import Callable
from dataclasses import asdict

import pytest
from sqlalchemy import URL

from cnnviz.errors import StoreError
from cnnviz.training.events import LayerStatistics, Point, Result, TestPoint
from cnnviz.training.monitor import Reading
from cnnviz.training.records import PointRow
from cnnviz.training.store import Store
from tests.training.store.examples import RECIPE, RESULT, progress, queued, running


def test_new_run_is_queued_with_what_it_was_given(store: Store) -> None:
    run = store.run(queued(store))
    assert (run.name, run.network, run.recipe, run.status) == ("Tiny", "name: Tiny", RECIPE, "queued")
    assert (run.pid, run.started_at, run.loss, run.step, run.time_left_s) == (None, None, None, 0, None)
    assert run.created_at > 1_600_000_000


def test_runs_come_newest_first(store: Store) -> None:
    ids = [queued(store) for _ in range(3)]
    assert [run.id for run in store.runs()] == ids[::-1]


def test_run_is_still_there_when_the_store_is_opened_again(store: Store, place: URL) -> None:
    run_id = running(store)
    store.add_point(run_id, 1, Point(0.2, 2.0, 0.1))
    store.finish(run_id, RESULT)
    with Store(place) as again:
        run = again.run(run_id)
        assert (run.status, run.loss, run.test_acc, run.examples_per_s) == ("finished", 0.5, 0.7, 1000.0)
        assert len(again.points(run_id)) == 1


def test_claim_is_given_once(store: Store) -> None:
    run_id = running(store)
    assert not store.claim(run_id, pid=3, pid_started=4.0, device="cpu")
    run = store.run(run_id)
    assert (run.status, run.pid, run.pid_started, run.device) == ("running", 1, 2.0, "cpu")
    assert run.started_at is not None


def test_points_are_numbered_and_read_from_a_number_on(store: Store) -> None:
    run_id, other = running(store), running(store)
    store.add_point(run_id, 1, Point(0.5, 2.0, 0.1, step=5, lr=0.9))
    store.add_point(other, 1, Point(0.9, 9.0, 0.9))
    store.add_point(run_id, 2, Point(1.0, 1.0, 0.5, step=10))
    store.add_point(run_id, 3, TestPoint(1.0, 0.6, step=10, valid_acc=0.5))
    assert store.points(run_id) == (
        PointRow(1, 5, 0.5, train_loss=2.0, train_acc=0.1, lr=0.9),
        PointRow(2, 10, 1.0, train_loss=1.0, train_acc=0.5),
        PointRow(3, 10, 1.0, test_acc=0.6, valid_acc=0.5),
    )
    assert [point.seq for point in store.points(run_id, since=2)] == [3]
    assert (store.run(run_id).loss, store.run(run_id).train_acc, store.run(run_id).test_acc) == (1.0, 0.5, 0.6)


def test_loss_that_is_not_finite_becomes_none_so_that_json_stays_valid(store: Store) -> None:
    run_id = running(store)
    store.add_point(run_id, 1, Point(1.0, math.nan, 0.1))
    store.add_point(run_id, 2, Point(2.0, math.inf, 0.1))
    store.finish(run_id, Result(math.nan, 0.1, 0.1, 1.0, 1.0, "cpu"))
    assert [(point.train_loss, point.train_acc) for point in store.points(run_id)] == [(None, 0.1)] * 2
    run = asdict(store.run(run_id)) | {"recipe": None}
    assert json.loads(json.dumps(run, allow_nan=False))["loss"] is None


def test_progress_is_recorded_and_says_whether_to_stop(store: Store) -> None:
    run_id = running(store)
    assert store.set_progress(run_id, progress(20)) is None
    run = store.run(run_id)
    assert (run.step, run.num_steps, run.wall_examples_per_s, run.time_left_s) == (20, 100, 100.0, 20.0)
    store.request_stop(run_id)
    assert store.run(run_id).status == "running"
    assert store.set_progress(run_id, progress(21)) == "stop"


def test_stop_of_a_queued_run_stops_it_at_once(store: Store) -> None:
    run_id = queued(store)
    store.request_stop(run_id)
    assert store.run(run_id).status == "stopped"
    assert not store.claim(run_id, pid=1, pid_started=2.0, device="cpu")


def test_stop_of_a_run_that_has_ended_changes_nothing(store: Store) -> None:
    run_id = running(store)
    store.finish(run_id, RESULT)
    before = store.run(run_id)
    store.request_stop(run_id)
    assert store.run(run_id) == before


def test_failure_is_one_line(store: Store) -> None:
    run_id = running(store)
    store.fail(run_id, "RuntimeError: one\n  two")
    assert (store.run(run_id).status, store.run(run_id).error) == ("failed", "RuntimeError: one two")


def test_run_that_is_not_running_takes_no_more(store: Store) -> None:
    run_id = running(store)
    store.stop(run_id)
    for write in (
        lambda: store.add_point(run_id, 1, Point(1.0, 1.0, 1.0)),
        lambda: store.set_progress(run_id, progress(1)),
        lambda: store.finish(run_id, RESULT),
        lambda: store.fail(run_id, "late"),
    ):
        with pytest.raises(StoreError, match="is not running"):
            write()
    assert store.points(run_id) == ()
    assert store.run(run_id).status == "stopped"


def test_interruption_leaves_alone_a_run_that_moved_on(store: Store) -> None:
    run_id = running(store)
    seen = store.run(run_id)
    store.finish(run_id, RESULT)
    assert not store.interrupt(seen, "gone")
    assert store.run(run_id).status == "finished"


@pytest.mark.parametrize(
    "use",
    [
        lambda store: store.run("00000000"),
        lambda store: store.points("00000000"),
        lambda store: store.request_stop("00000000"),
        lambda store: store.claim("00000000", pid=1, pid_started=1.0, device="cpu"),
    ],
)
def test_unknown_run_is_named(use: Callable[[Store], object], store: Store) -> None:
    with pytest.raises(StoreError, match="there is no run 00000000"):
        use(store)


def test_threads_lose_and_double_no_point(store: Store) -> None:
    run_id = running(store)

    def write(number: int) -> None:
        for seq in range(number + 1, 161, 8):
            store.add_point(run_id, seq, Point(seq / 20, 1.0, 0.5))
            store.points(run_id)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [(point.seq, point.epoch) for point in store.points(run_id)] == [(seq, seq / 20) for seq in range(1, 161)]


def test_a_resumed_run_writes_its_points_again_and_leaves_none_of_those_beyond(store: Store) -> None:
    run_id = running(store)
    for seq in range(1, 6):
        store.add_point(run_id, seq, Point(seq / 5, 2.0, 0.1, layers=(LayerStatistics("0", seq, 0.001),)))
    assert store.interrupt(store.run(run_id), "gone")
    store.requeue(run_id)
    store.claim(run_id, pid=3, pid_started=4.0, device="cpu")
    for seq in (3, 4):  # it goes on from a checkpoint after its second point
        store.add_point(run_id, seq, Point(seq / 5, 1.0, 0.2))
    assert [row.train_loss for row in store.points(run_id)] == [2.0, 2.0, 1.0, 1.0, 2.0]
    store.stop(run_id)
    assert [(row.seq, row.train_loss) for row in store.points(run_id)] == [(1, 2.0), (2, 2.0), (3, 1.0), (4, 1.0)]
    assert [row.seq for row in store.layer_points(run_id)] == [1, 2]


def test_a_resumed_run_that_is_stopped_before_its_first_point_keeps_those_of_its_checkpoint(store: Store) -> None:
    run_id = running(store)
    for seq in range(1, 6):
        store.add_point(run_id, seq, Point(seq / 5, 2.0, 0.1))
    store.pause(run_id, num_points=2)
    assert [row.seq for row in store.points(run_id)] == [1, 2]
    assert store.run(run_id).status == "paused"


def test_statistics_of_layers_come_back_with_the_number_of_their_point(store: Store) -> None:
    run_id = running(store)
    layers = (LayerStatistics("0", 0.5, 0.001, 0.25), LayerStatistics("3.body.0", math.inf, math.nan))
    store.add_point(run_id, 1, Point(0.2, 2.0, 0.1, layers=layers))
    store.add_point(run_id, 2, TestPoint(1, 0.5))
    store.add_point(run_id, 3, Point(1.2, 2.0, 0.1, layers=layers[:1]))
    first, second = store.layer_points(run_id)
    assert (first.seq, second.seq) == (1, 3)
    assert first.layers[0] == layers[0]
    assert (first.layers[1].path, first.layers[1].gradient_norm) == ("3.body.0", math.inf)
    assert math.isnan(first.layers[1].update_ratio)
    assert [row.seq for row in store.layer_points(run_id, since=1)] == [3]


def test_a_point_has_the_rates_the_memory_and_the_load_there(store: Store) -> None:
    run_id = running(store)
    store.add_point(run_id, 1, Point(0.2, 2.0, 0.1), progress=progress(20), reading=Reading(3_000_000_000, 0.5))
    (point,) = store.points(run_id)
    assert (point.examples_per_s, point.wall_examples_per_s, point.elapsed_s) == (200.0, 100.0, 5.0)
    assert (point.memory_bytes, point.load) == (3_000_000_000, 0.5)
