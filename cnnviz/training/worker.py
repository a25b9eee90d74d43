"""Takes a queued run, trains it and records it; `python -m cnnviz.training.worker RUN_ID` is such a process."""

import logging
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from types import FrameType

import torch
from torch import nn

from cnnviz.errors import CnnvizError, StoreError
from cnnviz.training import processes
from cnnviz.training.data import load_dataset
from cnnviz.training.devices import resolve
from cnnviz.training.events import Event, Point, Progress, Result, TestPoint
from cnnviz.training.fit import check_input
from cnnviz.training.home import run_folder
from cnnviz.training.initialization import initialize
from cnnviz.training.loop import train
from cnnviz.training.records import Run
from cnnviz.training.store import Store, open_store

PROGRESS_INTERVAL_S = 0.5

logger = logging.getLogger("cnnviz.training.worker")  # not __name__, which is __main__ in a process of its own


def execute(
    store: Store,
    run_id: str,
    *,
    on_event: Callable[[Event], None] | None = None,
    interval_s: float = PROGRESS_INTERVAL_S,
) -> Run:
    """Train a queued run to its end in this process and return it as it ended: finished, stopped or failed.

    Progress is recorded, and a stop obeyed, every `interval_s`. Ctrl-C and SIGTERM stop the run.
    Raises StoreError when the run is not waiting or the store cannot be used.
    """
    run = store.run(run_id)
    pid, pid_started = processes.own()
    if not store.claim(run_id, pid=pid, pid_started=pid_started, device=run.recipe.device):
        raise StoreError(f"run {run_id} is {store.run(run_id).status}, not queued: it cannot be started")
    with _log_file(run_id), _sigterm_interrupts():
        _record_how_it_goes(store, run, on_event or _ignore, interval_s)
    return store.run(run_id)


def _record_how_it_goes(store: Store, run: Run, on_event: Callable[[Event], None], interval_s: float) -> None:
    try:
        logger.info("run %s: %s", run.id, run.recipe)
        result = _train(store, run, on_event, interval_s)
    except KeyboardInterrupt:
        result = None
    except Exception as error:  # whatever goes wrong in training is the run's end, and told there
        logger.exception("run %s failed", run.id)
        store.fail(run.id, str(error) if isinstance(error, CnnvizError) else f"{type(error).__name__}: {error}")
        return
    if result is None:
        store.stop(run.id)
    else:
        store.finish(run.id, result)
    logger.info("run %s %s", run.id, "finished" if result else "stopped")


def _train(store: Store, run: Run, on_event: Callable[[Event], None], interval_s: float) -> Result | None:
    """Return the result, or None when the run was asked to stop."""
    device = resolve(run.recipe.device)
    store.set_device(run.id, str(device))
    module = _prepared_module(run)
    dataset = load_dataset(run.recipe.data, examples=run.recipe.num_examples)
    recorded_s, latest, num_points = -interval_s, None, 0
    with closing(train(module, dataset, run.recipe, device=device)) as events:
        for event in events:
            on_event(event)
            match event:
                case Point() | TestPoint():
                    num_points += 1
                    store.add_point(run.id, num_points, event, progress=latest)
                case Progress():
                    latest = event
                    if time.monotonic() - recorded_s >= interval_s:
                        recorded_s = time.monotonic()
                        if store.set_progress(run.id, event):
                            return None
                case Result():
                    if latest:  # the last step, however soon it came after the one recorded before
                        store.set_progress(run.id, latest)
                    return event
    raise AssertionError("training ended without a result")


def _prepared_module(run: Run) -> nn.Module:
    from cnnviz.network.build import build
    from cnnviz.network.document import parse

    network = parse(run.network)
    check_input(network.input_shape, run.recipe)
    torch.manual_seed(run.recipe.seed)
    module = build(network)
    initialize(module, run.recipe.initialization)
    return module


def _ignore(event: Event) -> None:
    """Take no notice."""


@contextmanager
def _log_file(run_id: str) -> Iterator[None]:
    """Write what is logged to the run's log, and nowhere else."""
    handler = logging.FileHandler(run_folder(run_id) / "worker.log", encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        handler.close()


@contextmanager
def _sigterm_interrupts() -> Iterator[None]:
    """Make SIGTERM and a closed terminal raise KeyboardInterrupt, as Ctrl-C does; only a process's main thread can."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, _interrupt) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main(run_id: str) -> int:
    """Execute a run of the store in cnnviz's home; return the process's exit code."""
    try:
        with open_store() as store:
            run = execute(store, run_id)
    except CnnvizError as error:
        sys.stderr.write(f"cnnviz: {error}\n")
        return 2
    return 1 if run.status == "failed" else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
