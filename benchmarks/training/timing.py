"""The time that a call takes."""

import statistics
import time
from collections.abc import Callable

REPEATS = 5


def elapsed_s(act: Callable[[], object]) -> float:
    """Return the seconds of one call."""
    started_s = time.perf_counter()
    act()
    return time.perf_counter() - started_s


def median_s(act: Callable[[], object]) -> float:
    """Return the median seconds of some calls, after one that does not count."""
    act()
    return statistics.median(elapsed_s(act) for _ in range(REPEATS))
