"""Several processes at the store at once, each with connections of its own."""

import multiprocessing
import subprocess
import sys
from collections.abc import Callable
from multiprocessing.synchronize import Barrier

from sqlalchemy import URL

from cnnviz.training.events import Point
from cnnviz.training.store import Store
from tests.training.store.examples import queued, running

SPAWN = multiprocessing.get_context("spawn")


def together(work: Callable[..., object], place: URL, arguments: list[tuple[object, ...]]) -> list[object]:
    """What the work returns in as many processes as there are arguments, which begin all at once."""
    start, results = SPAWN.Barrier(len(arguments)), SPAWN.SimpleQueue()
    processes = [SPAWN.Process(target=begin, args=(work, place, start, results, each)) for each in arguments]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * len(processes)
    return [results.get() for _ in processes]


def begin(work: Callable[..., object], place: URL, start: Barrier, results, arguments: tuple[object, ...]) -> None:
    start.wait()
    with Store(place) as store:
        results.put(work(store, *arguments))


def claim_all(store: Store, run_ids: list[str], pid: int) -> list[str]:
    return [each for each in run_ids if store.claim(each, pid=pid, pid_started=1.0, device="cpu")]


def test_of_processes_that_claim_the_same_runs_exactly_one_wins_each(place: URL) -> None:
    with Store(place) as store:
        run_ids = [queued(store) for _ in range(20)]
        won = together(claim_all, place, [(run_ids, pid) for pid in (11, 12, 13)])
        assert sorted(each for ids in won for each in ids) == sorted(run_ids)
        owners = [{run.id for run in store.runs() if run.pid == pid} for pid in (11, 12, 13)]
        assert sorted(map(sorted, owners)) == sorted(map(sorted, won))


def create_and_reserve(store: Store, number: int) -> tuple[list[str], list[str]]:
    made = [queued(store, device=f"cuda:{number}") for _ in range(10)]
    return made, [run.id for device in range(5) if (run := store.reserve(f"cuda:{device}"))]


def test_fifty_launches_at_once_are_all_there_and_each_device_has_one_run(place: URL) -> None:
    results = together(create_and_reserve, place, [(number,) for number in range(5)])  # they make the store, too
    made = [each for ids, _ in results for each in ids]
    reserved = [each for _, ids in results for each in ids]
    with Store(place) as store:
        assert sorted(run.id for run in store.runs()) == sorted(made)
        assert len(set(made)) == 50
        given = [run for run in store.runs() if run.turn is None]
        assert sorted(run.id for run in given) == sorted(reserved)
        assert sorted(run.device for run in given) == [f"cuda:{number}" for number in range(5)]
        for run in given:  # each has the device for which it has waited longest
            waited = [each for each in reversed(store.runs()) if each.device == run.device]
            assert run.id == waited[0].id
        for device in range(5):
            turns = [run.turn for run in store.runs() if run.device == f"cuda:{device}" and run.turn]
            assert len(set(turns)) == 9


def add_points(store: Store, run_id: str, num_points: int) -> int:
    for seq in range(1, num_points + 1):
        store.add_point(run_id, seq, Point(seq / 5, 2.0, 0.1, step=seq))
    return len(store.points(run_id))


def test_workers_lose_no_point_to_each_other(place: URL) -> None:
    with Store(place) as store:
        run_ids = [running(store) for _ in range(3)]
        assert together(add_points, place, [(each, 40) for each in run_ids]) == [40] * 3
        for each in run_ids:
            assert [(row.seq, row.step) for row in store.points(each)] == [(seq, seq) for seq in range(1, 41)]


def test_a_store_is_opened_without_waiting_for_pytorch() -> None:
    code = "import sys, cnnviz.training.store; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
