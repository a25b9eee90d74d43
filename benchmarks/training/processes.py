"""Processes of their own for the contestants, with memory handled as in a run's worker, or as Python does it."""

import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import ParamSpec, TypeVar

from cnnviz.training.allocator import ALLOCATOR
from training.contestants import prepare

_QUIET = {"KINETO_LOG_LEVEL": "99"}  # the profiler has nothing to say of devices that are not here
P = ParamSpec("P")
T = TypeVar("T")


class Home:
    """A process in which contestants live."""

    def __init__(self, network: str, contestants: tuple[str, ...], *, as_worker: bool) -> None:
        self._pool = ProcessPoolExecutor(1, get_context("spawn"), prepare, (network, contestants))
        with _environment(_QUIET | (ALLOCATOR if as_worker else {})):
            self._pool.submit(os.getpid).result()  # the process starts with the first call

    def __call__(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a function there."""
        return self._pool.submit(function, *args, **kwargs).result()

    def close(self) -> None:
        """End the process."""
        self._pool.shutdown()


@contextmanager
def _environment(settings: Mapping[str, str]) -> Iterator[None]:
    """Let processes started inside have these settings, and of the allocator's no others."""
    before = dict(os.environ)
    for name in ALLOCATOR:
        os.environ.pop(name, None)
    os.environ.update(settings)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
