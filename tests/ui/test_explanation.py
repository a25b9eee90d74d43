"""The panel that explains a layer, as Streamlit is given it."""

import pytest
from streamlit.testing.v1 import AppTest

from cnnviz.network.document import to_text
from cnnviz.network.layers import LAYERS
from cnnviz.network.presets import preset
from tests.network.examples import network
from tests.network.test_layers import with_new


def shown(text: str, path: str) -> AppTest:
    """Return the panel of a layer of a network's text, run in a page of its own."""

    def page(text: str, path: str) -> None:
        from cnnviz.network.document import parse
        from cnnviz.ui.explanation import explanation_panel

        explanation_panel(parse(text), path)

    app = AppTest.from_function(page, args=(text, path), default_timeout=60).run()
    assert not app.exception, app.exception
    return app


def words(app: AppTest) -> str:
    return "\n\n".join(box.value for box in app.markdown)


def images(app: AppTest) -> list:
    return list(app.get("image"))


@pytest.mark.parametrize("kind", LAYERS)
def test_every_kind_is_shown_with_formulas_that_are_closed(kind):
    app = shown(to_text(with_new(kind)), str(len(with_new(kind).layers) - 1))
    assert "**Why these numbers**" in words(app)
    assert words(app).count("$") % 2 == 0
    assert words(app).count("[") == words(app).count("]")


def test_a_convolution_is_shown_with_its_formulas_shares_and_window():
    app = shown(to_text(preset("alexnet")), "0")
    assert "**Why these numbers**" in words(app)
    assert r"$\displaystyle \left\lfloor \frac{224 + 2\cdot 0 - 11}{4} \right\rfloor + 1 = 54$" in words(app)
    assert ":small[The last row and column are never seen]" in words(app)
    assert "21 % of the output memory, the most of 21 layers" in words(app)
    (image,) = images(app)
    assert "never reaches the last row and column" in image.proto.imgs[0].alt


def test_a_layer_that_does_not_fit_is_shown_with_the_number_that_is_wrong_and_no_window():
    app = shown(to_text(network("ReLU()", "Conv2d(out_channels=2, kernel_size=9)")), "1")
    assert r"\left\lfloor \frac{8 + 2\cdot 0 - 9}{1} \right\rfloor + 1 = 0" in words(app)
    assert images(app) == []


def test_a_layer_behind_one_that_does_not_fit_is_shown_in_general_words():
    app = shown(to_text(network("Conv2d(out_channels=2, kernel_size=9)", "ReLU()")), "1")
    assert "Its numbers are known once layer 0 (Conv2d) fits" in words(app)
    assert len(app.markdown) == 1
