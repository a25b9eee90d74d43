"""What happens in a run, written to the store and to trackers; a store that is locked or full is waited for."""

import logging
import time
from collections.abc import Callable, Mapping
from typing import Literal

from cnnviz.errors import StoreError
from cnnviz.training.events import Event, Point, Progress, Result, TestPoint
from cnnviz.training.monitor import Reading
from cnnviz.training.records import Request
from cnnviz.training.store import Store
from cnnviz.training.trackers import Trackers

PATIENCE_S = 600.0  # how long a store that is full, locked or away is waited for
RETRY_S = 2.0

Ending = Result | Literal["stop", "pause"]

logger = logging.getLogger(__name__)


class Recorder:
    """Records one run: each point under its number, and how far the run is every `interval_s`."""

    def __init__(
        self,
        store: Store,
        run_id: str,
        trackers: Trackers,
        read: Callable[[], Reading],
        *,
        num_points: int,
        interval_s: float,
    ) -> None:
        self.num_points = num_points
        self._store, self._run_id, self._trackers, self._read = store, run_id, trackers, read
        self._interval_s, self._told_s = interval_s, -interval_s
        self._progress: Progress | None = None
        self._reading = read()

    def take(self, event: Event) -> None:
        """Record a point now, and remember how far the run is. Raises StoreError when that stays impossible."""
        match event:
            case Progress():
                self._progress = event
            case Point() | TestPoint():
                self._add_point(event)

    def request(self) -> Request | None:
        """Record how far the run is, if it is time to, and return what a person asks of it.

        That it cannot be recorded is told in the log only: it will be the next time.
        """
        if self._progress is None or time.monotonic() - self._told_s < self._interval_s:
            return None
        self._told_s, self._reading = time.monotonic(), self._read()
        try:
            return self._store.set_progress(self._run_id, self._progress)
        except StoreError as error:
            logger.warning("progress is not recorded: %s", error)
            return None

    def end(self, ending: Ending) -> None:
        """Record how the run ended; of the points that an earlier attempt went on to, none is left."""
        number = self.num_points
        if self._progress is not None:  # the last step, however soon it came after the one recorded before
            progress = self._progress
            self._persist(lambda: self._store.set_progress(self._run_id, progress))
        match ending:
            case Result():
                self._persist(lambda: self._store.finish(self._run_id, ending, num_points=number))
            case "stop":
                self._persist(lambda: self._store.stop(self._run_id, num_points=number))
            case "pause":
                self._persist(lambda: self._store.pause(self._run_id, num_points=number))

    def _add_point(self, point: Point | TestPoint) -> None:
        self.num_points += 1
        number, progress, reading = self.num_points, self._progress, self._reading
        self._persist(lambda: self._store.add_point(self._run_id, number, point, progress=progress, reading=reading))
        self._trackers.log(point.step, _numbers(point))

    def _persist(self, write: Callable[[], object]) -> None:
        """Write to the store, again and again while it cannot be written and the run is not known to be over."""
        give_up_s = time.monotonic() + PATIENCE_S
        while True:
            try:
                write()
                return
            except StoreError as error:
                if time.monotonic() > give_up_s or self._is_over():
                    raise
                logger.warning("nothing can be recorded for now, training waits: %s", error)
                time.sleep(RETRY_S)

    def _is_over(self) -> bool:
        """Whether somebody has ended the run meanwhile, or deleted it: nothing more will ever be recorded."""
        try:
            return all(run.id != self._run_id or run.status != "running" for run in self._store.active_runs())
        except StoreError:
            return False


def _numbers(point: Point | TestPoint) -> Mapping[str, float]:
    """Return a point's numbers by the names that trackers show them under."""
    named = {
        "train/loss": getattr(point, "train_loss", None),
        "train/accuracy": getattr(point, "train_acc", None),
        "validation/accuracy": getattr(point, "valid_acc", None),
        "test/accuracy": getattr(point, "test_acc", None),
        "lr": getattr(point, "lr", None),
        "epoch": point.epoch,
    }
    return {name: value for name, value in named.items() if value is not None}
