"""The time that a call takes."""

import statistics
import time
from collections.abc import Callable

REPEATS = 5


def median_s(act: Callable[[], object]) -> float:
    """Return the median seconds of some calls, after one that does not count."""
    times = []
    for _ in range(1 + REPEATS):
        started_s = time.perf_counter()
        act()
        times.append(time.perf_counter() - started_s)
    return statistics.median(times[1:])
