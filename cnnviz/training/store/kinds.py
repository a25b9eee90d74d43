"""KINDS: the databases that can hold a run store, and how each begins a transaction."""

import sqlite3
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import URL, ColumnElement, Double, Engine, cast, create_engine, event, extract, func, literal
from sqlalchemy.pool import ConnectionPoolEntry

CONNECT_TIMEOUT_S = 10
PRAGMAS = ("PRAGMA journal_mode=WAL", "PRAGMA foreign_keys=ON")
_WRITERS = 0x636E6E76697A  # "cnnviz": the lock that writers of a PostgreSQL store take in turn


@dataclass(frozen=True)
class Kind:
    """A database: its engine, the first words of a transaction that reads or writes, and its clock."""

    engine: Callable[[URL, float], Engine]
    reading: str
    writing: str
    now: Callable[[], ColumnElement[float]]
    is_shared: bool


def _sqlite(url: URL, patience_s: float) -> Engine:
    engine = create_engine(url, connect_args={"timeout": patience_s})
    event.listen(engine, "connect", _prepare)
    return engine


def _prepare(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # transactions begin where `Database` says so
    for pragma in PRAGMAS:
        connection.execute(pragma).close()


def _postgresql(url: URL, patience_s: float) -> Engine:
    # A connection that was cut while nobody used it is noticed and made anew.
    return create_engine(url, connect_args={"connect_timeout": CONNECT_TIMEOUT_S}, pool_pre_ping=True)


KINDS: Mapping[str, Kind] = {
    "sqlite": Kind(
        engine=_sqlite,
        reading="BEGIN",
        writing="BEGIN IMMEDIATE",
        now=lambda: literal(time.time(), Double),
        is_shared=False,
    ),
    "postgresql": Kind(
        engine=_postgresql,
        reading="SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",
        writing=f"SET LOCAL lock_timeout = {{patience_ms}}; SELECT pg_advisory_xact_lock({_WRITERS})",
        now=lambda: cast(extract("epoch", func.clock_timestamp()), Double),
        is_shared=True,
    ),
}
