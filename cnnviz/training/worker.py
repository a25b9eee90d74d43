"""Takes a waiting run, trains it and records it; `python -m cnnviz.training.worker RUN_ID` is such a process.

Each rank of a run that several processes train is such a process too: see `cnnviz.training.ranks`.
"""

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from torch import distributed

from cnnviz.errors import CnnvizError, StoreError
from cnnviz.training import processes, ranks
from cnnviz.training.course import train_and_record
from cnnviz.training.events import Event
from cnnviz.training.home import run_folder
from cnnviz.training.interrupts import Interrupts, heeded_interrupts
from cnnviz.training.launch import dispatch
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
    """Train a waiting run to its end in this process and return it as it ended; it goes on from its newest checkpoint.

    Progress is recorded, and what a person asks for obeyed, every `interval_s`. Ctrl-C and SIGTERM stop the run.
    Raises StoreError when the run is not waiting or the store cannot be used.
    """
    run = store.run(run_id)
    pid, pid_started = processes.own()
    if not store.claim(run_id, pid=pid, pid_started=pid_started, device=run.device):
        raise StoreError(f"run {run_id} is {store.run(run_id).status}, not queued: it cannot be started")
    with _log_file(run_id), heeded_interrupts() as interrupts:
        if run.recipe.devices > 1:
            ranks.supervise(store, run, interrupts, on_event or _ignore, interval_s=interval_s)
        else:
            _record_how_it_goes(store, run, interrupts, on_event or _ignore, interval_s)
    return store.run(run_id)


def execute_rank(store: Store, run_id: str) -> None:
    """Take part in a run as one of its ranks, which the run's own process stops. Raises CnnvizError when it fails."""
    ranks.end_with_parent()
    with _log_file(run_id):
        _record_how_it_goes(store, store.run(run_id), Interrupts(), _ignore, PROGRESS_INTERVAL_S)
    if distributed.is_initialized():
        distributed.destroy_process_group()


def _record_how_it_goes(
    store: Store, run: Run, interrupts: Interrupts, on_event: Callable[[Event], None], interval_s: float
) -> None:
    """Train a run, and record it when it fails. Raises StoreError when nothing can be recorded."""
    try:
        logger.info("run %s: %s", run.id, run.recipe)
        train_and_record(store, run, interrupts, on_event, interval_s=interval_s)
    except KeyboardInterrupt:
        store.stop(run.id)
    except StoreError:
        logger.exception("run %s cannot be recorded any more", run.id)
        raise
    except Exception as error:  # whatever goes wrong in training is the run's end, and told there
        if ranks.is_loss_of_another(error):  # whose own end says why, or the run's own process does
            raise
        logger.exception("run %s failed", run.id)
        store.fail(run.id, str(error) if isinstance(error, CnnvizError) else f"{type(error).__name__}: {error}")


def _ignore(event: Event) -> None:
    """Take no notice."""


@contextmanager
def _log_file(run_id: str) -> Iterator[None]:
    """Write what cnnviz logs to the run's log, and nowhere else."""
    root = logging.getLogger("cnnviz")
    handler = logging.FileHandler(run_folder(run_id) / "worker.log", encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    root.setLevel(logging.INFO)
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)
        handler.close()


def main(run_id: str) -> int:
    """Execute a run of the store in cnnviz's home, or take part in it; return the process's exit code."""
    try:
        with open_store() as store:
            if ranks.number() is not None:
                execute_rank(store, run_id)
            else:
                execute(store, run_id)
                dispatch(store)
            run = store.run(run_id)
    except CnnvizError as error:
        sys.stderr.write(f"cnnviz: {error}\n")
        return 2
    return 1 if run.status == "failed" else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
