"""The version of a store's tables, and the steps from each version to the next."""

import json
from collections.abc import Callable

from sqlalchemy import Connection, bindparam, insert, inspect, select, text, update

from cnnviz.errors import StoreError
from cnnviz.training import processes
from cnnviz.training.store.database import Database
from cnnviz.training.store.tables import metadata, version_table


def bring_up_to_date(database: Database) -> None:
    """Make the tables of a new database, or change those of an earlier cnnviz; what they hold is kept.

    Raises StoreError for a database of a newer cnnviz.
    """
    with database.reading() as connection:
        version = _version(connection)
    if version != NEWEST:
        with database.writing() as connection:
            _change(connection, database.name)


def _change(connection: Connection, name: str) -> None:
    version = _version(connection)  # once more: another process may just have done it
    if version > NEWEST:
        raise StoreError(
            f"the run store {name} was made by a newer cnnviz (version {version} of its tables, this one knows"
            f" {NEWEST}): update cnnviz"
        )
    if version == 0:
        metadata.create_all(connection)
        connection.execute(insert(version_table).values(version=NEWEST))
        return
    for step in STEPS[version - 1 :]:
        step(connection)
    connection.execute(update(version_table).values(version=NEWEST))


def _version(connection: Connection) -> int:
    """Return the version of the tables; 0 where there are none, 1 where none is recorded."""
    tables = inspect(connection)
    if tables.has_table(version_table.name):
        return int(connection.execute(select(version_table.c.version)).scalar_one())
    return 1 if tables.has_table("runs") else 0


_SECOND = (
    "ALTER TABLE runs ADD COLUMN number BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE runs ADD COLUMN turn BIGINT",
    "ALTER TABLE runs ADD COLUMN host TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE runs ADD COLUMN heard_at DOUBLE PRECISION",
    "ALTER TABLE runs ADD COLUMN request TEXT",
    "ALTER TABLE runs ADD COLUMN num_points BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE runs ADD COLUMN tags TEXT NOT NULL DEFAULT '[]'",
    "ALTER TABLE runs ADD COLUMN notes TEXT NOT NULL DEFAULT ''",
    "UPDATE runs SET num_points = (SELECT coalesce(max(seq), 0) FROM points WHERE run_id = runs.id)",
    "UPDATE runs SET request = 'stop' WHERE stop_requested AND status = 'running'",
    "ALTER TABLE runs DROP COLUMN stop_requested",
    "DROP INDEX runs_by_age",
    "ALTER TABLE points ADD COLUMN step BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE points ADD COLUMN valid_acc DOUBLE PRECISION",
    "ALTER TABLE points ADD COLUMN lr DOUBLE PRECISION",
    "ALTER TABLE points ADD COLUMN examples_per_s DOUBLE PRECISION",
    "ALTER TABLE points ADD COLUMN wall_examples_per_s DOUBLE PRECISION",
    "ALTER TABLE points ADD COLUMN elapsed_s DOUBLE PRECISION",
    "ALTER TABLE points ADD COLUMN memory_bytes BIGINT",
    "ALTER TABLE points ADD COLUMN load DOUBLE PRECISION",
    "CREATE TABLE layer_points (run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,"
    " seq BIGINT NOT NULL, layers TEXT NOT NULL, PRIMARY KEY (run_id, seq))",
    "CREATE TABLE schema_version (version INTEGER NOT NULL)",
    "INSERT INTO schema_version VALUES (2)",
)


def _to_second(connection: Connection) -> None:
    """Add what pausing, resuming, the queue and several machines need; points get the steps that their epochs mean."""
    _require_no_worker(connection)
    for statement in _SECOND:
        connection.execute(text(statement))
    _number_runs(connection)
    for run_id, num_steps, recipe in connection.execute(text("SELECT id, num_steps, recipe FROM runs")).all():
        steps_an_epoch = num_steps / json.loads(recipe)["epochs"]
        places = text("UPDATE points SET step = round(epoch * :steps_an_epoch) WHERE run_id = :run_id")
        connection.execute(places, {"steps_an_epoch": steps_an_epoch, "run_id": run_id})


def _require_no_worker(connection: Connection) -> None:
    """Raise StoreError where a worker of the earlier version is at it: it could not write its next point."""
    query = text("SELECT id, pid, pid_started FROM runs WHERE status = 'running' AND pid IS NOT NULL")
    for run_id, pid, pid_started in connection.execute(query):
        if not processes.is_gone(pid, pid_started):
            raise StoreError(
                f"run {run_id} is still being trained by an earlier cnnviz (process {pid}): let it end, then try again"
            )


def _number_runs(connection: Connection) -> None:
    """Number the runs in the order of their making, and have those that wait in line, on this machine."""
    rows = connection.execute(text("SELECT id FROM runs ORDER BY created_at, id")).scalars().all()
    numbered = [{"run_id": run_id, "place": place} for place, run_id in enumerate(rows, start=1)]
    if numbered:
        change = text("UPDATE runs SET number = :place, host = :host WHERE id = :run_id")
        connection.execute(change.bindparams(bindparam("host", processes.host())), numbered)
    connection.execute(text("UPDATE runs SET turn = number WHERE status = 'queued' AND pid IS NULL"))
    connection.execute(text("CREATE UNIQUE INDEX runs_by_number ON runs (number)"))
    connection.execute(text("CREATE INDEX runs_by_status ON runs (status)"))


STEPS: tuple[Callable[[Connection], None], ...] = (_to_second,)
"""What brings the tables from each version to the next, the first of them from 1 to 2."""

NEWEST = len(STEPS) + 1
