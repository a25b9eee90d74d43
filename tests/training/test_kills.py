"""Workers killed at random moments, as the system or a person may do it: nothing that was recorded is lost.

They are real workers, only that they are forked from a process which has imported PyTorch already.
"""

import multiprocessing
import os
import random
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from cnnviz.training import worker
from cnnviz.training.home import home, log_path, run_folder
from cnnviz.training.launch import mark_interrupted
from cnnviz.training.recipe import Recipe, make_recipe
from cnnviz.training.store import Store

NUM_KILLS, MOST_POINTS = 30, 8  # so many points at most between two kills

NETWORK = """
name: Small
input_shape: [1, 28, 28]
layers:
  - Conv2d(out_channels=4, kernel_size=5, stride=2)
  - BatchNorm2d()
  - ReLU()
  - MaxPool2d(kernel_size=2)
  - Flatten()
  - Dropout(p=0.3)
  - Linear(out_features=10)
"""

forkserver = multiprocessing.get_context("forkserver")
forkserver.set_forkserver_preload(["cnnviz.training.worker", "torch._dynamo", "torch.utils.tensorboard"])


def work(folder: str, run_id: str) -> None:
    """Be a worker, in a process of its own."""
    os.environ["CNNVIZ_HOME"] = folder
    torch.set_num_threads(1)
    sys.exit(worker.main(run_id))


@pytest.fixture
def start(store: Store) -> Iterator[Callable[[str], BaseProcess]]:
    """Start a worker for a run."""
    started: list[BaseProcess] = []

    def start(run_id: str) -> BaseProcess:
        process = forkserver.Process(target=work, args=(str(home()), run_id))
        process.start()
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.join()


@pytest.fixture
def recipe(few: str) -> Recipe:
    """A recipe with something in every part of what a run goes on from."""
    random_changes = {"flip": True, "crop": 2}
    rates = {"lr": 0.05, "momentum": 0.9, "schedule": "cosine"}
    return make_recipe(data=few, validation=10, batch_size=5, epochs=10, device="cpu", **rates, **random_changes)


def curves(store: Store, run_id: str) -> list[tuple[object, ...]]:
    """What is the same however often a run was killed: all but times and loads."""
    points = store.points(run_id)  # first: what is recorded meanwhile has its layers too
    layers = {point.seq: point.layers for point in store.layer_points(run_id)}
    names = ("seq", "step", "epoch", "train_loss", "train_acc", "valid_acc", "test_acc", "lr")
    return [(*(getattr(point, name) for name in names), layers.get(point.seq)) for point in points]


def weights(run_id: str) -> dict[str, torch.Tensor]:
    return load_file(run_folder(run_id) / "weights.safetensors")


def unfinished(run_id: str) -> list[Path]:
    return list((run_folder(run_id) / "checkpoints").glob(".unfinished-*"))


def wait_for_points(store: Store, run_id: str, num_points: int, process: BaseProcess) -> None:
    """Return when so many points more are recorded than there are now, or the process has ended."""
    last = len(store.points(run_id))
    while process.is_alive() and len(store.points(run_id, since=last)) < num_points:
        process.join(0.01)


def wait_until_saving(run_id: str, process: BaseProcess) -> None:
    """Return when a checkpoint is being written, or the process has ended."""
    for path in unfinished(run_id):
        shutil.rmtree(path)  # of an earlier process
    while process.is_alive() and not unfinished(run_id):
        process.join(0.001)


def test_runs_that_are_killed_again_and_again_end_as_if_they_had_not_been(store, recipe, start):
    undisturbed = store.create_run(NETWORK, recipe, "Undisturbed")
    start(undisturbed).join()
    expected, dice = curves(store, undisturbed), random.Random(0)
    num_kills = num_while_saving = 0
    while num_kills < NUM_KILLS:
        run_id = store.create_run(NETWORK, recipe, "Killed")
        while store.run(run_id).status != "finished":
            process = start(run_id)
            if num_kills % 3 == 2:
                wait_until_saving(run_id, process)
            elif num_kills < NUM_KILLS:
                wait_for_points(store, run_id, dice.randint(0, MOST_POINTS), process)
            else:
                process.join()
            recorded = curves(store, run_id)
            process.kill()
            process.join()
            num_kills += process.exitcode == -9
            num_while_saving += bool(unfinished(run_id))
            assert recorded == curves(store, run_id)[: len(recorded)] == expected[: len(recorded)]
            assert curves(store, run_id) == expected[: len(store.points(run_id))]
            if store.run(run_id).status == "running":
                assert mark_interrupted(store) == (run_id,)
                assert store.run(run_id).status == "interrupted"
                store.requeue(run_id)
            assert process.exitcode in (0, -9), log_path(run_id).read_text()
        assert curves(store, run_id) == expected
        assert all(torch.equal(tensor, weights(undisturbed)[name]) for name, tensor in weights(run_id).items())
    assert num_while_saving > 0
    with closing(sqlite3.connect(store.name)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_of_two_workers_that_claim_a_run_at_once_one_trains_it(store, recipe, start):
    run_id = store.create_run(NETWORK, recipe.model_copy(update={"epochs": 1}), "Twice")
    workers = [start(run_id), start(run_id)]
    for each in workers:
        each.join()
    assert sorted(each.exitcode for each in workers) == [0, 2]
    assert store.run(run_id).status == "finished"
    assert [point.seq for point in store.points(run_id)] == list(range(1, len(store.points(run_id)) + 1))
