import pytest

from cnnviz.ui.live_curves.panels import DEPTHS, layer_plot
from cnnviz.ui.live_curves.series import Series

PAGES = ("#ffffff", "#14171c")  # the background when light and when dark, as in .streamlit/config.toml


def luminance(colour: str) -> float:
    """Relative luminance by WCAG 2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("colour", DEPTHS)
def test_a_layers_colour_is_seen_on_either_page(colour, page):
    darker, lighter = sorted((luminance(colour), luminance(page)))
    assert (lighter + 0.05) / (darker + 0.05) >= 3


def test_a_panel_in_which_no_layer_has_a_number_is_left_out():
    series = Series()
    series.extend(
        {"seq": [1, 2], "gradient_norm 0": [None, 0.5], "update_ratio 0": [1.0, 1.0], "dead_share 0": [None, None]}
    )
    plot = layer_plot({"0": "0 Conv2d", "1": "1 Linear"}, series.measured)
    assert [panel.title for panel in plot.panels] == ["Gradient norm", "Update ÷ weights"]
    assert {curve.panel for curve in plot.curves} == {0, 1}


def test_panels_keep_their_curves_where_one_before_them_is_left_out():
    plot = layer_plot({"3": "3 ReLU"}, {"dead_share 3"})
    assert [panel.title for panel in plot.panels] == ["Dead units"]
    assert [(curve.name, curve.panel) for curve in plot.curves] == [("dead_share 3", 0)]
