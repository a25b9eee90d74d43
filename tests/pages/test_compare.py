import json

import pytest
from streamlit.testing.v1 import AppTest

from cnnviz.network.document import to_text
from cnnviz.network.link import to_link_text
from cnnviz.network.presets import preset
from cnnviz.network.spec import Layer, Network
from cnnviz.training.events import Result
from cnnviz.training.published import published_recipe
from cnnviz.training.store import open_store
from tests.pages.conftest import messages, widget


@pytest.fixture
def compare(app) -> AppTest:
    """The Compare page in a new session."""
    app.run()
    return app.switch_page("pages/compare.py")


def opened(compare: AppTest, *words: str) -> AppTest:
    compare.query_params["networks"] = list(words)
    return compare.run()


def component(compare: AppTest, key: str) -> dict:
    """What a component of the page is given."""
    (found,) = (each for each in compare.get("bidi_component") if each.proto.id.endswith(key))
    return json.loads(found.proto.json)


def cells(line: dict) -> list[str]:
    return ["".join(text for text, _ in cell["pieces"]) or cell["text"] for cell in line["cells"]]


def table(compare: AppTest, name: str) -> list[list[str]]:
    return [cells(line) for line in component(compare, f"compare.{name}")["lines"]]


def totals(compare: AppTest) -> dict[str, list[str]]:
    lines = component(compare, "compare.totals")["lines"]
    return {
        line["cells"][0]["text"]: [" ".join(filter(None, (cell["text"], cell["note"]))) for cell in line["cells"][1:]]
        for line in lines
    }


def names(compare: AppTest) -> list[str]:
    return [cell["text"] for cell in component(compare, "compare.totals")["head"][0]["cells"][1:]]


def test_a_new_session_compares_lenet_and_alexnet_as_the_book_does(compare):
    compare.run()
    assert messages(compare) == []
    assert compare.query_params["networks"] == ["lenet", "alexnet"]
    shown = totals(compare)
    assert shown["Parameters"] == ["61.7 k", "46.8 M ×758"]  # 46,764,746 / 61,706
    assert shown["Mult-adds per image"] == ["417 k", "938 M ×2,252"]
    assert "Best test accuracy" not in shown
    assert table(compare, "differences")[1] == [
        "~",
        *("Sigmoid", "6×28×28", ""),
        *("ReLU", "96×54×54", ""),
    ]


def test_a_comparison_made_beforehand_is_one_click_and_stands_in_the_address(compare):
    compare.run()
    widget(compare.button_group, "Ready-made").set_value("VGG-11 · narrow").run()
    assert messages(compare) == []
    assert compare.query_params["networks"] == ["vgg11", "vgg11-narrow"]
    assert names(compare) == ["VGG-11", "VGG-11, narrow"]
    assert [line[1] for line in table(compare, "differences")[:2]] == [
        "VGGBlock(num_convs=1, out_channels=64)",
        "VGGBlock(num_convs=1, out_channels=128)",
    ]
    marked = component(compare, "compare.differences")["lines"][0]["cells"][1]["pieces"]
    assert [text for text, is_marked in marked if is_marked] == ["out_channels=64"]


def test_a_network_is_added_and_another_removed(compare):
    compare.run()
    widget(compare.selectbox, "Add a network").set_value("nin").run()
    assert compare.query_params["networks"] == ["lenet", "alexnet", "nin"]
    compare.button("compare.remove.lenet").click().run()
    assert compare.query_params["networks"] == ["alexnet", "nin"]
    assert names(compare) == ["AlexNet", "NiN"]
    assert messages(compare) == []


def test_without_networks_it_says_what_to_do(compare):
    compare.run()
    compare.button("compare.remove.lenet").click().run()
    assert messages(compare) == ["Add a second network to see how the two differ, layer by layer."]
    assert names(compare) == ["AlexNet"]
    compare.button("compare.remove.alexnet").click().run()
    assert messages(compare) == ["Choose one of the comparisons above, or add networks one by one."]
    assert "networks" not in compare.query_params
    widget(compare.button_group, "Ready-made").set_value("AlexNet · NiN").run()
    assert names(compare) == ["AlexNet", "NiN"]


def test_the_network_of_the_design_page_is_compared_as_it_is_edited(app):
    app.run()
    widget(app.number_input, "stride").set_value(2).run()
    app.switch_page("pages/compare.py").run()
    widget(app.selectbox, "Add a network").set_value("current").run()
    assert names(app) == ["LeNet", "AlexNet", "AlexNet, changed"]
    app.switch_page("pages/design.py").run()
    widget(app.number_input, "kernel_size").set_value(7).run()
    app.switch_page("pages/compare.py").run()
    assert names(app) == ["LeNet", "AlexNet", "AlexNet, changed"]
    widget(app.selectbox, "Layer by layer, from").set_value("AlexNet").run()
    assert table(app, "differences")[0][:1] == ["~"]
    pieces = component(app, "compare.differences")["lines"][0]["cells"][4]["pieces"]
    assert [text for text, is_marked in pieces if is_marked] == ["kernel_size=7", "stride=2"]
    assert messages(app) == []


def test_a_link_is_opened_and_what_is_rubbish_in_it_is_told_and_left_out(compare):
    slim = to_link_text(preset("alexnet").replace(width=0.5))
    opened(compare, "lenet", slim, "vgg12", "eNrubbish")
    said = messages(compare)
    assert len(said) == 2
    assert said[0].startswith("'vgg12' is neither a preset's name nor a network from a link; did you mean vgg1")
    assert said[1].startswith("The network in this link cannot be read: it is damaged")
    assert names(compare) == ["LeNet", "AlexNet, changed"]
    assert compare.query_params["networks"] == ["lenet", slim]
    compare.run()
    assert messages(compare) == said  # until something else is chosen
    widget(compare.selectbox, "Add a network").set_value("nin").run()
    assert messages(compare) == []


def test_four_are_shown_of_a_link_with_more(compare):
    opened(compare, "lenet", "alexnet", "lenet", "nin", "vgg11", "vgg13")
    assert messages(compare) == ["4 networks can be compared at once; the first 4 of 5 are shown."]
    assert names(compare) == ["LeNet", "AlexNet", "NiN", "VGG-11"]
    assert widget(compare.selectbox, "Add a network").disabled


def test_a_network_that_does_not_fit_is_compared_up_to_there(compare):
    opened(compare, "alexnet", to_link_text(preset("alexnet").replace(input_shape=(1, 28, 28))))
    (said,) = messages(compare)
    assert said.startswith("AlexNet, changed does not fit together: layer 5 (MaxPool2d) cannot take 256×2×2")
    assert totals(compare)["Output"] == ["10", "does not fit"]
    assert totals(compare)["Layers"] == ["21", "5 ×0.24"]
    lines = table(compare, "differences")
    assert lines[4][4:] == ["ReLU", "256×2×2", ""]
    assert lines[5][4:] == ["MaxPool2d(kernel_size=3, stride=2)", "not reached", "—"]
    assert {line[0] for line in lines} == {""}


def test_nothing_fits_of_two_networks(compare):
    wide = Layer("Conv2d", {"out_channels": 1, "kernel_size": 9})
    broken = [Network(name=name, input_shape=(1, 8, 8), layers=(wide,)) for name in ("one", "two")]
    opened(compare, *map(to_link_text, broken))
    assert [message.split(":")[0] for message in messages(compare)] == [
        "one does not fit together",
        "two does not fit together",
    ]
    assert totals(compare)["Parameters"] == ["0", "0 same"]


@pytest.mark.parametrize("style", ["volumes", "blocks"])
def test_150_layers_are_drawn_and_compared(compare, style):
    layers = (Layer("Conv2d", {"out_channels": 8, "kernel_size": 3, "padding": 1}), Layer("ReLU")) * 75
    opened(compare, "lenet", to_link_text(Network(name="deep", input_shape=(1, 28, 28), layers=layers)))
    compare.session_state["compare.style"] = style
    compare.run()
    assert messages(compare) == []
    assert totals(compare)["Layers"] == ["12", "150 ×12"]
    assert component(compare, "compare.drawing")["svg"].count("8×28×28" if style == "volumes" else "Conv (8)") == 75


def test_a_model_of_torchvision_is_measured_beside_the_presets(compare):
    compare.run()
    widget(compare.selectbox, "Add a network").set_value("torchvision:vgg11").run()
    assert names(compare)[-1] == "torchvision vgg11"
    assert totals(compare)["Parameters"][-1].startswith("133 M")  # 132,863,336
    compare.query_params["networks"] = ["lenet", "torchvision:vgg99"]
    compare.run()
    assert messages(compare)[0].startswith("torchvision has no classification model 'vgg99'; did you mean")


def finish_run(network: Network, test_acc: float) -> str:
    with open_store() as store:
        run_id = store.create_run(to_text(network), published_recipe(network), network.name)
        store.claim(run_id, pid=1, pid_started=1.0, device="cpu")
        store.finish(run_id, Result(0.5, 0.8, test_acc, 20_000.0, 20_000.0, "cpu"))
    return run_id


def test_the_best_run_of_a_network_stands_beside_its_totals_and_leads_to_its_curves(compare):
    finish_run(preset("lenet"), 0.79)
    best = finish_run(preset("lenet"), 0.813)
    finish_run(preset("lenet").replace(width=2.0), 0.9)
    compare.run()
    assert totals(compare)["Best test accuracy"] == ["0.813 Fashion-MNIST, lr 0.9, batch 256", "no run yet"]
    assert totals(compare)["Training speed"] == ["20.0 k examples/s on cpu", "—"]
    compare.button(f"compare.run.{best}").click().run()
    assert compare.query_params["run"] == best  # all about it, on the Runs page
    assert not compare.exception


def test_the_network_of_a_run_is_added(compare):
    run_id = finish_run(preset("lenet").replace(width=2.0), 0.9)
    compare.run()
    box = widget(compare.selectbox, "Add a network")
    assert f"Run {run_id}: LeNet, finished" in box.options
    box.set_value(f"run:{run_id}").run()
    assert names(compare)[-1] == "LeNet, changed"
    assert totals(compare)["Best test accuracy"][-1].startswith("0.900")


def test_only_what_differs_is_shown_when_asked_for(compare):
    compare.run()
    widget(compare.toggle, "Only what differs").set_value(True).run()
    assert {line[0] for line in table(compare, "differences")} == {"~", "+"}


def test_two_networks_of_one_name_are_told_apart(compare):
    one, two = (preset("nin").replace(width=width) for width in (0.5, 0.25))
    opened(compare, to_link_text(one), to_link_text(two))
    assert names(compare) == ["NiN, changed", "NiN, changed (2)"]
