"""The drawings of costs, read back from their geometry."""

from xml.etree import ElementTree

import pytest

from cnnviz.drawing.costs import cost_bars, cost_map, costs
from cnnviz.drawing.costs.bars import cost_bars as bars
from cnnviz.drawing.scene import Line, Polygon, Scene, Text
from cnnviz.drawing.svg import svg
from cnnviz.drawing.tikz import tikz
from cnnviz.formatting import percent_text
from cnnviz.network.presets import PRESETS, preset
from cnnviz.network.summary import summarize
from tests.drawing.test_scenes import labels, overlapping
from tests.network.examples import network

DRAWINGS = {"bars": cost_bars, "map": cost_map, "sheet": costs}
ALEXNET = summarize(preset("alexnet"))


def size(polygon: Polygon) -> tuple[float, float]:
    xs, ys = zip(*polygon.points, strict=True)
    return max(xs) - min(xs), max(ys) - min(ys)


def left(polygon: Polygon) -> float:
    return min(x for x, _ in polygon.points)


def title_x(scene: Scene, title: str) -> float:
    return next(label.at[0] for label in labels(scene) if label.text == title)


def bar_of(scene: Scene, path: str, title: str) -> float:
    """Return the length of a layer's bar in the column with a title."""
    x = title_x(scene, title)
    return next((size(each)[0] for each in owned(scene, path) if left(each) == x), 0.0)


def owned(scene: Scene, path: str) -> list[Polygon]:
    return [shape for shape in scene.shapes if isinstance(shape, Polygon) and shape.owner == path]


def words(scene: Scene, path: str) -> list[str]:
    return [label.text for label in labels(scene) if label.owner == path]


def height_in(scene: Scene, path: str, title: str) -> float:
    """Return how high a layer stands in the tower with a title."""
    x = title_x(scene, title)
    return next((size(each)[1] for each in owned(scene, path) if left(each) == x), 0.0)


@pytest.mark.parametrize("depth", [1, 2, 4])
@pytest.mark.parametrize("drawing", ["bars", "map"])
@pytest.mark.parametrize("name", PRESETS)
def test_no_label_overlaps_another(name, drawing, depth):
    scene = DRAWINGS[drawing](summarize(preset(name)), depth=depth)
    assert len(labels(scene)) > 12
    assert overlapping(scene) == []


def test_a_row_holds_a_layers_numbers_and_shares():
    scene = cost_bars(ALEXNET)
    linear = words(scene, "14")  # 6400 × 4096 + 4096 of 46,764,746 parameters; 6400 × 4096 of 938,439,168 mult-adds
    assert linear[:3] == ["14", linear[1], "4096"]
    assert linear[3:] == ["26.2 M", "56 %", "26.2 M", "3 %", "16.4 kB", "< 1 %", "219×219"]


def test_bars_of_a_column_are_as_long_as_their_amounts():
    scene = cost_bars(ALEXNET)
    first, second = bar_of(scene, "14", "Parameters"), bar_of(scene, "17", "Parameters")
    assert second / first == pytest.approx((4096 * 4096 + 4096) / (6400 * 4096 + 4096))
    assert bar_of(scene, "2", "Parameters") == 0  # a pool
    convs = [bar_of(scene, path, "Mult-adds") for path in ("3", "6")]
    assert convs[1] / convs[0] == pytest.approx(127_401_984 / 415_334_400)


def test_receptive_fields_are_compared_with_the_image():
    scene = cost_bars(ALEXNET)
    x = title_x(scene, "Receptive field")
    mark = next(shape for shape in scene.shapes if isinstance(shape, Line) and shape.dashed)
    assert bar_of(scene, "3", "Receptive field") / (mark.points[0][0] - x) == pytest.approx(51 / 224)


def test_what_has_no_row_is_summed_up_in_the_last_so_that_nothing_is_missing():
    scene = cost_bars(ALEXNET)
    assert [label.text for label in labels(scene) if label.text.startswith("7 ReLU")] == [
        "7 ReLU, 2 Dropout, 1 Flatten"
    ]
    relus = 96 * 54**2 + 256 * 26**2 + (384 + 384 + 256) * 12**2 + 2 * 4096
    rest = 4 * (relus + 2 * 4096 + 6400)
    assert percent_text(rest / ALEXNET.output_bytes) == labels(scene)[-1].text == "47 %"


def test_a_layer_without_a_row_has_one_where_it_is_selected():
    assert owned(cost_bars(ALEXNET), "1") == []
    assert owned(cost_bars(ALEXNET, selected="1"), "1")


@pytest.mark.parametrize(("selected", "marked"), [("0", "0"), ("0.0", "0"), ("7", "7"), ("nowhere", None)])
def test_the_selected_row_is_marked_or_that_of_the_block_around_it(selected, marked):
    scene = cost_bars(summarize(preset("vgg11")), selected=selected)
    found = {
        shape.owner
        for shape in scene.shapes
        if isinstance(shape, Polygon) and shape.fill and shape.fill.name == "accent"
    }
    assert found == ({marked} if marked else set())


def test_an_unfolded_block_is_hollow_and_its_layers_follow():
    scene = bars(summarize(preset("vgg11")), depth=2)
    folded, inner = owned(scene, "0")[-1], owned(scene, "0.0")[-1]
    assert folded.stroke is not None
    assert inner.stroke is None
    assert bar_of(scene, "0", "Parameters") == pytest.approx(bar_of(scene, "0.0", "Parameters"))  # its one convolution


def test_a_block_that_only_wraps_another_is_not_drawn_twice():
    scene = cost_bars(summarize(preset("googlenet")), depth=2, selected="8.0")
    assert owned(scene, "8.0") == []
    assert owned(scene, "8.0.0.0")
    assert any(shape.fill and shape.fill.name == "accent" for shape in owned(scene, "8"))


def test_alexnets_linear_layers_fill_92_percent_of_one_tower_and_5_of_the_next():
    scene = cost_map(ALEXNET)
    for title, expected in (("Parameters", 0.92), ("Mult-adds", 0.05)):
        whole = sum(height_in(scene, row.path, title) for row in ALEXNET.rows)
        linear = sum(height_in(scene, path, title) for path in ("14", "17", "20"))
        assert linear / whole == pytest.approx(expected, abs=0.005)


def test_towers_are_equally_high_and_those_of_outputs_hold_what_all_layers_make():
    summary = summarize(preset("resnet18"))
    scene = cost_map(summary)
    heights = [
        sum(height_in(scene, row.path, title) for row in summary.top_rows)
        for title in ("Parameters", "Mult-adds", "Outputs")
    ]
    assert heights == pytest.approx([heights[0]] * 3, abs=2)  # layers of a quarter pixel are left out
    share = sum(row.output_bytes for row in summary.rows if row.path.split(".")[0] == "4" and row.is_leaf)
    share += sum(row.output_bytes for row in summary.rows if row.path.split(".")[0] == "4" and row.role == "merge")
    assert height_in(scene, "4", "Outputs") / heights[2] == pytest.approx(share / summary.output_bytes, abs=0.005)


def test_layers_inside_blocks_stand_within_them():
    scene = cost_map(summarize(preset("vgg19")), depth=2)
    (block,) = (each for each in owned(scene, "3") if left(each) == title_x(scene, "Mult-adds"))
    inner = [each for path in ("3.0", "3.2", "3.4", "3.6") for each in owned(scene, path)]
    heights = [size(each)[1] for each in inner if title_x(scene, "Mult-adds") < left(each) < left(block) + 150]
    assert sum(heights) == pytest.approx(size(block)[1])


def test_a_network_within_one_sequential_is_drawn_by_what_is_in_it():
    conv, linear = "Conv2d(out_channels=4, kernel_size=3)", "Linear(out_features=2)"
    summary = summarize(network(f"Sequential: ['{conv}', '{conv}']", "Flatten()", f"Sequential: [{linear}]"))
    scene = cost_map(summary)
    assert [height_in(scene, path, "Parameters") > 0 for path in ("0", "0.0", "0.1", "2.0")] == [
        False,
        True,
        True,
        True,
    ]


@pytest.mark.parametrize("drawing", DRAWINGS)
def test_a_layer_that_is_selected_is_framed_in_the_accent(drawing):
    scene = DRAWINGS[drawing](ALEXNET, selected="3")
    accents = [paint for shape in owned(scene, "3") for paint in (shape.fill, shape.stroke) if paint]
    assert "accent" in {paint.name for paint in accents}


@pytest.mark.parametrize("drawing", DRAWINGS)
def test_a_network_that_breaks_is_drawn_up_to_its_problem(drawing):
    conv = "Conv2d(out_channels=4, kernel_size=3)"
    scene = DRAWINGS[drawing](summarize(network(conv, "Conv2d(out_channels=4, kernel_size=99)")), depth=3)
    assert owned(scene, "0")
    assert owned(scene, "1") == []


@pytest.mark.parametrize("drawing", DRAWINGS)
@pytest.mark.parametrize("layers", [["Conv2d(out_channels=4, kernel_size=99)"], ["ReLU()"], ["Identity()"]])
def test_a_network_without_costs_is_no_error(layers, drawing):
    scene = DRAWINGS[drawing](summarize(network(*layers)))
    assert {"Parameters", "Mult-adds", "Outputs"} <= {label.text for label in labels(scene)}


@pytest.mark.parametrize("drawing", DRAWINGS)
def test_models_of_torchvision_are_drawn_without_receptive_fields(drawing):
    torch = pytest.importorskip("torch")
    from cnnviz.network.module_summary import summarize_module

    module = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.ReLU(), torch.nn.Flatten(), torch.nn.Linear(144, 2))
    scene = DRAWINGS[drawing](summarize_module(module, (3, 8, 8)))
    assert owned(scene, "0")
    assert "Receptive field" not in {label.text for label in labels(scene)}


@pytest.mark.parametrize("drawing", DRAWINGS)
def test_svg_and_tikz_are_well_formed(drawing):
    scene = DRAWINGS[drawing](summarize(preset("googlenet").replace(name="<b>&_%")), depth=3, selected="8")
    root = ElementTree.fromstring(svg(scene))
    assert {element.get("data-layer") for element in root.iter()} >= {"0", "8", "8.0.0.0"}
    text = tikz(scene)
    assert text.count("{") == text.count("}")
    assert "<" not in text.replace("$<$", "")  # outside of mathematics pdflatex makes another sign of it
    assert all(isinstance(shape, Polygon | Line | Text) for shape in scene.shapes)
