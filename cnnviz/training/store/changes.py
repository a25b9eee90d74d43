"""Changes of one run's row, each only where the run's state allows it, and the line of those that wait."""

import time
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, func, not_, or_, select, update

from cnnviz.errors import StoreError
from cnnviz.training.records import Run, Status
from cnnviz.training.store.tables import runs_table

RUN_COLUMNS = tuple(runs_table.c[name] for name in Run.__dataclass_fields__)  # in the order of its fields

_IS_QUEUED, _HAS_TURN = runs_table.c.status == "queued", runs_table.c.turn.is_not(None)
IS_WAITING = and_(_IS_QUEUED, _HAS_TURN)
"""A run that waits in line."""
IS_TAKING = or_(runs_table.c.status == "running", and_(_IS_QUEUED, not_(_HAS_TURN)))
"""A run that has its device, or is about to be claimed."""


def require(connection: Connection, run_id: str) -> Run:
    """Return a run. Raises StoreError when there is none."""
    row = connection.execute(select(*RUN_COLUMNS).where(runs_table.c.id == run_id)).first()
    if row is None:
        raise _no_such_run(run_id)
    return Run.from_row(row)


def require_status(connection: Connection, run_id: str) -> Status:
    """Return the status of a run, without reading the rest. Raises StoreError when there is none."""
    status: Status | None = connection.scalar(select(runs_table.c.status).where(runs_table.c.id == run_id))
    if status is None:
        raise _no_such_run(run_id)
    return status


def _no_such_run(run_id: str) -> StoreError:
    return StoreError(f"there is no run {run_id} in this store; the Runs page and cnnviz runs list those there are")


def change(
    connection: Connection, run_id: str, when: Sequence[Status], *conditions: ColumnElement[bool], **values: Any
) -> bool:
    """Change a run in one of these states that meets the conditions; False when there is none."""
    there = (runs_table.c.id == run_id, runs_table.c.status.in_(when), *conditions)
    return connection.execute(update(runs_table).where(*there).values(values)).rowcount == 1


def change_running(connection: Connection, run_id: str, **values: Any) -> None:
    """Change a running run. Raises StoreError when it is not running."""
    if not change(connection, run_id, ("running",), **values):
        raise StoreError(f"run {run_id} is not running: nothing more is recorded for it")


def ending() -> dict[str, Any]:
    """Return the values of a run that ends now, whatever its status becomes."""
    return {"ended_at": time.time(), "turn": None, "request": None}


def one_more(connection: Connection, column: ColumnElement[int]) -> int:
    """Return one more than the highest number in a column: the number of a new run, or the end of the line."""
    return int(connection.execute(select(func.coalesce(func.max(column), 0) + 1)).scalar_one())


def first_in_line(connection: Connection, *conditions: ColumnElement[bool]) -> RowMapping | None:
    """Return the id and the process, if any, of the run that has waited longest."""
    waiting = select(runs_table.c.id, runs_table.c.pid).where(IS_WAITING, *conditions)
    return connection.execute(waiting.order_by(runs_table.c.turn).limit(1)).mappings().first()


def is_busy(connection: Connection, *conditions: ColumnElement[bool]) -> bool:
    """Whether a run that meets the conditions runs, or is about to."""
    return connection.execute(select(runs_table.c.id).where(IS_TAKING, *conditions).limit(1)).first() is not None


def storable(text: str) -> str:
    """Return a text that every database can hold: without NUL, and without halves of characters."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()
