"""What a run store holds, read as frozen data."""

from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import URL, ColumnElement, select, true

from cnnviz.errors import StoreError
from cnnviz.training import processes
from cnnviz.training.records import ACTIVE, LayerPoint, PointRow, Run
from cnnviz.training.store import curves
from cnnviz.training.store.changes import RUN_COLUMNS, require, require_status
from cnnviz.training.store.database import PATIENCE_S, Database, url_of
from cnnviz.training.store.migrations import bring_up_to_date
from cnnviz.training.store.tables import runs_table


class Contents:
    """An open store, and what is in it."""

    def __init__(self, place: Path | URL, *, patience_s: float = PATIENCE_S) -> None:
        """Open the store at a place, which is made where there is none; wait so long for another's transaction."""
        self._database = Database(url_of(place) if isinstance(place, Path) else place, patience_s=patience_s)
        try:
            bring_up_to_date(self._database)
        except StoreError:
            self.close()
            raise

    @property
    def name(self) -> str:
        """Where the store is, without a password."""
        return self._database.name

    def close(self) -> None:
        """Close the connections that are kept open."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def run(self, run_id: str) -> Run:
        """Return a run as it is now."""
        with self._database.reading() as connection:
            return require(connection, run_id)

    def runs(self) -> tuple[Run, ...]:
        """Return all runs, the newest first."""
        return self._runs(true())

    def active_runs(self) -> tuple[Run, ...]:
        """Return the runs of this machine that wait or run, the newest first."""
        return self._runs(runs_table.c.status.in_(ACTIVE), self._is_here)

    def points(self, run_id: str, *, since: int = 0) -> tuple[PointRow, ...]:
        """Return a run's points in their order, those after number `since`; numbers start at 1."""
        with self._database.reading() as connection:
            require_status(connection, run_id)
            return curves.read_points(connection, run_id, since)

    def layer_points(self, run_id: str, *, since: int = 0) -> tuple[LayerPoint, ...]:
        """Return what was measured of a run's layers, after point number `since`, in the order of the points."""
        with self._database.reading() as connection:
            require_status(connection, run_id)
            return curves.read_layer_points(connection, run_id, since)

    def _runs(self, *conditions: ColumnElement[bool]) -> tuple[Run, ...]:
        query = select(*RUN_COLUMNS).where(*conditions).order_by(runs_table.c.number.desc())
        with self._database.reading() as connection:
            return tuple(Run.from_row(row) for row in connection.execute(query))

    @property
    def _is_here(self) -> ColumnElement[bool]:
        """Whether a run is this machine's, as all of an SQLite file are."""
        return runs_table.c.host == processes.host() if self._database.is_shared else true()
