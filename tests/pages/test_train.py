import time

import pytest

from cnnviz.network.document import to_text
from cnnviz.network.presets import preset
from cnnviz.training.events import Point, Progress, Result, TestPoint
from cnnviz.training.recipe import make_recipe
from cnnviz.training.store import open_store
from tests.pages.conftest import messages, widget


@pytest.fixture
def train_page(app):
    app.run()
    return app.switch_page("pages/train.py").run()


POINTS = (Point(0.2, 2.1, 0.25), TestPoint(1, 0.5))


def record_run(*, end: str, points=POINTS) -> str:
    """A run of LeNet in the store, ended in this way."""
    recipe = make_recipe(data="shapes", epochs=1)
    with open_store() as store:
        run_id = store.create_run(to_text(preset("lenet")), recipe, "LeNet")
        store.claim(run_id, pid=1, pid_started=0.0, device="cpu")
        for number, point in enumerate(points, start=1):
            store.add_point(run_id, number, point)
        store.set_progress(run_id, Progress(40, 469, 0, 3.0, 900.0, 800.0))
        if end == "finished":
            store.finish(run_id, Result(0.327, 0.881, 0.878, 1409.4, 1300.0, "cpu"))
        elif end == "failed":
            store.fail(run_id, "device tpu is not here; choose one of auto, cpu")
        elif end == "stopped":
            store.stop(run_id)
    return run_id


def test_without_runs_the_page_says_what_to_do(train_page):
    (message,) = messages(train_page)
    assert "No runs yet" in message
    assert not widget(train_page.button, "Start training").disabled


def test_the_widgets_open_with_the_published_recipe_of_the_network(train_page):
    values = {box.label: box.value for box in train_page.number_input}
    assert values == {
        "Resize to": 224,
        "Examples": None,
        "Batch size": 128,
        "Learning rate": 0.01,
        "Epochs": 10,
        "Seed": 0,
    }
    assert any("469 steps an epoch, 4,690 steps in all" in caption.value for caption in train_page.caption)


def test_images_of_another_size_than_the_network_takes_cannot_be_launched(train_page):
    widget(train_page.number_input, "Resize to").set_value(96).run()
    message = messages(train_page)[0]
    assert "takes 1×224×224" in message
    assert "set resize to 224" in message
    assert widget(train_page.button, "Start training").disabled


def test_a_broken_network_cannot_be_launched_and_is_named(app):
    app.run()
    widget(app.number_input, "stride").set_value(40).run()
    app.switch_page("pages/train.py").run()
    assert "AlexNet** does not fit together yet: layer 5 (MaxPool2d)" in messages(app)[0]
    assert widget(app.button, "Start training").disabled


def test_a_finished_run_shows_the_books_two_lines(app):
    record_run(end="finished")
    app.run()
    app.switch_page("pages/train.py").run()
    assert app.code[0].value == "loss 0.327, train acc 0.881, test acc 0.878\n1409.4 examples/sec on cpu"
    assert messages(app) == []


def test_a_failed_run_says_why(app):
    record_run(end="failed", points=())
    app.run()
    app.switch_page("pages/train.py").run()
    assert messages(app) == ["device tpu is not here; choose one of auto, cpu"]


def test_a_run_whose_process_is_gone_says_so(app):
    record_run(end="nothing")
    app.run()
    app.switch_page("pages/train.py").run()
    (message,) = messages(app)
    assert "Its process ended unexpectedly; see " in message
    assert "It had taken 40 steps; what it had measured is kept" in message


def test_the_address_chooses_the_run(app):
    older, _ = record_run(end="finished"), record_run(end="stopped")
    app.run()
    app.query_params["run"] = older
    app.switch_page("pages/train.py").run()
    assert widget(app.selectbox, "Run").value == older


def test_an_unknown_run_in_the_address_shows_the_newest_and_says_so(app):
    newest = record_run(end="stopped")
    app.run()
    app.query_params["run"] = "nonsense"
    app.switch_page("pages/train.py").run()
    assert "There is no run 'nonsense'" in messages(app)[0]
    assert widget(app.selectbox, "Run").value == newest


def test_a_home_that_cannot_be_written_is_named(app, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("CNNVIZ_HOME", str(tmp_path / "file" / "home"))
    app.run()
    app.switch_page("pages/train.py").run()
    assert any("set CNNVIZ_HOME to a folder you can write" in message for message in messages(app))


def test_data_that_is_missing_ends_the_run_with_the_ways_to_get_it(app, cnnviz_home):
    damaged = cnnviz_home / "data" / "fashion-mnist"
    if (cnnviz_home / "data").is_symlink():
        (cnnviz_home / "data").unlink()
    damaged.mkdir(parents=True)
    (damaged / "train-labels-idx1-ubyte").write_bytes(b"cut short")
    app.run()
    widget(app.selectbox, "Network").set_value("lenet").run()
    app.switch_page("pages/train.py").run()
    widget(app.button, "Start training").click().run()
    with open_store() as store:
        deadline = time.monotonic() + 120
        while store.runs()[0].is_active:
            assert time.monotonic() < deadline
            time.sleep(0.2)
    (message,) = messages(app.run())
    assert "train-labels-idx1-ubyte is cut short: 9 bytes unpacked, 60,008 expected" in message
    assert "sudo apt-get install dataset-fashion-mnist" in message
