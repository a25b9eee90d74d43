"""The run store: what was run, how it went, and who is at it. Several processes and threads may use it at once."""

import secrets
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import ColumnElement, Connection, RowMapping, func, insert, select, update

from cnnviz.errors import StoreError
from cnnviz.training.database import Database
from cnnviz.training.events import Point, Progress, Result, TestPoint
from cnnviz.training.home import home
from cnnviz.training.recipe import Recipe
from cnnviz.training.records import PointRow, Run, Status, finite
from cnnviz.training.tables import points_table, runs_table


def open_store() -> "Store":
    """Open the store in cnnviz's home, which is made when it is missing.

    Raises StoreError when it cannot be used.
    """
    return Store(home() / "runs.sqlite3")


class Store:
    """The runs and their points in one SQLite file.

    Every method raises StoreError, in one line, when the database cannot be used or has no such run.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._database = Database(path, tables=(runs_table, points_table))

    def close(self) -> None:
        """Close the connections that are kept open."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # What a person does

    def create_run(self, network_text: str, recipe: Recipe, name: str) -> str:
        """Record a run that waits for a worker and return its id."""
        run_id = secrets.token_hex(4)
        row = {
            "id": run_id,
            "name": name,
            "status": "queued",
            "created_at": time.time(),
            "network": network_text,
            "recipe": recipe.model_dump_json(),
            "device": recipe.device,
        }
        with self._database.writing() as connection:
            connection.execute(insert(runs_table).values(row))
        return run_id

    def request_stop(self, run_id: str) -> None:
        """Ask a run to stop; one that no worker has begun stops at once, one that has ended stays as it is."""
        with self._database.writing() as connection:
            self._require(connection, run_id)
            _change(connection, run_id, "running", stop_requested=True)
            _change(connection, run_id, "queued", stop_requested=True, status="stopped", ended_at=time.time())

    def run(self, run_id: str) -> Run:
        """Return a run as it is now."""
        with self._database.reading() as connection:
            return Run.from_row(self._require(connection, run_id))

    def runs(self) -> tuple[Run, ...]:
        """Return all runs, the newest first."""
        query = select(runs_table).order_by(runs_table.c.created_at.desc(), runs_table.c.id)
        with self._database.reading() as connection:
            return tuple(Run.from_row(row) for row in connection.execute(query).mappings())

    def points(self, run_id: str, *, since: int = 0) -> tuple[PointRow, ...]:
        """Return a run's points in their order, those after number `since`; numbers start at 1."""
        columns = points_table.c
        query = select(points_table).where(columns.run_id == run_id, columns.seq > since).order_by(columns.seq)
        with self._database.reading() as connection:
            self._require(connection, run_id)
            return tuple(PointRow.from_row(row) for row in connection.execute(query).mappings())

    # What a worker does

    def claim(self, run_id: str, *, pid: int, pid_started: float, device: str) -> bool:
        """Take a queued run, atomically; False when it is no longer there to be taken."""
        owner = {"pid": pid, "pid_started": pid_started, "device": device}
        with self._database.writing() as connection:
            taken = _change(connection, run_id, "queued", status="running", started_at=time.time(), **owner)
            self._require(connection, run_id)
        return taken

    def set_device(self, run_id: str, device: str) -> None:
        """Record the device that a running run really uses."""
        self._change_running(run_id, device=device)

    def add_point(self, run_id: str, point: Point | TestPoint) -> None:
        """Record a point and make its numbers the run's latest; a loss that is not finite is kept as None."""
        if isinstance(point, Point):
            numbers = {"train_loss": finite(point.train_loss), "train_acc": point.train_acc}
            latest = {"loss": finite(point.train_loss), "train_acc": point.train_acc}
        else:
            numbers = latest = {"test_acc": point.test_acc}
        last = select(func.coalesce(func.max(points_table.c.seq), 0) + 1).where(points_table.c.run_id == run_id)
        with self._database.writing() as connection:
            row = {"run_id": run_id, "seq": last.scalar_subquery(), "epoch": point.epoch, **numbers}
            _change_running(connection, run_id, **latest)
            connection.execute(insert(points_table).values(row))

    def set_progress(self, run_id: str, progress: Progress) -> bool:
        """Record how far a run is; True when it is asked to stop."""
        values = {
            "step": progress.step,
            "num_steps": progress.num_steps,
            "elapsed_s": progress.elapsed_s,
            "examples_per_s": progress.examples_per_s,
            "wall_examples_per_s": progress.wall_examples_per_s,
        }
        with self._database.writing() as connection:
            _change_running(connection, run_id, **values)
            return bool(self._require(connection, run_id)["stop_requested"])

    def finish(self, run_id: str, result: Result) -> None:
        """Record that a run is done, and its final numbers."""
        self._change_running(
            run_id,
            status="finished",
            ended_at=time.time(),
            loss=finite(result.loss),
            train_acc=result.train_acc,
            test_acc=result.test_acc,
            examples_per_s=result.examples_per_s,
            wall_examples_per_s=result.wall_examples_per_s,
        )

    def stop(self, run_id: str) -> None:
        """Record that a running run was stopped; its latest numbers stay."""
        self._change_running(run_id, status="stopped", ended_at=time.time())

    def fail(self, run_id: str, error: str) -> None:
        """Record that a running run failed, and why, in one line."""
        self._change_running(run_id, status="failed", ended_at=time.time(), error=" ".join(error.split()))

    # What a launcher does

    def set_worker(self, run_id: str, *, pid: int, pid_started: float) -> None:
        """Record the process that will claim a queued run; a run that is claimed already stays as it is."""
        with self._database.writing() as connection:
            _change(connection, run_id, "queued", pid=pid, pid_started=pid_started)

    def interrupt(self, run: Run, error: str) -> bool:
        """Record that the process of a run is gone; False when the run has moved on since `run` was read.

        What a process writes it writes before it ends: when it was seen gone and the run still says
        what it said before, nothing more will come.
        """
        with self._database.writing() as connection:
            changes = {"status": "interrupted", "ended_at": time.time(), "error": error}
            owner = (runs_table.c.pid == run.pid, runs_table.c.pid_started == run.pid_started)
            return _change(connection, run.id, run.status, *owner, **changes)

    def _change_running(self, run_id: str, **values: Any) -> None:
        with self._database.writing() as connection:
            _change_running(connection, run_id, **values)

    def _require(self, connection: Connection, run_id: str) -> RowMapping:
        row = connection.execute(select(runs_table).where(runs_table.c.id == run_id)).mappings().first()
        if row is None:
            raise StoreError(f"there is no run {run_id} in {self.path}; see `cnnviz runs`")
        return row


def _change(connection: Connection, run_id: str, when: Status, *conditions: ColumnElement[bool], **values: Any) -> bool:
    """Change a run whose status is `when` and that meets the conditions; False when there is none."""
    there = (runs_table.c.id == run_id, runs_table.c.status == when, *conditions)
    return connection.execute(update(runs_table).where(*there).values(values)).rowcount == 1


def _change_running(connection: Connection, run_id: str, **values: Any) -> None:
    if not _change(connection, run_id, "running", **values):
        raise StoreError(f"run {run_id} is not running: nothing more is recorded for it")
