"""Volumes and blocks: what is drawn of every preset, and that nothing written in it overlaps."""

from xml.etree import ElementTree

import pytest

from cnnviz.drawing.blocks import blocks
from cnnviz.drawing.graph import graph
from cnnviz.drawing.scale import Scale
from cnnviz.drawing.scene import Line, Polygon, Scene, Text, corners
from cnnviz.drawing.svg import svg
from cnnviz.drawing.theme import DARK, LIGHT
from cnnviz.drawing.tikz import tikz
from cnnviz.drawing.volumes import volumes
from cnnviz.network.presets import PRESETS, preset
from cnnviz.network.summary import Summary, summarize
from cnnviz.network.torchvision_models import torchvision_summary
from tests.network.examples import network

STYLES = {"volumes": volumes, "blocks": blocks, "graph": graph}


def labels(scene: Scene) -> list[Text]:
    return [shape for shape in scene.shapes if isinstance(shape, Text)]


def overlapping(scene: Scene) -> list[tuple[str, str]]:
    """Return the pairs of labels whose rectangles meet."""
    left, top, right, bottom = scene.bounds
    along = 0 if right - left > bottom - top else 1  # labels are compared with those that begin before they end
    boxes = sorted(((label.text, corners(label)) for label in labels(scene)), key=lambda box: box[1][0][along])
    found = []
    for place, (one, (low, high)) in enumerate(boxes):
        for other, (low2, high2) in boxes[place + 1 :]:
            if low2[along] >= high[along]:
                break
            if low[1 - along] < high2[1 - along] and low2[1 - along] < high[1 - along]:
                found.append((one, other))
    return found


def boxes_of(scene: Scene, path: str) -> list[Polygon]:
    return [shape for shape in scene.shapes if isinstance(shape, Polygon) and shape.owner == path]


def height(scene: Scene, path: str) -> float:
    """Return how high the front of a layer's volume is."""
    ys = [y for _, y in boxes_of(scene, path)[0].points]
    return max(ys) - min(ys)


def summary_of(*layers: str, input_shape: tuple[int, int, int] = (1, 32, 32)) -> Summary:
    return summarize(network(*layers, input_shape=input_shape))


@pytest.mark.parametrize("depth", [1, 2, 4])
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", PRESETS)
def test_no_label_overlaps_another(name, style, depth):
    scene = STYLES[style](summarize(preset(name)), depth=depth)
    assert len(labels(scene)) > 8
    assert overlapping(scene) == []


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", PRESETS)
def test_every_layer_that_changes_the_shape_is_drawn_once(name, style):
    summary = summarize(preset(name))
    scene = STYLES[style](summary)
    drawn = {shape.owner for shape in scene.shapes if isinstance(shape, Polygon)} - {""}
    assert drawn >= {row.path for row in summary.top_rows if row.output_shape != row.input_shape}


@pytest.mark.parametrize("depth", [1, 3, 99])
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    "name", ["densenet201", "googlenet", "maxvit_t", "mobilenet_v3_small", "resnet152", "vit_b_16"]
)
def test_no_label_overlaps_another_in_a_model_of_others(name, style, depth):
    scene = STYLES[style](torchvision_summary(name), depth=depth)
    assert len(labels(scene)) >= 5
    assert overlapping(scene) == []


@pytest.mark.parametrize("count", [5, 150])
@pytest.mark.parametrize("style", STYLES)
def test_no_label_overlaps_another_in_a_short_or_long_network(style, count):
    scene = STYLES[style](summary_of(*["Conv2d(out_channels=100, kernel_size=(3, 5), padding=(1, 2))"] * count))
    assert len(labels(scene)) >= count
    assert overlapping(scene) == []


def test_overlapping_labels_are_found():
    near, far = Text((0, 0), "Conv 3×3"), Text((0, 30), "ReLU")
    assert overlapping(Scene((near, far, Text((20, 4), "Linear")))) == [("Conv 3×3", "Linear")]


@pytest.mark.parametrize("style", ["volumes", "blocks"])
def test_a_layer_that_keeps_the_shape_is_drawn_where_it_is_selected(style):
    summary = summarize(preset("lenet"))
    assert boxes_of(STYLES[style](summary), "1") == []
    assert boxes_of(STYLES[style](summary, selected="1"), "1")


def test_a_blocks_layers_are_drawn_at_the_next_depth():
    summary = summarize(preset("vgg11"))
    assert boxes_of(volumes(summary), "0")
    assert boxes_of(volumes(summary), "0.0") == []
    assert boxes_of(volumes(summary, depth=2), "0.0")


def test_a_larger_map_is_higher_and_more_channels_are_deeper():
    scene = volumes(summary_of("MaxPool2d(kernel_size=2)", "Conv2d(out_channels=8, kernel_size=1)"))
    (pool, *_), (conv, *_) = boxes_of(scene, "0"), boxes_of(scene, "1")
    assert height(scene, "0") == pytest.approx(height(scene, "1"))
    assert pool.points[1][0] - pool.points[0][0] < conv.points[1][0] - conv.points[0][0]


def test_on_a_linear_scale_half_the_pixels_are_half_as_high():
    scale = Scale.of([summary_of("MaxPool2d(kernel_size=2)")], linear=True)
    full, half, none = scale.side_px(32), scale.side_px(16), scale.side_px(0)
    assert full - half == pytest.approx(half - none)


def test_networks_are_drawn_to_one_scale():
    small, large = summary_of("ReLU()"), summary_of("ReLU()", input_shape=(1, 224, 224))
    scale = Scale.of([small, large])
    first = boxes_of(volumes(small, scale=scale), "")[0]
    alone = boxes_of(volumes(small), "")[0]
    assert first.points[3][1] - first.points[0][1] < alone.points[3][1] - alone.points[0][1]


@pytest.mark.parametrize("style", STYLES)
def test_the_folded_block_around_the_selected_layer_is_marked(style):
    def marked(**view: object) -> set[str]:
        shapes = STYLES[style](summarize(preset("vgg11")), selected="1.0", **view).shapes
        strokes = [(shape.owner, shape.stroke) for shape in shapes if not isinstance(shape, Text) and not shape.dashed]
        return {owner for owner, stroke in strokes if stroke and stroke.name == "accent"}

    assert marked() == {"1"}
    assert marked(depth=2) == marked(toggled={"1"}) == {"1.0"}


@pytest.mark.parametrize("style", STYLES)
def test_every_block_has_a_mark_that_folds_it_and_paper_has_none(style):
    scene = STYLES[style](summarize(preset("resnet18")), toggled={"5"})
    folds = {shape.folds for shape in scene.shapes if isinstance(shape, Polygon)} - {""}
    assert folds == {"4", "5", "5.0", "6", "7", "8", "9", "10", "11"}
    assert not any(shape.folds for shape in scene.still.shapes if isinstance(shape, Polygon))
    assert labels(scene.still) == labels(scene)


def test_layers_that_feed_each_other_are_joined_by_curves():
    summary = torchvision_summary("densenet121", (3, 32, 32))
    shapes = graph(summary, toggled={"features", "features.denseblock1"}).shapes
    # Of 27 links six lead to the next: the block's input to its first layer, and so on; one skips them all.
    assert sum(isinstance(shape, Line) and shape.curved for shape in shapes) == 27 - 7


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("style", STYLES)
def test_svg_is_well_formed_and_names_the_layer_of_each_shape(style, theme):
    summary = summarize(preset("googlenet").replace(name='<b>&"GoogLeNet"</b>'))
    root = ElementTree.fromstring(svg(STYLES[style](summary, depth=3, selected="3"), theme=theme))
    layers = {element.get("data-layer") for element in root.iter() if element.get("data-layer")}
    assert layers <= {row.path for row in summary.rows}
    assert root.find("{http://www.w3.org/2000/svg}title").text == summary.name


@pytest.mark.parametrize("style", STYLES)
def test_tikz_escapes_what_is_special_to_tex(style):
    text = tikz(STYLES[style](summary_of("Sequential([MaxPool2d(kernel_size=2)])")))
    assert "×" not in text
    assert r"$\times$" in text
    assert text.count(r"\begin{") == text.count(r"\end{")
