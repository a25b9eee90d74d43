"""What launchers do: give devices to the runs that wait for them, and notice processes that are gone."""

from sqlalchemy import and_, func, not_, select, update

from cnnviz.training import processes
from cnnviz.training.records import ACTIVE, Run
from cnnviz.training.store.changes import IS_TAKING, IS_WAITING, change, ending, first_in_line, is_busy, require
from cnnviz.training.store.contents import Contents
from cnnviz.training.store.tables import runs_table

SILENCE_S = 900.0  # of another machine's process that is gone: loading data and compiling are silent for minutes


class ForLaunchers(Contents):
    """The part of a store that starts workers."""

    def idle_devices(self) -> tuple[str, ...]:
        """Return the devices of this machine that runs wait for though none has them."""
        waiting = select(runs_table.c.device).where(IS_WAITING, self._is_here)
        taken = select(runs_table.c.device).where(IS_TAKING, self._is_here)
        with self._database.reading() as connection:
            return tuple(sorted(connection.scalars(waiting.except_(taken))))

    def reserve(self, device: str, *, run_id: str | None = None) -> Run | None:
        """Take the run that has waited longest for a device of this machine on which nothing runs, atomically.

        It stays queued and is this process's, until its worker is recorded or claims it. None where the device is
        taken, nobody waits, or the first in line has a process that waits for it itself: that one gives `run_id`, and
        gets its run when it is its turn.
        """
        there = and_(runs_table.c.device == device, self._is_here)
        with self._database.writing() as connection:
            if run_id:
                change(connection, run_id, ("queued",), heard_at=self._database.now)
            first = first_in_line(connection, there)
            if first is None or is_busy(connection, there):
                return None
            if first["id"] != run_id and (run_id or first["pid"] is not None):
                return None
            pid, pid_started = processes.own()
            owner = {"pid": pid, "pid_started": pid_started, "heard_at": self._database.now}
            change(connection, first["id"], ("queued",), turn=None, **owner)
            return require(connection, first["id"])

    def set_worker(self, run_id: str, *, pid: int, pid_started: float) -> None:
        """Record the process that will claim a queued run; a run that is claimed already stays as it is."""
        owner = {"pid": pid, "pid_started": pid_started, "heard_at": self._database.now}
        with self._database.writing() as connection:
            change(connection, run_id, ("queued",), turn=None, **owner)

    def interrupt(self, run: Run, error: str) -> bool:
        """Record that the process of a run is gone; False when the run has moved on since `run` was read.

        What a process writes it writes before it ends: when it was seen gone and the run still says
        what it said before, nothing more will come.
        """
        owner = (runs_table.c.pid == run.pid, runs_table.c.pid_started == run.pid_started)
        with self._database.writing() as connection:
            return change(connection, run.id, (run.status,), *owner, status="interrupted", error=error, **ending())

    def interrupt_silent(self, error: str, *, silence_s: float = SILENCE_S) -> tuple[str, ...]:
        """Record that processes of other machines are gone that were silent so long, and return their runs' ids.

        How long that is tells the database's clock, which is the same for all machines.
        """
        columns = runs_table.c
        is_silent = and_(columns.pid.is_not(None), columns.heard_at < self._database.now - silence_s)
        gone = and_(columns.status.in_(ACTIVE), is_silent, not_(self._is_here))
        with self._database.reading() as connection:  # pages ask often, and there is hardly ever anything to write
            if not connection.scalar(select(func.count()).where(gone)):
                return ()
        interrupted = update(runs_table).where(gone).values(status="interrupted", error=error, **ending())
        with self._database.writing() as connection:
            return tuple(connection.scalars(interrupted.returning(columns.id)))
