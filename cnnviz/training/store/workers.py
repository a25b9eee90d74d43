"""What workers do: take a run, record how it goes, and how it ends."""

import time
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from cnnviz.training import processes
from cnnviz.training.events import Point, Progress, Result, TestPoint
from cnnviz.training.records import Request, Status, finite
from cnnviz.training.store import curves
from cnnviz.training.store.changes import change, change_running, ending, require_status, storable
from cnnviz.training.store.contents import Contents
from cnnviz.training.store.tables import runs_table

if TYPE_CHECKING:  # a store is opened without waiting for PyTorch
    from cnnviz.training.monitor import Reading


class ForWorkers(Contents):
    """The part of a store in which training is recorded."""

    def claim(self, run_id: str, *, pid: int, pid_started: float, device: str) -> bool:
        """Take a queued run, atomically; False when it is no longer there to be taken."""
        owner = {"pid": pid, "pid_started": pid_started, "device": device, "host": processes.host()}
        begun = {"status": "running", "started_at": time.time(), "turn": None, "heard_at": self._database.now}
        with self._database.writing() as connection:
            require_status(connection, run_id)
            return change(connection, run_id, ("queued",), **owner, **begun)

    def set_device(self, run_id: str, device: str) -> None:
        """Record the device that a running run really uses."""
        with self._database.writing() as connection:
            change_running(connection, run_id, device=device, heard_at=self._database.now)

    def add_point(
        self,
        run_id: str,
        seq: int,
        point: Point | TestPoint,
        *,
        progress: Progress | None = None,
        reading: "Reading | None" = None,
    ) -> None:
        """Record the point of that number, in place of one that is there, and make its numbers the run's latest.

        `progress` and `reading` tell the rates, the memory and the load there. What is not finite is kept as None,
        but for the statistics of layers.
        """
        with self._database.writing() as connection:
            heard_at = self._database.now
            change_running(connection, run_id, num_points=seq, heard_at=heard_at, **curves.latest(point))
            curves.write_point(connection, run_id, seq, point, progress, reading)

    def set_progress(self, run_id: str, progress: Progress) -> Request | None:
        """Record how far a run is, and return what is asked of it."""
        values = {
            "step": progress.step,
            "num_steps": progress.num_steps,
            "elapsed_s": progress.elapsed_s,
            "examples_per_s": finite(progress.examples_per_s),
            "wall_examples_per_s": finite(progress.wall_examples_per_s),
        }
        asked = select(runs_table.c.request).where(runs_table.c.id == run_id)
        with self._database.writing() as connection:
            change_running(connection, run_id, heard_at=self._database.now, **values)
            request: Request | None = connection.scalar(asked)
            return request

    def finish(self, run_id: str, result: Result, *, num_points: int | None = None) -> None:
        """Record that a run is done, and its final numbers.

        The points beyond its last one, number `num_points` or the one added last, are dropped: they are an earlier
        attempt's.
        """
        numbers = {
            "loss": finite(result.loss),
            "train_acc": finite(result.train_acc),
            "test_acc": finite(result.test_acc),
            "examples_per_s": finite(result.examples_per_s),
            "wall_examples_per_s": finite(result.wall_examples_per_s),
        }
        self._end(run_id, "finished", num_points, **numbers)

    def stop(self, run_id: str, *, num_points: int | None = None) -> None:
        """Record that a running run was stopped; its latest numbers stay, and points are dropped as by `finish`."""
        self._end(run_id, "stopped", num_points)

    def pause(self, run_id: str, *, num_points: int | None = None) -> None:
        """Record that a running run was paused; its latest numbers stay, and points are dropped as by `finish`."""
        self._end(run_id, "paused", num_points)

    def fail(self, run_id: str, error: str, *, num_points: int | None = None) -> None:
        """Record that a running run failed, and why, in one line; points are dropped as by `finish`."""
        self._end(run_id, "failed", num_points, error=" ".join(storable(error).split()))

    def _end(self, run_id: str, status: Status, num_points: int | None, **values: Any) -> None:
        last = select(runs_table.c.num_points).where(runs_table.c.id == run_id)
        given = {} if num_points is None else {"num_points": num_points}
        with self._database.writing() as connection:
            change_running(connection, run_id, status=status, **values, **given, **ending())
            curves.drop_points(connection, run_id, connection.execute(last).scalar_one() + 1)
