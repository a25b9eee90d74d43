import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator

import psutil
import pytest

from cnnviz.errors import StoreError
from cnnviz.training import processes
from cnnviz.training.allocator import ALLOCATOR
from cnnviz.training.home import run_folder
from cnnviz.training.launch import dispatch, launch, mark_interrupted, submit
from cnnviz.training.recipe import Recipe, make_recipe
from cnnviz.training.records import Run
from cnnviz.training.store import Store

pytestmark = pytest.mark.usefixtures("few")


@pytest.fixture(autouse=True)
def no_worker_is_left(store: Store) -> Iterator[None]:
    yield
    for run in store.runs():
        if run.pid is not None and run.pid != os.getpid() and not processes.is_gone(run.pid, run.pid_started or 0.0):
            psutil.Process(run.pid).kill()


def recipe(epochs: int) -> Recipe:
    return make_recipe(data="few", batch_size=10, epochs=epochs, device="cpu")


def queued(store: Store, text: str, *, epochs: int = 10_000) -> str:
    return store.create_run(text, recipe(epochs), "Tiny")


def workers() -> list[psutil.Process]:
    """The workers that this process has started in this test's home: one of the test before may be ending still."""
    children = [each for each in psutil.Process().children() if "cnnviz.training.worker" in each.cmdline()]
    return [each for each in children if each.environ().get("CNNVIZ_HOME") == os.environ["CNNVIZ_HOME"]]


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


def test_worker_has_the_allocators_settings_and_a_session_of_its_own(store: Store, tiny: str) -> None:
    pid = launch(store, queued(store, tiny))
    assert ALLOCATOR.items() <= psutil.Process(pid).environ().items()
    assert os.getsid(pid) == pid


def test_worker_outlives_the_process_that_launched_it_though_that_is_killed(store: Store, tiny: str) -> None:
    run_id = queued(store, tiny)
    code = (
        "import os, signal, sys\nfrom cnnviz.training.launch import launch\n"
        "from cnnviz.training.store import open_store\n"
        "launch(open_store(), sys.argv[1]); os.kill(os.getpid(), signal.SIGKILL)"
    )
    assert subprocess.run([sys.executable, "-c", code, run_id], check=False).returncode == -signal.SIGKILL
    wait_until(store, run_id, lambda run: run.loss is not None)
    assert mark_interrupted(store) == ()
    store.request_stop(run_id)
    assert wait_until(store, run_id, lambda run: run.status == "stopped").loss is not None


def test_fifty_launches_start_one_worker_and_the_rest_wait_in_order(store: Store, tiny: str) -> None:
    run_ids = [submit(store, tiny, recipe(10_000), "Tiny") for _ in range(50)]
    assert len(workers()) == 1
    assert store.run(run_ids[0]).pid == workers()[0].pid
    waiting = [run for run in store.runs() if run.pid is None]
    assert [run.id for run in sorted(waiting, key=lambda run: run.turn or 0)] == run_ids[1:]


def test_worker_starts_the_next_run_when_it_ends_and_leaves_out_one_that_was_cancelled(store: Store, tiny: str) -> None:
    first, cancelled, last = (submit(store, tiny, recipe(epochs=1), "Tiny") for _ in range(3))
    store.request_stop(cancelled)
    (worker,) = workers()
    assert store.run(first).pid == worker.pid != os.getpid()
    worker.wait(timeout=120)
    assert store.run(first).status == "finished"
    assert store.run(last).pid not in (None, worker.pid)
    wait_until(store, last, lambda run: run.status == "finished")
    assert (store.run(cancelled).status, store.run(cancelled).started_at) == ("stopped", None)
    assert (store.run(last).started_at or 0) >= (store.run(first).ended_at or 0)


def test_dispatch_starts_what_waits_behind_a_run_whose_process_is_gone(store: Store, tiny: str) -> None:
    gone, next_ = queued(store, tiny), queued(store, tiny)
    pid, started = processes.own()
    store.claim(gone, pid=pid, pid_started=started - 100, device="cpu")
    dispatch(store)
    assert store.run(gone).status == "interrupted"
    assert store.run(next_).pid == workers()[0].pid


def test_dispatch_leaves_a_run_to_the_process_that_waits_for_it(store: Store, tiny: str) -> None:
    store.create_run(tiny, recipe(1), "In front", in_foreground=True)
    queued(store, tiny)
    dispatch(store)
    assert workers() == []


def test_run_whose_worker_cannot_be_started_says_why(store: Store, tiny: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    run_id = submit(store, tiny, recipe(1), "Tiny")
    run = store.run(run_id)
    assert (run.status, "No such file or directory: '/nowhere/python'" in (run.error or "")) == ("interrupted", True)


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
