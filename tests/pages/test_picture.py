"""The picture of the network on the Design page."""

import pytest

from tests.pages.conftest import messages, widget


@pytest.mark.parametrize("style", ["volumes", "blocks", "graph"])
@pytest.mark.parametrize("name", ["lenet", "googlenet"])
def test_each_style_is_shown_without_a_complaint(app, name, style):
    app.run()
    widget(app.selectbox, "Network").set_value(name).run()
    app.session_state["picture_style"] = style
    app.run()
    assert messages(app) == []


def test_volumes_say_which_scale_they_have(app):
    app.run()
    assert any("each on a log scale" in caption.value for caption in app.caption)
    widget(app.toggle, "Linear scale").set_value(True).run()
    assert any("drawn in proportion" in caption.value for caption in app.caption)


def test_a_network_without_blocks_has_nothing_to_fold(app):
    app.run()
    assert not any("fold all" in button.label.lower() for button in app.button)
    widget(app.selectbox, "Network").set_value("vgg11").run()
    assert [button.label for button in app.button if "fold all" in button.label.lower()] == ["Unfold all", "Fold all"]
    widget(app.button, "Unfold all").click().run()
    assert app.session_state["picture_folding"].depth == 2
    widget(app.button, "Fold all").click().run()
    assert app.session_state["picture_folding"].depth == 1
    assert messages(app) == []
