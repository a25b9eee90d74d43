"""Workers as processes of their own, which outlive page and server; whose turn it is; and runs whose worker is gone."""

import os
import subprocess
import sys
import threading

import psutil

from cnnviz.errors import StoreError
from cnnviz.training import processes
from cnnviz.training.allocator import ALLOCATOR
from cnnviz.training.home import home, log_path
from cnnviz.training.recipe import Recipe
from cnnviz.training.records import Run
from cnnviz.training.store import Store


def submit(store: Store, network_text: str, recipe: Recipe, name: str) -> str:
    """Record a run that waits for its device, start it when that is idle, and return its id.

    Raises RecipeError when there is no such device, StoreError when it cannot be recorded or started.
    """
    run_id = queue(store, network_text, recipe, name)
    dispatch(store)
    return run_id


def queue(store: Store, network_text: str, recipe: Recipe, name: str, *, in_foreground: bool = False) -> str:
    """Record a run that waits for its device and return its id; see `Store.create_run`.

    Raises RecipeError when there is no such device.
    """
    from cnnviz.training.devices import resolve

    device = str(resolve(recipe.device))
    return store.create_run(network_text, recipe, name, device=device, in_foreground=in_foreground)


def dispatch(store: Store) -> None:
    """Mark runs whose process is gone, and start a worker for every idle device of this machine that runs wait for.

    One run has a device at a time, the others wait in the order in which they came. A run whose worker cannot be
    started is interrupted, and says why.
    """
    mark_interrupted(store)
    for device in store.idle_devices():
        if run := store.reserve(device):
            try:
                launch(store, run.id)
            except StoreError as error:
                store.interrupt(run, str(error))


def launch(store: Store, run_id: str) -> int:
    """Start a worker for a queued run, whoever else is on its device, and return its process id.

    Raises StoreError when the run's folder cannot be written or no process can be started.
    """
    store.run(run_id)
    try:
        with log_path(run_id).open("ab") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "cnnviz.training.worker", run_id],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                cwd=home(),
                env={**os.environ, **ALLOCATOR, "CNNVIZ_HOME": str(home())},
            )
    except OSError as error:
        raise StoreError(f"no worker can be started for run {run_id}: {error}") from error
    _record(store, run_id, process)
    threading.Thread(target=process.wait, daemon=True).start()  # takes note of its end while we are here
    return process.pid


def _record(store: Store, run_id: str, process: "subprocess.Popen[bytes]") -> None:
    """Record who will claim the run. Until it is waited for, even a worker that has ended has its id."""
    try:
        store.set_worker(run_id, pid=process.pid, pid_started=processes.started(process.pid))
    except psutil.NoSuchProcess:
        store.set_worker(run_id, pid=process.pid, pid_started=0.0)


def mark_interrupted(store: Store) -> tuple[str, ...]:
    """Mark the runs whose process is gone as interrupted and return their ids.

    That is a running run, or a queued one whose process ended before it could claim it. Of other machines' runs
    it is told by their silence.
    """
    silent = store.interrupt_silent("nothing was heard of its machine for a long time")
    gone = [run for run in store.active_runs() if _process_is_gone(run)]
    ended = (run.id for run in gone if store.interrupt(run, f"its process ended unexpectedly; see {_log(run)}"))
    return (*silent, *ended)


def _process_is_gone(run: Run) -> bool:
    return run.pid is not None and run.pid_started is not None and processes.is_gone(run.pid, run.pid_started)


def _log(run: Run) -> str:
    return str(home() / "runs" / run.id / "worker.log")
