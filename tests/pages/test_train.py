import time
from dataclasses import replace

import pytest

from cnnviz.network.document import parse, to_text
from cnnviz.network.presets import preset
from cnnviz.training import processes
from cnnviz.training.events import LayerStatistics, Point, Progress, Result, TestPoint
from cnnviz.training.recipe import GROUPS, make_recipe
from cnnviz.training.recipe_file import recipe_text
from cnnviz.training.records import Run
from cnnviz.training.store import open_store
from tests.pages.conftest import messages, widget


@pytest.fixture
def train_page(app):
    app.run()
    return app.switch_page("pages/train.py").run()


POINTS = (Point(0.2, 2.1, 0.25, step=47), TestPoint(1, 0.5, step=235))


def record_run(*, end: str, points=POINTS, **settings) -> str:
    """A run of LeNet in the store, ended in this way."""
    recipe = make_recipe(**{"data": "shapes", "epochs": 1, **settings})
    with open_store() as store:
        run_id = store.create_run(to_text(preset("lenet")), recipe, "LeNet")
        if end == "waiting":
            return run_id
        store.claim(run_id, pid=1, pid_started=0.0, device="cpu")
        for seq, point in enumerate(points, start=1):
            store.add_point(run_id, seq, point)
        store.set_progress(run_id, Progress(40, 469, 0, 3.0, 900.0, 800.0))
        if end == "finished":
            store.finish(run_id, Result(0.327, 0.881, 0.878, 1409.4, 1300.0, "cpu"))
        elif end == "failed":
            store.fail(run_id, "device tpu is not here; choose one of auto, cpu")
        elif end == "stopped":
            store.stop(run_id)
        elif end == "paused":
            store.pause(run_id)
    return run_id


def stored_runs() -> tuple[Run, ...]:
    with open_store() as store:
        return store.runs()


def wait_for_the_end(of: str) -> Run:
    deadline = time.monotonic() + 120
    while (run := next(run for run in stored_runs() if run.id == of)).is_active:
        assert time.monotonic() < deadline, run
        time.sleep(0.2)
    return run


def open_popover(page, key: str) -> None:
    page.session_state[key] = True
    page.run()


# The form


def test_without_runs_the_page_says_what_to_do(train_page):
    (message,) = messages(train_page)
    assert "No runs yet" in message
    assert not widget(train_page.button, "Start training").disabled


def test_the_widgets_open_with_the_published_recipe_of_the_network(train_page):
    values = {box.label: box.value for box in train_page.number_input[:4]}
    assert values == {"Resize to (px)": 224, "Batch size": 128, "Learning rate": 0.01, "Epochs": 10}
    assert widget(train_page.text_input, "Examples").value == ""
    assert any("469 steps an epoch, 4,690 steps in all" in caption.value for caption in train_page.caption)
    assert [group.label for group in train_page.expander] == list(GROUPS)
    assert widget(train_page.button, "As in the book").disabled


def test_every_setting_has_a_widget_with_its_help_and_those_that_mean_nothing_are_left_out(train_page):
    shown = {"Data set", "Resize to (px)", "Examples", "Batch size", "Learning rate", "Epochs", "Device"}
    shown |= {"Optimizer", "Momentum", "Schedule of the learning rate", "Warm-up (epochs)", "Weight decay", "Seed"}
    hidden = {"Nesterov momentum", "Falls every (epochs)", "Falls to, times"}
    labels = {
        box.label: box for kind in ("number_input", "selectbox", "text_input", "toggle") for box in train_page.get(kind)
    }
    assert shown <= labels.keys()
    assert not hidden & labels.keys()
    assert all(labels[label].help for label in shown)
    widget(train_page.number_input, "Momentum").set_value(0.9)
    widget(train_page.selectbox, "Schedule of the learning rate").set_value("step")
    train_page.run()
    assert widget(train_page.toggle, "Nesterov momentum").value is False
    assert widget(train_page.number_input, "Falls every (epochs)").value == 3
    widget(train_page.selectbox, "Optimizer").set_value("adam").run()
    assert "Momentum" not in {box.label for box in train_page.number_input}
    assert messages(train_page)[:-1] == []  # a momentum that is not shown is not asked for


def test_a_group_tells_how_many_of_its_settings_are_not_the_default(train_page):
    widget(train_page.toggle, "Random flips").set_value(True)
    widget(train_page.number_input, "Random crops, padding (px)").set_value(4)
    train_page.run()
    assert "Augmentation · 2 set" in [group.label for group in train_page.expander]


def test_as_in_the_book_takes_every_change_back(train_page):
    widget(train_page.number_input, "Learning rate").set_value(0.5)
    widget(train_page.toggle, "Random flips").set_value(True)
    widget(train_page.number_input, "Seed").set_value(7)
    train_page.run()
    book = widget(train_page.button, "As in the book")
    assert book.help.replace("\\", "") == "Takes back: flip off → on, lr 0.01 → 0.5"
    book.click().run()
    assert widget(train_page.number_input, "Learning rate").value == 0.01
    assert widget(train_page.toggle, "Random flips").value is False


@pytest.mark.parametrize(
    ("text", "examples", "steps"),
    [("640", "640", "5"), ("1,280", "1,280", "10"), ("10 %", "6,000", "47"), ("0.1", "6,000", "47")],
)
def test_examples_are_a_count_or_a_share(text, examples, steps, train_page):
    widget(train_page.text_input, "Examples").set_value(text).run()
    assert any(f"{examples} examples, {steps} steps an epoch" in caption.value for caption in train_page.caption)


@pytest.mark.parametrize(
    ("text", "reason"),
    [("many", "should be a count such as 5000"), ("70000", "should be at most 60,000"), ("0", "share")],
)
def test_a_number_of_examples_that_there_is_not_is_refused_in_words(text, reason, train_page):
    widget(train_page.text_input, "Examples").set_value(text).run()
    assert reason in messages(train_page)[0]
    assert widget(train_page.button, "Start training").disabled


def test_a_network_that_does_not_take_the_images_is_told_and_adapted_at_a_click(train_page):
    widget(train_page.number_input, "Resize to (px)").set_value(96).run()
    assert "takes 1×224×224" in messages(train_page)[0]
    assert widget(train_page.button, "Start training").disabled
    widget(train_page.button, "Resize the images to 224").click().run()
    assert widget(train_page.number_input, "Resize to (px)").value == 224
    assert not widget(train_page.button, "Start training").disabled


def test_a_broken_network_cannot_be_launched_and_is_named(app):
    app.run()
    widget(app.number_input, "stride").set_value(40).run()
    app.switch_page("pages/train.py").run()
    assert "AlexNet** does not fit together yet: layer 5 (MaxPool2d)" in messages(app)[0]
    assert widget(app.button, "Start training").disabled


def test_the_largest_batch_that_fits_is_offered_and_taken(train_page):
    (offer,) = [button for button in train_page.button if button.label.startswith("Largest batch that fits: ")]
    largest = int(offer.label.rpartition(" ")[2].replace(",", ""))
    offer.click().run()
    assert widget(train_page.number_input, "Batch size").value == largest


def test_the_recipe_of_an_earlier_run_is_taken(app):
    run_id = record_run(end="finished", lr=0.03, optimizer="adamw", examples=0.25)
    app.run()
    app.switch_page("pages/train.py").run()
    open_popover(app, "recipe.others")
    widget(app.selectbox, "The recipe of an earlier run").set_value(run_id).run()
    assert widget(app.number_input, "Learning rate").value == 0.03
    assert widget(app.selectbox, "Optimizer").value == "adamw"
    assert widget(app.text_input, "Examples").value == "25 %"


def test_a_recipe_is_opened_from_a_file_and_a_wrong_one_is_refused(train_page):
    recipe = make_recipe(data="shapes", lr=0.07, resize=224, batch_size=32)
    open_popover(train_page, "recipe.others")
    (uploader,) = (box for box in train_page.get("file_uploader") if box.label == "A recipe's file")
    uploader.upload("mine.yaml", recipe_text(recipe).encode(), "application/yaml").run()
    assert widget(train_page.number_input, "Learning rate").value == 0.07
    assert widget(train_page.selectbox, "Data set").value == "shapes"
    open_popover(train_page, "recipe.others")
    (uploader,) = (box for box in train_page.get("file_uploader") if box.label == "A recipe's file")
    uploader.upload("wrong.yaml", b"lr: fast", "application/yaml").run()
    open_popover(train_page, "recipe.others")
    assert any("lr" in message and "The recipe before stays" in message for message in messages(train_page))
    assert widget(train_page.number_input, "Learning rate").value == 0.07


# Runs


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
    assert messages(app) == ["Device tpu is not here; choose one of auto, cpu."]


def test_a_run_whose_process_is_gone_says_so_and_can_be_resumed(app):
    record_run(end="nothing")
    app.run()
    app.switch_page("pages/train.py").run()
    (message,) = messages(app)
    assert "Its process ended unexpectedly; see " in message
    assert "It had taken 40 steps; what it had measured is kept" in message
    assert widget(app.button, "Resume")


def test_a_waiting_run_tells_its_place_in_the_line_and_is_cancelled(app):
    with open_store() as store:
        recipe = make_recipe(data="shapes", device="cpu", epochs=1)
        first, second = (store.create_run(to_text(preset("lenet")), recipe, name) for name in ("First", "Second"))
        pid, pid_started = processes.own()
        store.claim(first, pid=pid, pid_started=pid_started, device="cpu")
    app.run()
    app.query_params["run"] = second
    app.switch_page("pages/train.py").run()
    (bar,) = app.get("progress")
    assert bar.proto.text == f"Second in line, after First ({first}): one run trains on a device at a time"
    widget(app.button, "Cancel").click().run()
    assert {run.id: run.status for run in stored_runs()} == {first: "running", second: "stopped"}


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


def record_stuck_run() -> str:
    stuck = [Point(epoch / 5, 2.303, 0.1, step=47 * epoch) for epoch in range(1, 16)]
    return record_run(end="stopped", points=stuck, lr=0.01, epochs=9, examples=256, batch_size=64)


def test_an_alarm_on_a_runs_own_page_goes_to_the_repeat_that_it_launches(app):
    app.run()
    app.query_params["run"] = run_id = record_stuck_run()
    app.switch_page("pages/runs.py").run()
    assert app.code[0].value.endswith(f"?run={run_id}")  # the link to share
    widget(app.button, "Repeat with lr 0.1").click().run()
    repeat, _ = stored_runs()
    assert app.query_params["run"] == repeat.id
    with open_store() as store:
        store.request_stop(repeat.id)
    wait_for_the_end(repeat.id)


def test_an_alarm_offers_a_repeat_that_is_launched_at_a_click(app):
    app.run()
    app.query_params["run"] = run_id = record_stuck_run()
    app.switch_page("pages/train.py").run()
    assert any("**Stuck at ln 10**" in card.value for card in app.markdown)
    widget(app.button, "Repeat with lr 0.1").click().run()
    repeat, before = stored_runs()
    assert (before.id, before.status) == (run_id, "stopped")
    assert repeat.recipe == replace_recipe(before, lr=0.1)
    assert repeat.network == before.network
    assert widget(app.selectbox, "Run").value == repeat.id
    with open_store() as store:
        store.request_stop(repeat.id)
    wait_for_the_end(repeat.id)


def replace_recipe(run: Run, **settings):
    return make_recipe(**{**run.recipe.model_dump(), **settings})


def test_repeat_with_changes_puts_network_and_recipe_back_into_the_form(app):
    record_run(end="finished", lr=0.25)
    app.run()
    app.switch_page("pages/train.py").run()
    widget(app.button, "Repeat with changes").click().run()
    assert widget(app.number_input, "Learning rate").value == 0.25
    assert widget(app.selectbox, "Data set").value == "shapes"
    assert any("LeNet" in text.value for text in app.markdown)
    assert app.session_state["editor"].network == parse(to_text(preset("lenet")))


def test_layers_and_machine_and_log_are_shown_where_asked_for(app, cnnviz_home):
    layers = (LayerStatistics("0", 0.5, 0.01, 0.1), LayerStatistics("11", 1.5, 0.02, None))
    run_id = record_run(end="stopped", points=(replace(POINTS[0], layers=layers),))
    log = cnnviz_home / "runs" / run_id / "worker.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text("one\ntwo\n")
    app.run()
    app.switch_page("pages/train.py").run()
    for name, num_components in (("Speed and machine", 2), ("Layers", 2), ("Log", 1)):
        app.session_state["run_view.detail"] = name
        app.run()
        assert messages(app) == []
        assert len(app.get("bidi_component")) == num_components
    assert app.code[-1].value == "one\ntwo"


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
    wait_for_the_end(stored_runs()[0].id)
    (message,) = messages(app.run())
    assert "train-labels-idx1-ubyte is cut short: 9 bytes unpacked, 60,008 expected" in message
    assert "sudo apt-get install dataset-fashion-mnist" in message
