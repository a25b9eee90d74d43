"""The database behind the run store: connections, transactions, and errors in plain words."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, ColumnElement, Connection
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

from cnnviz.errors import StoreError
from cnnviz.training.store.kinds import KINDS

PATIENCE_S = 60.0  # how long one process waits for another's transaction

_DAMAGED = "is damaged ({cause}); move the file away, and a new one will be made"
_LOCKED = "cannot be used: another process has been writing to it for a long time ({cause}); try again when it is done"
_FULL = "cannot be written: its disk is full ({cause}); free some space, what was recorded is kept"
_READ_ONLY = "cannot be written ({cause}); check who may write the file and its folder"
_UNREACHABLE = "cannot be reached: {cause}"
_UNUSABLE = "cannot be used: {cause}"

_EXPLANATIONS = {
    "SQLITE_NOTADB": _DAMAGED,
    "SQLITE_CORRUPT": _DAMAGED,
    "SQLITE_BUSY": _LOCKED,
    "SQLITE_LOCKED": _LOCKED,
    "SQLITE_FULL": _FULL,
    "SQLITE_READONLY": _READ_ONLY,
    "55P03": _LOCKED,  # lock_not_available
    "53100": _FULL,  # disk_full
    "25006": _READ_ONLY,  # read_only_sql_transaction
    "08": _UNREACHABLE,
    "57P": _UNREACHABLE,  # shut down, crashed, starting up
}
"""What to say, by the beginning of SQLite's name of an error or of PostgreSQL's SQLSTATE."""


class Database:
    """A database that several processes and threads use at once."""

    def __init__(self, url: URL, *, patience_s: float = PATIENCE_S) -> None:
        self.name = place_text(url)
        self._kind = KINDS[url.get_backend_name()]
        self._engine = self._kind.engine(url, patience_s)
        self._begin_writing = self._kind.writing.format(patience_ms=round(patience_s * 1000))

    @property
    def is_shared(self) -> bool:
        """Whether several machines may use the database."""
        return self._kind.is_shared

    @property
    def now(self) -> ColumnElement[float]:
        """The database's clock, in seconds since 1970: one for all machines that use it."""
        return self._kind.now()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one state of the database. Raises StoreError."""
        with self._transaction(self._kind.reading) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection that nobody else writes beside; all of it is kept, or nothing. Raises StoreError."""
        with self._transaction(self._begin_writing) as connection:
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
            raise StoreError(f"the run store {self.name} {_explanation(error)}") from error


def place_text(url: URL) -> str:
    """Return where a database is, without its password or other settings."""
    if url.get_backend_name() == "sqlite":
        return url.database or ""
    return url.set(query={}).render_as_string(hide_password=True)


def url_of(path: Path) -> URL:
    """Return the address of an SQLite file."""
    return URL.create("sqlite", database=str(path))


def _explanation(error: SQLAlchemyError) -> str:
    cause = (error.orig if isinstance(error, DBAPIError) else None) or error
    code = getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None) or ""
    unknown = _UNUSABLE if code or not isinstance(error, OperationalError) else _UNREACHABLE  # no server gave a code
    words = next((words for start, words in _EXPLANATIONS.items() if code.startswith(start)), unknown)
    return words.format(cause=" ".join(str(cause).split()))
