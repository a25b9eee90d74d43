"""One run trained by several processes, its ranks: they are started, stopped together, and end with their parent.

The run's own process starts them with PyTorch's launcher and waits. Rank 0 records, and what it decides all do after
the same event. The ranks' standard input is a pipe from the run's process, which closes when that ends in any way.
"""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal, Protocol

import psutil
import torch
from torch import distributed

from cnnviz.errors import RecipeError, StoreError
from cnnviz.training.allocator import ALLOCATOR
from cnnviz.training.events import Event, Point, Progress
from cnnviz.training.home import log_path
from cnnviz.training.interrupts import Interrupts
from cnnviz.training.records import Run
from cnnviz.training.store import Store

Order = Literal["go on", "save", "stop", "pause"]
Decide = Callable[[], Order]
_ORDERS: tuple[Order, ...] = ("go on", "save", "stop", "pause")


def number() -> int | None:
    """Return which of a run's processes this is, from 0; None where it is the only one."""
    text = os.environ.get("RANK")
    return None if text is None else int(text)


def own_device(device: torch.device) -> torch.device:
    """Return the device of this process: of an accelerator's several devices, each rank has one.

    Raises RecipeError when there are fewer of them than ranks.
    """
    if number() is None or device.type == "cpu":
        return device
    there = torch.accelerator.device_count()
    if int(os.environ["LOCAL_WORLD_SIZE"]) > there:
        raise RecipeError(f"devices should be at most {there}, as many as this machine has of {device.type}")
    return torch.device(device.type, int(os.environ["LOCAL_RANK"]))


def is_first() -> bool:
    """Whether this is the process that records and saves its run."""
    return number() in (None, 0)


def supervise(
    store: Store, run: Run, interrupts: Interrupts, on_event: Callable[[Event], None], *, interval_s: float
) -> None:
    """Start a run's ranks and wait for their end, passing on what they record and what this process is asked to do.

    A rank that ends before its time ends all: the run is then interrupted. Raises StoreError when none can be started.
    """
    watch = _Watch(store, run.id, on_event)
    interrupts.are_heeded = True
    try:
        with _launcher(run) as launcher:
            while not _has_ended(launcher, interval_s):
                watch.look(stop=interrupts.asked)
    except OSError as error:
        raise StoreError(f"the processes of run {run.id} cannot be started: {error}") from error
    watch.look(stop=False)
    ended = store.run(run.id)
    if ended.status == "running":
        store.interrupt(ended, f"one of its {run.recipe.devices} processes ended unexpectedly; see {log_path(run.id)}")


@contextmanager
def _launcher(run: Run) -> Iterator["subprocess.Popen[bytes]"]:
    """Start PyTorch's launcher with the run's ranks; all that is left of them ends with the context."""
    num_ranks = run.recipe.devices
    threads = max(1, (psutil.cpu_count(logical=False) or 1) // num_ranks)
    with log_path(run.id).open("ab") as log:
        launcher = subprocess.Popen(
            [
                *(sys.executable, "-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={num_ranks}"),
                *("--module", "cnnviz.training.worker", run.id),
            ],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C is for this process, which stops them in order
            env={"OMP_NUM_THREADS": str(threads), **ALLOCATOR, **os.environ},
        )
    assert launcher.stdin is not None
    try:
        yield launcher
    finally:
        launcher.stdin.close()  # which ends the ranks, and with them the launcher
        launcher.wait()


def _has_ended(process: "subprocess.Popen[bytes]", timeout_s: float) -> bool:
    try:
        process.wait(timeout_s)
    except subprocess.TimeoutExpired:
        return False
    return True


class _Watch:
    """What another process records of a run, told here as events."""

    def __init__(self, store: Store, run_id: str, on_event: Callable[[Event], None]) -> None:
        self._store, self._run_id, self._on_event = store, run_id, on_event
        self._seq = 0
        self._stopped = False

    def look(self, *, stop: bool) -> None:
        """Tell what is new, and ask the run to stop once."""
        if stop and not self._stopped:
            self._store.request_stop(self._run_id)
            self._stopped = True
        for point in self._store.points(self._run_id, since=self._seq):
            self._seq = point.seq
            if point.train_loss is not None and point.train_acc is not None:
                self._on_event(Point(point.epoch, point.train_loss, point.train_acc, step=point.step))
        self._on_event(_progress(self._store.run(self._run_id)))


def _progress(run: Run) -> Progress:
    epoch = run.step * run.recipe.epochs // max(1, run.num_steps)
    rates = run.examples_per_s or 0.0, run.wall_examples_per_s or 0.0
    return Progress(run.step, run.num_steps, epoch, run.elapsed_s, *rates)


def end_with_parent() -> None:
    """Make this rank end when the run's process has ended, whatever ended it."""
    threading.Thread(target=_wait_for_parent, daemon=True).start()


def _wait_for_parent() -> None:
    while os.read(0, 1):
        pass
    os._exit(1)


class Obey(Protocol):
    """Gives the order after an event; `decide` is asked where this process decides."""

    def __call__(self, decide: Decide, *, now: bool) -> Order: ...  # noqa: D102


def own_orders(decide: Decide, *, now: bool) -> Order:
    """Return what this process decides, which is the only one."""
    return decide()


def is_loss_of_another(error: Exception) -> bool:
    """Whether an error of this rank says no more than that another one is gone."""
    return number() is not None and (isinstance(error, distributed.DistError) or "gloo" in str(error))


class Orders:
    """What rank 0 decides, for all ranks after the same event; asked again about every half second."""

    def __init__(self, interval_s: float) -> None:
        self._interval_s = interval_s
        group = distributed.new_group(backend="gloo")  # for numbers on the CPU, whatever device is trained on
        assert isinstance(group, distributed.ProcessGroup)
        self._group = group
        self._countdown, self._asked_s, self._num_events = 1, time.monotonic(), 1

    def __call__(self, decide: Decide, *, now: bool) -> Order:
        """Return the order after an event. All ranks must see the same events, and `now` after the same ones."""
        self._countdown -= 1
        if self._countdown > 0 and not now:
            return "go on"
        message = torch.zeros(2, dtype=torch.int64)
        if distributed.get_rank() == 0:
            message[0], message[1] = _ORDERS.index(decide()), self._events_until_next()
        distributed.broadcast(message, src=0, group=self._group)
        self._countdown = self._num_events = int(message[1])
        return _ORDERS[int(message[0])]

    def _events_until_next(self) -> int:
        now_s = time.monotonic()
        elapsed_s, self._asked_s = now_s - self._asked_s, now_s
        share = self._interval_s / max(elapsed_s, 1e-6)
        return max(1, int(self._num_events * min(share, 2.0)))  # what follows may take longer than what was seen
