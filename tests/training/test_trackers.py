import logging
import sys
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType, SimpleNamespace

import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from cnnviz.errors import RecipeError
from cnnviz.training.home import run_folder
from cnnviz.training.recipe import make_recipe
from cnnviz.training.trackers import Trackers, check_trackers


def recorded(store, **recipe):
    return store.run(store.create_run("", make_recipe(data="shapes", **recipe), "Tiny"))


def tensorboard_scalars(run, name):
    accumulator = EventAccumulator(str(run_folder(run.id) / "tensorboard"))
    accumulator.Reload()
    return [(event.step, event.value) for event in accumulator.Scalars(name)]


def test_tensorboard_reads_every_number_once_though_a_killed_process_wrote_some_of_them_before(store):
    run = recorded(store)
    for saved_at, values in ((0, (4.0, 3.0, 2.5)), (20, (2.5, 2.0))):
        with Trackers(run, after_step=saved_at) as trackers:
            for number, value in enumerate(values, start=1):
                trackers.log(saved_at + 10 * number, {"train/loss": value, "lr": 0.5})
    assert tensorboard_scalars(run, "train/loss") == [(10, 4.0), (20, 3.0), (30, 2.5), (40, 2.0)]


@pytest.mark.skipif(bool(find_spec("mlflow") or find_spec("wandb")), reason="they are installed here")
def test_trackers_that_are_not_installed_are_named_with_what_to_do(store):
    with pytest.raises(RecipeError, match=r"mlflow and wandb not installed here; .*`pip install mlflow wandb`"):
        check_trackers(("mlflow", "wandb"))


class Wandb(ModuleType):
    """Weights & Biases as far as a run talks to it."""

    def __init__(self, *, down_after: int) -> None:
        super().__init__("wandb")
        self.__spec__ = ModuleSpec("wandb", None)
        self.down_after, self.logged, self.settings = down_after, [], {}
        self.config = SimpleNamespace(update=lambda values, **_: vars(self.config).update(values))

    def init(self, **settings):
        self.settings = settings
        return self

    def log(self, values, step):
        if len(self.logged) == self.down_after:
            raise ConnectionError("no route to host")
        self.logged.append((step, values))

    def finish(self):
        self.logged.append("finished")


@pytest.fixture
def no_wandb_settings(monkeypatch, tmp_path):
    for name in ("WANDB_MODE", "WANDB_API_KEY", "WANDB_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))  # where a login would be kept


def test_wandb_stays_on_this_machine_unless_told_otherwise(store, monkeypatch, no_wandb_settings):
    run = recorded(store, trackers=("wandb",))
    settings = []
    for mode in (None, "online"):
        if mode:
            monkeypatch.setenv("WANDB_MODE", mode)
        monkeypatch.setitem(sys.modules, "wandb", wandb := Wandb(down_after=9))
        with Trackers(run) as trackers:
            trackers.log(7, {"train/loss": 1.0})
        assert wandb.logged == [(7, {"train/loss": 1.0}), "finished"]
        assert wandb.config.lr == run.recipe.lr
        settings.append(wandb.settings)
    assert [one["mode"] for one in settings] == ["offline", None]
    assert settings[0].items() >= {"project": "cnnviz", "id": run.id, "resume": "allow"}.items()


def test_tracker_that_fails_is_told_in_the_log_and_left_alone(store, monkeypatch, caplog, no_wandb_settings):
    run = recorded(store, trackers=("wandb",))
    monkeypatch.setitem(sys.modules, "wandb", wandb := Wandb(down_after=1))
    with caplog.at_level(logging.WARNING), Trackers(run) as trackers:
        for step in range(4):
            trackers.log(step, {"train/loss": 1.0})
    assert len(wandb.logged) == 1
    assert [record.getMessage() for record in caplog.records] == [
        "wandb fails and gets nothing more of this run: ConnectionError: no route to host"
    ]
    assert len(tensorboard_scalars(run, "train/loss")) == 4
