"""The picture of costs on the Design page."""

import pytest

from tests.pages.conftest import messages, widget


def show_costs(app, view: str):
    app.run()
    app.session_state["picture_style"] = "costs"
    app.session_state["cost_view"] = view
    return app.run()


def captions(app) -> str:
    return " ".join(caption.value for caption in app.caption)


@pytest.mark.parametrize(
    ("view", "words"),
    [("layers", "Bars of one column"), ("map", "The first layer is at the top"), ("sweep", "Dots are sizes")],
)
@pytest.mark.parametrize("name", ["lenet", "googlenet"])
def test_each_view_of_the_costs_says_how_it_is_read(app, name, view, words):
    app.run()
    widget(app.selectbox, "Network").set_value(name).run()
    show_costs(app, view)
    assert messages(app) == []
    assert words in captions(app)


def test_a_sweep_has_its_numbers_as_a_table(app):
    show_costs(app, "sweep")
    table = next(frame.value for frame in app.dataframe if "Image" in frame.value)
    assert list(table["Image"][:1]) == ["1×67×67"]  # AlexNet's smallest image
    present = table[table["Image"] == "1×224×224"]
    assert present[["Output", "Parameters", "Mult-adds"]].values.tolist() == [["10", "46.8 M", "938 M"]]


def test_layers_in_blocks_are_shown_where_there_are_blocks(app):
    show_costs(app, "layers")
    assert widget(app.toggle, "Layers in blocks").disabled
    widget(app.selectbox, "Network").set_value("vgg11").run()
    toggle = widget(app.toggle, "Layers in blocks")
    assert not toggle.disabled
    toggle.set_value(True).run()
    assert messages(app) == []


def test_a_network_whose_first_layer_fails_has_nothing_to_measure_yet(app):
    show_costs(app, "layers")
    widget(app.text_input, "Input (C × H × W)").set_value("1, 8, 8").run()
    assert any("nothing to measure yet" in message for message in messages(app))
    show_costs(app, "sweep")
    assert "Dots are sizes" in captions(app)


def test_a_model_that_is_not_edited_here_is_not_asked_about_other_sizes(app):
    show_costs(app, "sweep")
    widget(app.selectbox, "Network").set_value("A model of torchvision…").run()
    assert messages(app) == []
    assert "Bars of one column" in captions(app)
