"""Runs for the tests of the store."""

from cnnviz.training.events import Progress, Result
from cnnviz.training.recipe import make_recipe
from cnnviz.training.store import Store

RECIPE = make_recipe(data="shapes", lr=0.9)
RESULT = Result(0.5, 0.8, 0.7, 1000.0, 900.0, "cpu")


def queued(store: Store, *, device: str = "cpu") -> str:
    return store.create_run("name: Tiny", RECIPE, "Tiny", device=device)


def running(store: Store) -> str:
    run_id = queued(store)
    assert store.claim(run_id, pid=1, pid_started=2.0, device="cpu")
    return run_id


def progress(step: int) -> Progress:
    return Progress(step, 100, 0, 5.0, 200.0, 100.0)
