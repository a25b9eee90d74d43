import pytest

from cnnviz.network.forms import FORMS
from cnnviz.network.layers import LAYERS
from cnnviz.network.link import to_link_text
from cnnviz.network.presets import PRESETS, preset
from tests.pages.conftest import messages, perform, widget


def ids(app):
    return [item.id for item in app.session_state["editor"].version.items]


def metrics(app):
    return {metric.label: metric.value for metric in app.metric}


def test_alexnet_opens_with_its_totals_and_no_message(app):
    app.run()
    assert messages(app) == []
    assert metrics(app) == {
        "Parameters": "46.8 M",
        "Mult-adds": "938 M",
        "Weights": "187 MB",
        "Outputs": "5.36 MB",
        "Smallest input": "67 × 67",
        "Output": "10",
    }
    table = app.dataframe[0].value
    assert list(table["Output shape"])[:3] == ["96×54×54", "96×54×54", "96×26×26"]
    assert table["Parameters"].sum() == 46_764_746


def test_an_edit_of_a_parameter_shows_in_totals_and_table(app):
    app.run()
    widget(app.number_input, "stride").set_value(2).run()
    assert app.session_state["editor"].layer.params["stride"] == 2
    assert app.dataframe[0].value["Output shape"][0] == "96×107×107"


def test_selecting_a_layer_shows_its_parameters(app):
    app.run()
    perform(app, {"action": "select", "ids": ids(app)[2:3]})
    assert [box.label for box in app.number_input if box.label != "Classes"] == [
        "kernel_size",
        "stride",
        "padding",
        "dilation",
    ]


def test_height_and_width_are_given_apart_and_joined_again(app):
    app.run()
    widget(app.toggle, "height and width apart").set_value(True).run()
    widget(app.number_input, "kernel_size width").set_value(5).run()
    assert app.session_state["editor"].layer.params["kernel_size"] == (11, 5)
    widget(app.toggle, "height and width apart").set_value(False).run()
    assert app.session_state["editor"].layer.params["kernel_size"] == 11


def test_a_broken_network_keeps_its_good_rows_and_says_what_is_wrong(app):
    app.run()
    widget(app.number_input, "stride").set_value(40).run()
    (message,) = messages(app)
    assert "Layer 5 · MaxPool2d does not fit" in message
    assert "3×3 window is larger than the 2×2 map" in message
    assert len(app.dataframe[0].value) == 5
    assert metrics(app)["Output"] == "—"


def test_a_network_that_breaks_at_its_first_layer_is_shown(app):
    app.run()
    widget(app.text_input, "Input (C × H × W)").set_value("1, 8, 8").run()
    (message,) = messages(app)
    assert "Layer 0 · Conv2d does not fit" in message
    assert metrics(app)["Parameters"] == "0"


def test_a_wrong_input_shape_changes_nothing_and_says_what_is_allowed(app):
    app.run()
    for text in ("", "28", "1,2", "1, 0, 28", "1, 28, 99999", "a, b, c", "-1, 2, 3"):
        widget(app.text_input, "Input (C × H × W)").set_value(text).run()
        (message,) = messages(app)
        assert "Nothing was changed" in message, text
        assert app.session_state["editor"].network.input_shape == (1, 224, 224)


def test_classes_and_width_are_edited_and_a_preset_opens_anew(app):
    app.run()
    widget(app.number_input, "Classes").set_value(7).run()
    widget(app.selectbox, "Width").set_value("×1/4").run()
    assert metrics(app)["Output"] == "7"
    assert app.dataframe[0].value["Output shape"][0] == "24×54×54"
    widget(app.selectbox, "Network").set_value("lenet").run()
    assert metrics(app)["Parameters"] == "61.7 k"
    assert messages(app) == []


def test_the_last_layer_left_cannot_be_deleted(app):
    app.run()
    perform(app, *({"action": "delete", "ids": [each]} for each in ids(app)))
    refusal, problem = messages(app)
    assert "Layers must be a list of 1 to 5,000 layers" in refusal
    assert "Layer 0 · Linear does not fit" in problem
    assert [layer.kind for layer in app.session_state["editor"].network.layers] == ["Linear"]


def test_a_network_without_features_of_its_own_has_no_classes(app):
    app.run()
    perform(app, {"action": "delete", "ids": [*ids(app)[:1], *ids(app)[2:]]})
    assert metrics(app)["Parameters"] == "0"
    assert widget(app.text_input, "Classes").value == "—"
    assert messages(app) == []


def add(app, kind):
    editor = app.session_state["editor"]
    perform(app, {"action": "add", "id": editor.item.id, "kind": kind, "new_id": f"new-{kind}"})


def test_a_word_for_the_padding_takes_the_place_of_pixels(app):
    app.run()
    widget(app.selectbox, "padding as").set_value("same").run()
    assert app.session_state["editor"].layer.params["padding"] == "same"
    assert "padding" not in [box.label for box in app.number_input]
    widget(app.selectbox, "padding as").set_value("pixels").run()
    assert "padding" not in app.session_state["editor"].layer.params


def test_a_parameter_of_several_numbers_is_given_as_text(app):
    app.run()
    add(app, "ZeroPad2d")
    widget(app.text_input, "padding").set_value("1, 2, 3, 4").run()
    assert app.session_state["editor"].layer.params["padding"] == (1, 2, 3, 4)
    widget(app.text_input, "padding").set_value("1, 2").run()
    (message,) = messages(app)
    assert "or four of them (left, right, top, bottom)" in message
    assert app.session_state["editor"].layer.params["padding"] == (1, 2, 3, 4)


def test_a_layer_inside_a_container_is_edited_in_its_place(app):
    app.run()
    add(app, "Residual")
    inside = app.session_state["editor"].item.parts[0][0]
    perform(app, {"action": "select", "ids": [inside.id]})
    assert any("Layer 1.body.0 · Identity" in words.value for words in app.markdown)
    perform(app, {"action": "add", "id": inside.id, "kind": "Conv2d same size", "new_id": "n"})
    widget(app.number_input, "kernel_size").set_value(5).run()
    widget(app.number_input, "padding").set_value(2).run()
    assert app.dataframe[0].value["Layer"].tolist()[3].strip() == "Conv2d(out_channels=96, kernel_size=5, padding=2)"
    assert messages(app) == []


def test_a_block_is_unfolded_into_its_layers(app):
    app.run()
    widget(app.selectbox, "Network").set_value("vgg11").run()
    before = metrics(app)["Parameters"]
    widget(app.button, "Unfold into its layers").click().run()
    editor = app.session_state["editor"]
    assert [layer.kind for layer in editor.network.layers[:4]] == ["Conv2d", "ReLU", "MaxPool2d", "VGGBlock"]
    assert metrics(app)["Parameters"] == before


@pytest.mark.parametrize("kind", [*LAYERS, *FORMS])
def test_every_kind_can_be_added_and_edited(app, kind):
    app.run()
    add(app, kind)
    assert not app.exception
    assert len(app.session_state["editor"].network.layers) == (23 if kind == "Linear" else 22)  # with its Flatten


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_is_shown(app, name):
    app.run()
    widget(app.selectbox, "Network").set_value(name).run()
    assert not app.exception
    assert not messages(app)


def test_a_fix_that_was_tried_is_applied_with_one_click(app):
    app.run()
    widget(app.number_input, "stride").set_value(40).run()
    assert metrics(app)["Output"] == "—"
    assert "in the layers that fit" in {metric.delta for metric in app.metric}  # what is linear comes after them
    next(button for button in app.button if button.label == "Apply").click().run()
    assert not app.exception
    assert metrics(app)["Output"] == "10"


def test_a_fix_is_not_applied_over_an_edit_that_came_between(app):
    app.run()
    widget(app.number_input, "stride").set_value(40).run()
    apply = next(button for button in app.button if button.label == "Apply")
    edited = app.session_state["editor"].with_network(preset("lenet"))
    app.session_state["editor"] = edited  # the page does not show it yet
    apply.click().run()
    assert app.session_state["editor"].network == edited.network
    assert "edited since this fix was tried" in messages(app)[0]


def test_what_is_worth_knowing_of_a_network_that_fits_is_told(app):
    app.run()
    (findings,) = app.expander
    assert "worth knowing" in findings.label
    assert any("92 %" in words.value for words in findings.markdown)


def test_one_of_torchvisions_models_is_looked_at_and_left_again(app):
    app.run()
    widget(app.number_input, "stride").set_value(2).run()
    widget(app.selectbox, "Network").set_value("A model of torchvision…").run()
    assert metrics(app)["Parameters"] == "25.6 M"
    widget(app.selectbox, "Model").set_value("squeezenet1_1").run()
    assert metrics(app)["Parameters"] == "1.24 M"
    widget(app.text_input, "Input (C × H × W)").set_value("3, 8, 8").run()
    assert "cannot take" in messages(app)[0]
    widget(app.button, "Back to my network").click().run()
    assert app.session_state["editor"].layer.params["stride"] == 2
    assert messages(app) == []


def test_the_memory_of_training_is_shown_where_it_is_asked_for(app):
    app.run()
    assert "Largest batch" not in app.dataframe[0].value
    widget(app.toggle, "Memory of training").set_value(True).run()
    ledger, batches = app.dataframe[0].value, app.dataframe[1].value
    assert ledger["Bytes"][0] == f"{4 * 46_764_746:,}"
    assert list(batches.columns) == ["GPU", "Memory", "Largest batch"]
    widget(app.number_input, "Batch size").set_value(0).run()
    assert "batch_size must be a whole number of at least 1" in messages(app)[0]


def test_a_batch_size_written_as_a_word_gives_way_to_the_usual_one(app):
    app.query_params["network"] = to_link_text(preset("lenet").replace(recipe={"batch_size": "large"}))
    app.run()
    widget(app.toggle, "Memory of training").set_value(True).run()
    assert messages(app) == []
    assert widget(app.number_input, "Batch size").value == 128


def test_a_network_that_does_not_fit_has_no_memory_of_training(app):
    app.run()
    widget(app.toggle, "Memory of training").set_value(True).run()
    widget(app.number_input, "stride").set_value(40).run()
    assert any("its 3×3 window" in message for message in messages(app)[1:])


def test_what_was_changed_since_the_preset_is_listed_and_taken_back(app):
    app.run()
    assert len(app.code) == 1  # the link to share
    widget(app.number_input, "stride").set_value(2).run()
    perform(app, {"action": "delete", "ids": ids(app)[1:2]})
    assert app.code[1].value.splitlines() == ["~ 0 Conv2d: stride 4 → 2", "− 1 ReLU"]
    widget(app.button, "Back to AlexNet").click().run()
    assert metrics(app)["Parameters"] == "46.8 M"
    perform(app, {"action": "undo"})
    assert app.session_state["editor"].layer.params["stride"] == 2
