"""When a run is saved while it trains: after an epoch, every few minutes, and never so often that it costs much."""

import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cnnviz.errors import StoreError
from cnnviz.training import checkpoints
from cnnviz.training.events import Event, Progress, TestPoint

INTERVAL_S = 180.0  # between two checkpoints within an epoch
MOST_TIME = 0.02  # share of the time that may go into checkpoints

logger = logging.getLogger(__name__)


class Saver:
    """Saves a run in its folder of checkpoints, and remembers when it did and how long that took."""

    def __init__(self, folder: Path, *, kept: int = 2, clock: Callable[[], float] = time.monotonic) -> None:
        self.folder, self._kept, self._clock = folder, kept, clock
        self._saved_s, self._took_s = clock(), 0.0

    def is_due(self, event: Event) -> bool:
        """Whether the run is to be saved now, after this event."""
        since_s = self._clock() - self._saved_s
        worth_it = since_s * MOST_TIME >= self._took_s
        return worth_it and (isinstance(event, TestPoint) or (isinstance(event, Progress) and since_s >= INTERVAL_S))

    def save(self, step: int, state: Any) -> bool:
        """Save the run; where that fails, on a full disk say, tell it in the log and return False.

        What was saved before is still there then: the run goes on, and tries again when it is due again.
        """
        started_s = self._clock()
        try:
            checkpoints.save(self.folder, step, state, kept=self._kept)
        except StoreError as error:
            logger.warning("%s; the checkpoint before it is kept", error)
            return False
        finally:
            self._saved_s = self._clock()
            self._took_s = self._saved_s - started_s
        return True
