import json

import pytest
from streamlit.testing.v1 import AppTest

from cnnviz.network.document import to_text
from cnnviz.network.presets import preset
from cnnviz.training.events import Point
from cnnviz.training.home import run_folder
from cnnviz.training.recipe import GROUPS, Recipe
from cnnviz.training.store import open_store
from tests.pages.conftest import messages, widget
from tests.pages.recorded import record


@pytest.fixture
def runs_page(app) -> AppTest:
    """The Runs page in a new session."""
    app.run()
    return app.switch_page("pages/runs.py")


def listed(page: AppTest) -> list[str]:
    return list(page.dataframe[0].value["id"])


def select(page: AppTest, *ids: str) -> AppTest:
    page.session_state["runs.selected"] = ids
    return page.run()


def sheet(page: AppTest, key: str) -> dict[str, list[str]]:
    """The lines of a table by their head."""
    (found,) = (each for each in page.get("bidi_component") if each.proto.id.endswith(key))
    lines = [[cell["text"] for cell in line["cells"]] for line in json.loads(found.proto.json)["lines"]]
    return {head: cells for head, *cells in lines}


def notes(page: AppTest) -> dict[str, str]:
    """What stands beside the settings of the recipe, by setting."""
    components = [each.proto for each in page.get("bidi_component") if "runs.recipe." in each.proto.id]
    lines = [[*line["cells"]] for proto in components for line in json.loads(proto.json)["lines"]]
    return {head["text"]: value["note"] for head, value in lines if value["note"]}


def opened(page: AppTest, run_id: str) -> AppTest:
    page.query_params["run"] = run_id
    return page.run()


def text_of(page: AppTest) -> str:
    return "\n".join(str(each.value) for kind in ("markdown", "caption", "code") for each in page.get(kind))


def test_without_runs_the_page_says_so_and_leads_to_training(runs_page):
    runs_page.run()
    (message,) = messages(runs_page)
    assert "No runs yet" in message
    assert widget(runs_page.button, "Train a network")


def test_every_run_is_listed_the_newest_first_and_filters_leave_some_out(runs_page):
    lenet, stopped, alexnet = record(), record(end="stopped"), record("alexnet", data="shapes")
    runs_page.run()
    assert messages(runs_page) == []
    assert listed(runs_page) == [alexnet, stopped, lenet]
    widget(runs_page.multiselect, "Status").set_value(["finished"]).run()
    assert listed(runs_page) == [alexnet, lenet]
    widget(runs_page.text_input, "Search").set_value("alexnet shapes").run()
    assert listed(runs_page) == [alexnet]
    widget(runs_page.text_input, "Search").set_value("nonsense").run()
    assert messages(runs_page) == ["No run passes all of these filters."]


def test_two_selected_runs_are_laid_side_by_side(runs_page):
    first, second = record(test_acc=0.8), record("alexnet", lr=0.02, epochs=3, test_acc=0.9)
    select(runs_page.run(), first, second)
    assert messages(runs_page) == []
    differences = sheet(runs_page, "runs.differences")
    assert differences["lr"] == ["0.9", "0.02"]
    assert differences["epochs"] == ["10", "3"]
    assert differences["test acc"] == ["0.800", "0.900"]
    assert "seed" not in differences
    assert "~ 0 Conv2d: out_channels 6 → 96" in runs_page.code[0].value


def test_a_selected_run_that_a_filter_leaves_out_stays_selected(runs_page):
    first, second = record(), record(end="stopped")
    select(runs_page.run(), first, second)
    widget(runs_page.multiselect, "Status").set_value(["stopped"]).run()
    assert "2 selected, 1 of them not in the table now" in text_of(runs_page)
    widget(runs_page.button, "Clear").click().run()
    assert runs_page.session_state["runs.selected"] == ()


def test_a_finished_run_of_the_book_stands_beside_the_published_results(runs_page):
    opened(runs_page, record(test_acc=0.8))
    assert messages(runs_page) == []
    assert "Test accuracy 0.800 is inside 0.774 to 0.824" in text_of(runs_page).replace("\\", "")
    assert sheet(runs_page, "runs.recipe.Optimization")["lr"] == ["0.9"]


def test_what_needs_weights_is_off_until_there_are_some(runs_page):
    run_id = record(end="stopped")
    opened(runs_page, run_id)
    off = {button.label for button in runs_page.get("download_button") if button.proto.disabled}
    assert off == {"Weights as safetensors", "Weights as PyTorch's .pt", "ONNX"}
    (run_folder(run_id) / "weights.safetensors").touch()
    runs_page.run()
    assert not any(button.proto.disabled for button in runs_page.get("download_button"))


def test_name_tags_and_notes_are_kept(runs_page):
    run_id = record()
    opened(runs_page, run_id)
    widget(runs_page.text_input, "Name").set_value("Baseline").run()
    widget(runs_page.text_area, "Notes").set_value("as in the book").run()
    widget(runs_page.multiselect, "Tags").set_value(["keep"]).run()
    assert messages(runs_page) == []
    with open_store() as store:
        run = store.run(run_id)
    assert (run.name, run.notes, run.tags) == ("Baseline", "as in the book", ("keep",))


def test_deleting_asks_and_leads_back_to_all_runs(runs_page):
    gone, stays = record(), record(end="failed")
    opened(runs_page, gone)
    widget(runs_page.button, "Delete for good").click().run()
    assert messages(runs_page) == []
    assert listed(runs_page) == [stays]


def test_repeating_a_run_opens_its_network_and_recipe_on_the_train_page(runs_page):
    opened(runs_page, record("bn-lenet", lr=0.5, seed=7))
    widget(runs_page.button, "Repeat with changes").click().run()
    assert messages(runs_page) == []
    assert "LeNet with batch normalisation" in text_of(runs_page)


def test_its_network_opens_on_the_design_page(runs_page):
    opened(runs_page, record("nin"))
    widget(runs_page.button, "Open on the Design page").click().run()
    assert messages(runs_page) == []
    assert runs_page.session_state["editor"].network == preset("nin")


def test_an_unknown_run_in_the_address_is_told(runs_page):
    opened(runs_page, "nonsense")
    (message,) = messages(runs_page)
    assert "There is no run nonsense" in message
    widget(runs_page.button, "All runs").click().run()
    assert "No runs yet" in messages(runs_page)[0]


def test_a_home_that_cannot_be_written_is_named(runs_page, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("CNNVIZ_HOME", str(tmp_path / "file" / "home"))
    runs_page.run()
    assert "set CNNVIZ_HOME to a folder you can write" in messages(runs_page)[0]


def test_every_group_of_settings_is_shown(runs_page):
    opened(runs_page, record(epochs=3))
    lines = [sheet(runs_page, f"runs.recipe.{title}") for title in GROUPS]
    assert {name for each in lines for name in each} == set(Recipe.model_fields)
    assert lines[2]["epochs"] == ["3"]


def test_settings_that_are_not_as_published_stand_beside_what_is(runs_page):
    opened(runs_page, record("lenet", lr=0.5))
    assert notes(runs_page) == {"lr": "published: 0.9"}


@pytest.mark.parametrize("network", [preset("lenet").replace(width=2.0), preset("vgg13")])
def test_a_network_of_which_no_recipe_is_published_stands_beside_the_defaults(runs_page, network):
    recipe = Recipe(lr=0.5, batch_size=256)
    with open_store() as store:
        run_id = store.create_run(to_text(network), recipe, "Mine")
    opened(runs_page, run_id)
    assert notes(runs_page) == {"lr": "default: 0.01", "batch_size": "default: 128"}


def test_the_compare_page_leads_to_the_best_run_of_a_network(app):
    run_id = record(test_acc=0.9)
    app.run()
    app.switch_page("pages/compare.py").run()
    widget(app.button, f"Run {run_id} of LeNet").click().run()
    assert messages(app) == []
    assert "Test accuracy 0.900 is above 0.774 to 0.824" in text_of(app).replace("\\", "")


@pytest.mark.parametrize(
    ("end", "buttons"),
    [("stopped", {"Resume"}), ("failed", {"Resume"}), ("finished", {"Go on"}), ("paused", {"Resume"})],
)
def test_the_buttons_are_those_that_a_runs_state_allows(runs_page, end, buttons):
    opened(runs_page, record(end=end))
    assert messages(runs_page) == (["No data."] if end == "failed" else [])
    labels = {button.label for button in runs_page.button}
    assert labels & {"Resume", "Go on", "Pause", "Stop", "Cancel"} == buttons
    assert {"Repeat with changes", "Delete for good"} <= labels


def test_what_is_refused_is_told(runs_page):
    opened(runs_page, record())
    widget(runs_page.text_input, "Name").set_value("   ").run()
    (message,) = messages(runs_page)
    assert "needs a name that is not blank" in message


def test_a_run_whose_points_count_no_steps_is_shown(runs_page):
    run_id = record(end="queued")  # as an earlier version left it, interrupted early
    with open_store() as store:
        store.claim(run_id, pid=1, pid_started=0.0, device="cpu")
        store.add_point(run_id, 1, Point(0.2, 2.3, 0.1))
        store.stop(run_id)
    opened(runs_page, run_id)
    assert messages(runs_page) == []
