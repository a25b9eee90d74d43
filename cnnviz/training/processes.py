"""Processes told apart for good: by their id and when they began, since ids are used again."""

import os
import socket

import psutil

TOLERANCE_S = 0.1


def started(pid: int) -> float:
    """Return when a process began, in seconds since the machine was started: unlike a date, never adjusted.

    Raises psutil.NoSuchProcess when there is none.
    """
    while True:  # psutil gives dates: a clock that is set between two readings would tell another beginning
        booted = psutil.boot_time()
        created = psutil.Process(pid).create_time()
        if psutil.boot_time() == booted:
            return created - booted


def host() -> str:
    """Return the name of this machine: a store may be shared by several."""
    return socket.gethostname()


def own() -> tuple[int, float]:
    """Return the id of this process and when it began."""
    return os.getpid(), started(os.getpid())


def is_gone(pid: int, pid_started: float) -> bool:
    """Whether that process has ended; one that only waits for its parent to notice counts as ended."""
    try:
        same = abs(started(pid) - pid_started) < TOLERANCE_S
        return not same or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
