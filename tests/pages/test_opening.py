"""How a network comes onto the Design page: from its address, from a draft, from text."""

import pytest
from streamlit.testing.v1 import AppTest

from cnnviz.network.link import to_link_text
from cnnviz.network.presets import preset
from cnnviz.ui.drafts import Draft, load_draft, save_draft
from tests.pages.conftest import APP, messages, perform, widget

SMALL = preset("lenet").replace(name="Small", input_shape=(3, 32, 32))


def network(app):
    return app.session_state["editor"].network


def address(app):
    return {name: values if isinstance(values, str) else values[0] for name, values in app.query_params.items()}


def test_a_link_opens_its_network_and_gives_way_to_the_drafts_address(app):
    app.query_params["network"] = to_link_text(SMALL)
    app.run()
    assert (network(app), messages(app)) == (SMALL, [])
    assert address(app) == {"design": app.session_state["draft"]}
    assert load_draft(app.session_state["draft"]) == Draft(SMALL, None)


def test_a_link_to_a_preset_knows_that_it_is_one(app):
    app.query_params["network"] = "lenet"
    app.run()
    assert widget(app.selectbox, "Network").value == "lenet"


@pytest.mark.parametrize("link", ["", "lenett", "eNxx", to_link_text(SMALL)[:-7]])
def test_a_link_that_cannot_be_read_says_so_and_opens_what_was_edited_last(app, link):
    save_draft("aaaaaaaa", Draft(SMALL, None))
    app.query_params["network"] = link
    app.run()
    assert network(app) == SMALL
    if link:
        assert "Another network was opened" in messages(app)[0]


def test_what_a_link_says_is_quoted_and_no_picture_is_fetched_for_it(app):
    app.query_params["network"] = "![x](https://example.com/x.png)"
    app.run()
    assert app.error[0].value.startswith(r"\'\!\[x\]\(https\:")


def test_an_address_comes_back_to_its_draft(app):
    save_draft("aaaaaaaa", Draft(SMALL, None))
    save_draft("bbbbbbbb", Draft(preset("nin"), "nin"))
    app.query_params["design"] = "aaaaaaaa"
    app.run()
    perform(app, {"action": "delete", "ids": [app.session_state["editor"].version.items[1].id]})
    assert load_draft("aaaaaaaa").network == network(app)
    assert load_draft("bbbbbbbb").network == preset("nin")


@pytest.mark.parametrize("draft", ["cccccccc", "../../x", ""])
def test_an_unknown_draft_opens_a_network_all_the_same(app, draft):
    app.query_params["design"] = draft
    app.run()
    assert (network(app), messages(app)) == (preset("alexnet"), [])


def test_a_home_that_cannot_be_written_loses_nothing_but_says_so(app, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("CNNVIZ_HOME", str(tmp_path / "file"))
    app.run()
    assert "last until this page is closed" in messages(app)[0]
    widget(app.number_input, "stride").set_value(2).run()
    assert app.session_state["editor"].layer.params["stride"] == 2


def test_text_that_cannot_be_read_stays_in_its_box(app):
    app.run()
    app.segmented_control(key="side_panel").set_value("Network as text").run()
    good = widget(app.text_area, "The network as text").value
    widget(app.text_area, "The network as text").set_value(good + "  - Conv9d()").run()
    assert "Conv9d" in messages(app)[0]
    assert widget(app.text_area, "The network as text").value == good + "  - Conv9d()"
    assert network(app) == preset("alexnet")
    widget(app.text_area, "The network as text").set_value(good.replace("stride=4", "stride=2")).run()
    assert messages(app) == []
    assert network(app).layers[0].params["stride"] == 2
    widget(app.text_area, "The network as text").set_value("x").run()
    widget(app.button, "Show the network's text again").click().run()
    assert "stride=2" in widget(app.text_area, "The network as text").value


def test_text_that_was_refused_does_not_stand_for_another_network(app):
    app.run()
    app.segmented_control(key="side_panel").set_value("Network as text").run()
    widget(app.text_area, "The network as text").set_value("x").run()
    widget(app.selectbox, "Network").set_value("lenet").run()
    assert widget(app.text_area, "The network as text").value.startswith("name: LeNet\n")
    assert messages(app) == []


def test_a_network_of_ones_own_is_told_from_the_preset_of_its_name(app):
    app.query_params["network"] = to_link_text(preset("lenet").replace(input_shape=(3, 32, 32)))
    app.run()
    box = widget(app.selectbox, "Network")
    assert box.options[:2] == ["LeNet (own)", "LeNet"]
    box.set_value("lenet").run()
    assert network(app) == preset("lenet")


def test_pasted_code_is_opened_and_undone(app):
    app.run()
    widget(app.text_area, "Or paste a network: PyTorch code or YAML").set_value("nn.Sequential(nn.Flatten())")
    widget(app.button, "Open the text").click().run()
    assert [layer.kind for layer in network(app).layers] == ["Flatten"]
    assert widget(app.text_area, "Or paste a network: PyTorch code or YAML").value == ""
    perform(app, {"action": "undo"})
    assert network(app) == preset("alexnet")


@pytest.mark.parametrize("text", ["", "while True: pass", "{", "layers: []", "x" * 400_000])
def test_text_that_is_no_network_is_refused_in_words_and_kept(app, text):
    app.run()
    widget(app.text_area, "Or paste a network: PyTorch code or YAML").set_value(text)
    widget(app.button, "Open the text").click().run()
    assert "The network before is still open" in messages(app)[0]
    assert widget(app.text_area, "Or paste a network: PyTorch code or YAML").value == text
    assert network(app) == preset("alexnet")


@pytest.mark.parametrize(
    ("name", "data", "kinds"),
    [
        ("mine.yaml", b"input_shape: [1, 8, 8]\nlayers: [ReLU()]", ["ReLU"]),
        ("mine.json", b'{"input_shape": [1, 8, 8], "layers": ["ReLU()"]}', ["ReLU"]),
        (
            "mine.py",
            b"from torch import nn\nnet = nn.Sequential(nn.Flatten(), nn.Linear(64, 2))",
            ["Flatten", "Linear"],
        ),
    ],
)
def test_a_file_is_opened_under_its_name(app, name, data, kinds):
    app.run()
    app.file_uploader(key="open.file").set_value((name, data, "text/plain")).run()
    assert [layer.kind for layer in network(app).layers] == kinds
    assert network(app).name == "mine"


def test_a_file_that_is_no_text_is_refused(app):
    app.run()
    app.file_uploader(key="open.file").set_value(("photo.yaml", b"\xff\xd8\xff", "image/jpeg")).run()
    assert "photo.yaml: this is not a text file" in messages(app)[0]


def again(name: str) -> AppTest:
    """Another tab, or a new server, at the address of a draft."""
    app = AppTest.from_file(APP, default_timeout=60)
    app.query_params["design"] = name
    return app.run()


def first_ids(app, count: int) -> list[str]:
    return [item.id for item in app.session_state["editor"].version.items[:count]]


def test_a_new_server_goes_on_with_what_the_one_before_did_not_hear(app):
    app.query_params["network"] = "lenet"
    app.run()
    first, second, third = first_ids(app, 3)
    perform(app, {"action": "delete", "ids": [second]})
    later = again(app.session_state["draft"])
    assert network(later) == network(app)
    # What the browser sends again, as it had no answer: of its operations the first is known to be applied.
    sent = [{"number": 1, "action": "delete", "ids": [first]}, {"number": 2, "action": "delete", "ids": [third]}]
    later.session_state["layer_list"] = {"log": {"operations": sent}}
    later.run()
    assert first_ids(later, 1) == [first]
    assert len(network(later).layers) == 10
    assert messages(later) == []


def test_two_tabs_on_one_network_lose_nothing_and_say_so(app):
    app.query_params["network"] = "lenet"
    app.run()
    other = again(app.session_state["draft"])
    perform(app, {"action": "delete", "ids": first_ids(app, 1)})
    perform(other, {"action": "delete", "ids": first_ids(other, 3)})
    assert [len(network(each).layers) for each in (app, other)] == [11, 9]
    first, second = app.session_state["draft"], other.session_state["draft"]
    assert first != second
    assert address(other) == {"design": second}
    assert [load_draft(each).network for each in (first, second)] == [network(app), network(other)]
    assert "another tab or window" in " ".join(words.value for words in other.markdown)
    widget(other.button, "Open the other tab's version").click().run()
    assert network(other) == network(app)
    assert "another tab or window" not in " ".join(words.value for words in other.markdown)
    perform(other, {"action": "undo"})
    assert len(network(other).layers) == 9
    perform(app, {"action": "undo"})  # which is its own network still
    assert app.session_state["draft"] == first
    assert "another tab or window" not in " ".join(words.value for words in app.markdown)


def test_a_tab_that_only_looks_is_told_too_and_can_go_on_with_its_own(app):
    app.query_params["network"] = "lenet"
    app.run()
    other = again(app.session_state["draft"])
    perform(app, {"action": "delete", "ids": first_ids(app, 1)})
    perform(other, {"action": "select", "ids": first_ids(other, 2)[1:]})
    widget(other.button, "Go on with this one").click().run()
    assert len(network(other).layers) == 12
    assert load_draft(other.session_state["draft"]).network == network(other)
    assert not [each for each in other.button if "other tab" in each.label]
