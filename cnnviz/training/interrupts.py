"""Ctrl-C, SIGTERM and a closed terminal, heeded between two steps so that a run can be saved first."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass
class Interrupts:
    """Whether this process was asked to end; a second time, or before anyone looks here, it is interrupted at once."""

    are_heeded: bool = False  # set it where somebody looks at `asked` from now on
    asked: bool = False

    def take(self, number: int, frame: FrameType | None) -> None:
        """Take a signal."""
        if self.asked or not self.are_heeded:
            raise KeyboardInterrupt
        self.asked = True


@contextmanager
def heeded_interrupts() -> Iterator[Interrupts]:
    """Give what signals are noted in; only a process's main thread gets any."""
    interrupts = Interrupts()
    if threading.current_thread() is not threading.main_thread():
        yield interrupts
        return
    before = {number: signal.signal(number, interrupts.take) for number in _SIGNALS}
    try:
        yield interrupts
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
