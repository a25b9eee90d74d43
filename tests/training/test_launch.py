import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator

import psutil
import pytest

from cnnviz.errors import StoreError
from cnnviz.training import processes
from cnnviz.training.home import run_folder
from cnnviz.training.launch import ALLOCATOR, launch, mark_interrupted
from cnnviz.training.recipe import Recipe, make_recipe
from cnnviz.training.records import Run
from cnnviz.training.store import Store

SHORT = make_recipe(data="shapes", examples=100, epochs=1, device="cpu")
ENDLESS = make_recipe(data="shapes", examples=1000, batch_size=10, epochs=10000, device="cpu")


@pytest.fixture(autouse=True)
def no_worker_is_left(store: Store) -> Iterator[None]:
    yield
    for run in store.runs():
        if run.pid is not None and run.pid != os.getpid() and not processes.is_gone(run.pid, run.pid_started or 0.0):
            psutil.Process(run.pid).kill()


def queued(store: Store, text: str, recipe: Recipe = ENDLESS) -> str:
    return store.create_run(text, recipe, "Tiny")


def wait_until(store: Store, run_id: str, condition: Callable[[Run], bool]) -> Run:
    """Look again until the condition holds; a worker that is gone, or takes minutes, fails the test."""
    worker = psutil.Process(pid) if (pid := store.run(run_id).pid) else None
    for _ in range(600):
        if condition(run := store.run(run_id)):
            return run
        if worker:
            try:
                worker.wait(timeout=0.2)
            except psutil.TimeoutExpired:
                continue
            break
    run = store.run(run_id)
    assert condition(run), f"{run.status}: {(run_folder(run_id) / 'worker.log').read_text()}"
    return run


def wait_for_end(pid: int) -> None:
    psutil.wait_procs([psutil.Process(pid)] if psutil.pid_exists(pid) else [], timeout=60)


def test_launched_run_is_finished_by_a_process_of_its_own(store: Store, tiny: str) -> None:
    run_id = queued(store, tiny, SHORT)
    pid = launch(store, run_id)
    assert pid != os.getpid()
    assert store.run(run_id).pid == pid
    run = wait_until(store, run_id, lambda run: run.status == "finished")
    assert run.pid == pid
    assert mark_interrupted(store) == ()


def test_worker_has_the_allocators_settings_and_a_session_of_its_own(store: Store, tiny: str) -> None:
    pid = launch(store, queued(store, tiny))
    assert ALLOCATOR.items() <= psutil.Process(pid).environ().items()
    assert os.getsid(pid) == pid


def test_worker_outlives_the_process_that_launched_it(store: Store, tiny: str) -> None:
    run_id = queued(store, tiny)
    code = (
        "import sys; from cnnviz.training.store import open_store; from cnnviz.training.launch import launch;"
        "launch(open_store(), sys.argv[1])"
    )
    subprocess.run([sys.executable, "-c", code, run_id], check=True)
    wait_until(store, run_id, lambda run: run.loss is not None)
    assert mark_interrupted(store) == ()
    store.request_stop(run_id)
    assert wait_until(store, run_id, lambda run: run.status == "stopped").loss is not None


def test_killed_worker_leaves_an_interrupted_run_with_all_its_points(store: Store, tiny: str) -> None:
    run_id = queued(store, tiny)
    pid = launch(store, run_id)
    wait_until(store, run_id, lambda run: len(store.points(run_id)) > 2)
    os.kill(pid, signal.SIGKILL)
    wait_for_end(pid)
    assert mark_interrupted(store) == (run_id,)
    run = store.run(run_id)
    assert run.status == "interrupted"
    assert "worker.log" in (run.error or "")
    points = store.points(run_id)
    assert [point.seq for point in points] == list(range(1, len(points) + 1))
    assert mark_interrupted(store) == ()


def test_worker_that_ends_before_it_claims_leaves_no_queued_run(store: Store, tiny: str) -> None:
    run_id = queued(store, tiny)
    pid = launch(store, run_id)
    os.kill(pid, signal.SIGKILL)
    wait_for_end(pid)
    assert mark_interrupted(store) == (run_id,)
    assert store.run(run_id).status == "interrupted"


def test_zombie_counts_as_gone(store: Store, tiny: str) -> None:
    run_id = queued(store, tiny)
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
    store.claim(run_id, pid=child.pid, pid_started=processes.started(child.pid), device="cpu")
    assert mark_interrupted(store) == ()
    assert child.stdin is not None
    child.stdin.close()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)  # it has ended, and stays a zombie
    assert mark_interrupted(store) == (run_id,)
    child.wait()


def test_other_process_with_the_same_id_is_not_the_worker(store: Store, tiny: str) -> None:
    run_id = queued(store, tiny)
    pid, started = processes.own()
    store.claim(run_id, pid=pid, pid_started=started - 100, device="cpu")
    assert mark_interrupted(store) == (run_id,)


def test_foreground_run_of_a_living_process_is_left_alone(store: Store, tiny: str) -> None:
    run_id = queued(store, tiny)
    pid, started = processes.own()
    store.claim(run_id, pid=pid, pid_started=started, device="cpu")
    assert mark_interrupted(store) == ()
    assert store.run(run_id).status == "running"


def test_queued_run_without_a_worker_waits(store: Store, tiny: str) -> None:
    run_id = queued(store, tiny)
    assert mark_interrupted(store) == ()
    assert store.run(run_id).status == "queued"


def test_unknown_run_is_not_launched(store: Store) -> None:
    with pytest.raises(StoreError, match="there is no run 00000000"):
        launch(store, "00000000")
    assert mark_interrupted(store) == ()
