"""The SQLite file behind the run store: connections, transactions, and errors in plain words."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.schema import CreateIndex, CreateTable

from cnnviz.errors import StoreError

BUSY_TIMEOUT_S = 30.0  # how long one process waits for another's transaction
PRAGMAS = ("PRAGMA journal_mode=WAL", "PRAGMA foreign_keys=ON")


class Database:
    """An SQLite file that several processes and threads use at once."""

    def __init__(self, path: Path, tables: Sequence[Table]) -> None:
        self.path = path
        self._engine = _engine(path)
        try:
            with self.writing() as connection:
                for table in tables:
                    connection.execute(CreateTable(table, if_not_exists=True))
                    for index in table.indexes:
                        connection.execute(CreateIndex(index, if_not_exists=True))
        except StoreError:
            self.close()
            raise

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one state of the database. Raises StoreError."""
        with self._transaction("BEGIN") as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection that nobody else writes beside; all of it is kept, or nothing. Raises StoreError."""
        with self._transaction("BEGIN IMMEDIATE") as connection:
            yield connection

    def close(self) -> None:
        """Close the connections that are kept open."""
        self._engine.dispose()

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[Connection]:
        try:
            with self._engine.begin() as connection:
                connection.exec_driver_sql(begin)
                yield connection
        except SQLAlchemyError as error:
            cause = error.orig if isinstance(error, DBAPIError) else error
            raise StoreError(_explain(self.path, str(cause))) from error


def _engine(path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": BUSY_TIMEOUT_S})
    event.listen(engine, "connect", _prepare)
    return engine


def _prepare(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # transactions begin where `Database` says so
    for pragma in PRAGMAS:
        connection.execute(pragma).close()


def _explain(path: Path, cause: str) -> str:
    cause = " ".join(cause.split())
    if "not a database" in cause or "malformed" in cause:
        return f"the run store {path} is damaged ({cause}); move the file away, and a new one will be made"
    return f"the run store {path} cannot be used: {cause}"
