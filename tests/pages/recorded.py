"""Runs in the store that nobody trained."""

from cnnviz.network.document import to_text
from cnnviz.network.presets import preset
from cnnviz.training.events import Point, Progress, Result, TestPoint
from cnnviz.training.published import published_recipe
from cnnviz.training.store import open_store


def record(name: str = "lenet", *, end: str = "finished", called: str = "", test_acc: float = 0.8, **settings) -> str:
    """A run that has ended in this way, and its id."""
    network = preset(name)
    with open_store() as store:
        run_id = store.create_run(to_text(network), published_recipe(network, **settings), called or network.name)
        if end == "queued":
            return run_id
        store.claim(run_id, pid=1, pid_started=0.0, device="cpu")
        store.add_point(run_id, 1, Point(1.0, 0.47, 0.81, step=235))
        store.add_point(run_id, 2, TestPoint(1.0, test_acc, step=235))
        store.set_progress(run_id, Progress(235, 2350, 0, 3.0, 900.0, 800.0))
        if end == "finished":
            store.finish(run_id, Result(0.47, 0.81, test_acc, 900.0, 800.0, "cpu"))
        elif end == "failed":
            store.fail(run_id, "no data")
        elif end == "paused":
            store.pause(run_id)
        else:
            store.stop(run_id)
    return run_id
