"""The README's figures are what the program draws; `pytest tests/drawing/test_figures.py --overwrite` draws them."""

from pathlib import Path

import pytest

from cnnviz.drawing.gallery import gallery
from cnnviz.drawing.svg import svg
from cnnviz.network.presets import preset
from cnnviz.network.summary import summarize

STATIC = Path(__file__).parents[2] / "static"
FIGURES = {
    "figure-1-1.svg": ("lenet", "alexnet"),  # from LeNet to AlexNet
    "figure-2-1.svg": ("alexnet", "vgg11"),  # from AlexNet to VGG
}


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_what_is_drawn_now(name, overwrite):
    networks = [preset(each) for each in FIGURES[name]]
    scene = gallery([summarize(each) for each in networks], [each.name for each in networks], style="blocks", depth=2)
    if overwrite:
        (STATIC / name).write_text(svg(scene), encoding="utf-8")
    assert svg(scene) == (STATIC / name).read_text(encoding="utf-8")
    assert f"static/{name}" in (STATIC.parent / "README.md").read_text(encoding="utf-8")
