import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress

import pytest

from cnnviz.training.recipe import make_recipe
from cnnviz.training.store import Store

DISPATCHER = "import time; from cnnviz.training.dispatcher import start_dispatcher; start_dispatcher(); time.sleep(600)"


@pytest.fixture
def dispatcher(store: Store) -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen([sys.executable, "-c", DISPATCHER])
    yield process
    process.kill()
    process.wait()


@pytest.fixture
def of_the_dead(store: Store, tiny: str, few: str) -> str:
    """A run whose worker was killed."""
    run_id = store.create_run(tiny, make_recipe(data=few, epochs=1, device="cpu"), "Tiny")
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    assert store.claim(run_id, pid=dead.pid, pid_started=1.0, device="cpu")
    return run_id


def test_run_behind_one_whose_worker_was_killed_is_started_by_nobodys_hand(store, tiny, few, of_the_dead, dispatcher):
    run_id = store.create_run(tiny, make_recipe(data=few, epochs=1, device="cpu"), "Tiny")
    for _ in range(600):
        if store.run(run_id).status == "finished":
            break
        with suppress(subprocess.TimeoutExpired):
            dispatcher.wait(timeout=0.2)
    assert store.run(run_id).status == "finished"
    assert store.run(of_the_dead).status == "interrupted"
