"""What it costs to record a run as its worker does: a point, how far it is, a checkpoint."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import cnnviz
from cnnviz.training import checkpoints
from cnnviz.training.events import Point, Progress
from cnnviz.training.loop import Training
from cnnviz.training.monitor import monitor
from cnnviz.training.recording import Recorder
from cnnviz.training.saving import INTERVAL_S
from cnnviz.training.store import open_store
from cnnviz.training.trackers import Trackers
from cnnviz.training.worker import PROGRESS_INTERVAL_S
from training.contestants import CPU, book_recipe, latest
from training.timing import median_s


@dataclass(frozen=True)
class Costs:
    """Seconds that it takes to record a point, to record how far the run is, and to save the run."""

    point_s: float
    progress_s: float
    checkpoint_s: float

    def epoch_parts(self, epoch_s: float, *, num_steps: int, num_points: int) -> dict[str, float]:
        """Return the seconds that each takes of an epoch of so many steps and points, as often as a worker does it."""
        return {
            "points": (num_points + 1) * self.point_s,  # and that of the test
            "progress": min(num_steps, epoch_s / PROGRESS_INTERVAL_S) * self.progress_s,
            "checkpoints": (1 + epoch_s // INTERVAL_S) * self.checkpoint_s,
        }


def costs(name: str) -> Costs:
    """Record the run that was trained last in this process, in a home of its own, and return what it costs."""
    training, point = latest["training"], latest["point"]
    assert isinstance(training, Training)
    assert isinstance(point, Point)
    with tempfile.TemporaryDirectory() as folder, _home(folder), open_store() as store:
        run_id = store.create_run(cnnviz.to_text(cnnviz.load(name)), book_recipe(name), name=name)
        store.claim(run_id, pid=os.getpid(), pid_started=0.0, device=str(CPU))
        with Trackers(store.run(run_id)) as trackers:
            recorder = Recorder(store, run_id, trackers, monitor(CPU), num_points=0, interval_s=0.0)
            recorder.take(Progress(point.step, 1000, 0, 1.0, 1.0, 1.0))
            return Costs(
                median_s(lambda: recorder.take(point)),
                median_s(recorder.request),
                median_s(lambda: checkpoints.save(Path(folder), point.step, training.state())),
            )


@contextmanager
def _home(folder: str) -> Iterator[None]:
    before = os.environ.get("CNNVIZ_HOME")
    os.environ["CNNVIZ_HOME"] = folder
    try:
        yield
    finally:
        os.environ.pop("CNNVIZ_HOME")
        if before is not None:
            os.environ["CNNVIZ_HOME"] = before
