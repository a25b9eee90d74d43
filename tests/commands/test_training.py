import json
import re
from types import SimpleNamespace

import pytest

from cnnviz.errors import StoreError
from cnnviz.network.document import to_text
from cnnviz.network.presets import preset
from cnnviz.training import processes
from cnnviz.training.home import run_folder
from cnnviz.training.recipe import Recipe, make_recipe
from cnnviz.training.store import open_store
from tests.training.conftest import TINY, keep_few

pytestmark = pytest.mark.usefixtures("few", "one_thread")


@pytest.fixture
def few(cnnviz_home):
    keep_few("few")


@pytest.fixture
def tiny(tmp_path):
    """The name of a file with a small network."""
    path = tmp_path / "tiny.yaml"
    path.write_text(TINY, encoding="utf-8")
    return str(path)


SHORT = ("--data", "few", "--batch-size", "25", "--epochs", "2", "--device", "cpu")


def runs(cnnviz) -> list[dict]:
    return json.loads(cnnviz("runs", "--json")[1])


def test_train_has_an_option_for_every_setting_with_its_help(cnnviz):
    _, text, _ = cnnviz("train", "--help")
    flat = " ".join(text.split())
    for name, field in Recipe.model_fields.items():
        assert re.search(rf"--{name.replace('_', '-')}[ /]", flat), name
        assert field.description in flat


def test_settings_reach_the_run_as_values_of_their_kind(cnnviz, tiny):
    settings = ("--lr", "1e-2", "--momentum", "0.9", "--nesterov", "--no-statistics", "--validation", "0.1", "--flip")
    code, _, error = cnnviz(
        "train", tiny, *SHORT, *settings, "--schedule", "cosine", "--clip-norm", "1", "--name", "Mine"
    )
    assert (code, "Traceback" in error) == (0, False)
    (run,) = runs(cnnviz)
    assert run["name"] == "Mine"
    wanted = {"lr": 0.01, "momentum": 0.9, "nesterov": True, "statistics": False, "validation": 0.1, "flip": True}
    assert wanted.items() <= run["recipe"].items()
    assert (run["recipe"]["schedule"], run["recipe"]["clip_norm"], run["recipe"]["epochs"]) == ("cosine", 1, 2)


def test_recipe_file_stands_in_place_of_the_published_recipe_and_options_over_it(cnnviz, tmp_path):
    path = tmp_path / "recipe.yaml"
    path.write_text("data: few\nbatch_size: 20\nepochs: 3\noptimizer: adam\nlr: 0.001\nclip_norm: 2.0\n")
    code, _, error = cnnviz("train", "lenet", "--recipe", str(path), "--epochs", "1", "--clip-norm", "none")
    assert code == 0, error
    (run,) = runs(cnnviz)
    expected = make_recipe(data="few", batch_size=20, epochs=1, optimizer="adam", lr=0.001)
    assert run["recipe"] == expected.model_dump(mode="json")


def test_largest_batch_is_what_fits_or_all_examples(cnnviz, tiny):
    code, _, error = cnnviz("train", tiny, *SHORT, "--batch-size", "largest", "--epochs", "1")
    assert code == 0, error
    assert runs(cnnviz)[0]["recipe"]["batch_size"] == 100


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--optimizer", "lion"), "optimizer should be 'sgd', 'adam', 'adamw' or 'rmsprop', not 'lion'"),
        (("--epochs", "many"), "epochs should be a valid integer, not 'many'"),
        (("--nesterov",), "nesterov needs optimizer sgd and a momentum above 0"),
        (("--trackers", "mlflow,neptune"), "trackers[1] should be 'mlflow' or 'wandb', not 'neptune'"),
        (("--recipe", "nowhere.yaml"), "nowhere.yaml cannot be read: "),
        (("--recipe", __file__), "test_training.py: line "),
    ],
)
def test_mistake_in_a_setting_is_one_line_and_no_run(options, words, cnnviz, tiny):
    code, output, error = cnnviz("train", tiny, *SHORT, *options)
    assert (code, output, error.count("\n")) == (2, "", 1), error
    assert words in error
    assert runs(cnnviz) == []


def test_resume_goes_on_with_a_stopped_run_and_for_more_epochs(cnnviz, tiny):
    cnnviz("train", tiny, *SHORT)
    (run,) = runs(cnnviz)
    assert cnnviz("resume", run["id"])[0] == 2
    code, output, _ = cnnviz("resume", run["id"], "--epochs", "3")
    assert code == 0
    assert re.match(r"loss \d\.\d{3}, train acc", output)
    (longer,) = runs(cnnviz)
    assert (longer["id"], longer["step"], longer["recipe"]["epochs"]) == (run["id"], 12, 3)
    code, _, error = cnnviz("resume", run["id"], "--epochs", "3")
    assert (code, error) == (2, f"cnnviz: run {run['id']} has 3 epochs already: to go on it needs more epochs in all\n")


def queued(store, **owner) -> str:
    return store.create_run(to_text(preset("lenet")), make_recipe(data="few", device="cpu"), "LeNet", **owner)


def test_stop_and_pause_tell_what_became_of_a_run(cnnviz):
    with open_store() as store:
        waiting, paused = (queued(store, in_foreground=True) for _ in range(2))
    _, output, _ = cnnviz("stop", waiting)
    assert output.startswith(f"stopped before its first step; what was measured is kept as run {waiting}, and `cnnviz")
    assert cnnviz("pause", paused)[1].startswith("paused before its first step")
    assert cnnviz("stop", waiting)[1] == f"run {waiting} is stopped already\n"
    assert cnnviz("stop", "00000000")[0] == 2


def test_stop_of_a_run_whose_process_is_gone_says_so(cnnviz):
    with open_store() as store:
        run_id = queued(store)
        pid, started = processes.own()
        store.claim(run_id, pid=pid, pid_started=started - 100, device="cpu")
    assert cnnviz("stop", run_id)[1] == f"run {run_id} is interrupted already\n"


def test_delete_asks_and_removes_the_run_and_its_files(cnnviz):
    with open_store() as store:
        run_id = queued(store)
        (run_folder(run_id) / "worker.log").touch()
        assert "stop it before it is deleted" in cnnviz("delete", run_id, "--yes")[2]
        store.request_stop(run_id)
        assert cnnviz("delete", run_id, "--yes") == (0, f"run {run_id} is deleted\n", "")
        with pytest.raises(StoreError, match="there is no run"):
            store.run(run_id)
    assert not (run_folder(run_id) / "worker.log").exists()


def test_train_waits_for_its_turn_and_says_so(cnnviz, tiny, monkeypatch):
    with open_store() as store:
        other = queued(store)
        pid, started = processes.own()
        store.claim(other, pid=pid, pid_started=started, device="cpu")
        looks = iter([lambda: None, lambda: store.stop(other)])
        monkeypatch.setattr("cnnviz.terminal.time", SimpleNamespace(sleep=lambda _: next(looks)()))
        code, _, error = cnnviz("train", tiny, *SHORT)
        second, first = store.runs()
    assert code == 0, error
    assert error.count(f"run {second.id} waits for its turn: cpu is busy") == 1
    assert (first.status, second.status) == ("stopped", "finished")
    assert second.started_at >= first.ended_at


def test_ctrl_c_takes_a_run_that_waits_out_of_the_queue(cnnviz, tiny, monkeypatch):
    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    with open_store() as store:
        other = queued(store)
        pid, started = processes.own()
        store.claim(other, pid=pid, pid_started=started, device="cpu")
        monkeypatch.setattr("cnnviz.terminal.time", SimpleNamespace(sleep=interrupt))
        code, output, _ = cnnviz("train", tiny, *SHORT)
        assert (code, store.runs()[0].status, store.run(other).status) == (0, "stopped", "running")
    assert output.startswith("stopped before its first step")
