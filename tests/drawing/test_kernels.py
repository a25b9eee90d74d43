"""The window of a layer on the volume that it looks at."""

import pytest

from cnnviz.drawing.scene import Line, Polygon, Scene
from cnnviz.drawing.volumes import volumes
from cnnviz.drawing.wording import span
from cnnviz.network.presets import preset
from cnnviz.network.summary import Row, summarize
from tests.network.examples import network


def windows(scene: Scene, path: str) -> list[Polygon]:
    found = [shape for shape in scene.shapes if isinstance(shape, Polygon) and shape.owner == path]
    return [shape for shape in found if shape.fill is not None and shape.fill.opacity < 1]


def rays(scene: Scene, path: str) -> list[Line]:
    return [shape for shape in scene.shapes if isinstance(shape, Line) and shape.dashed and shape.owner == path]


def side_of(scene: Scene, path: str) -> Polygon:
    return [shape for shape in scene.shapes if isinstance(shape, Polygon) and shape.owner == path][2]


def row(text: str) -> Row:
    return summarize(network(text, input_shape=(1, 64, 64))).rows[0]


def test_the_selected_layers_window_lies_on_the_volume_drawn_before_it():
    scene = volumes(summarize(preset("alexnet")), selected="3")
    (window,), (first, second) = windows(scene, "3"), rays(scene, "3")
    xs, ys = zip(*side_of(scene, "2").points, strict=True)  # MaxPool2d, whose 26 × 26 map the 5 × 5 window looks at
    assert all(min(xs) <= x <= max(xs) and min(ys) <= y <= max(ys) for x, y in window.points)
    front = next(shape for shape in scene.shapes if isinstance(shape, Polygon) and shape.owner == "3")
    assert first.points[-1] == second.points[-1]  # both lines meet at the left edge of what is made
    assert first.points[-1][0] == min(x for x, _ in front.points)
    assert not windows(scene, "0")


def test_a_window_is_as_large_on_the_volume_as_on_the_map():
    scene = volumes(
        summarize(network("Conv2d(out_channels=1, kernel_size=(16, 8))", input_shape=(1, 32, 32))), selected="0"
    )
    (window,) = windows(scene, "0")
    face = side_of(scene, "").points
    (left, top), (right, _), _, (_, bottom) = window.points
    assert right - left == pytest.approx((face[1][0] - face[0][0]) * 8 / 32)
    assert bottom - top == pytest.approx((face[3][1] - face[0][1]) * 16 / 32)


def test_the_window_of_a_layer_behind_an_activation_lies_on_the_volume_before_that():
    scene = volumes(summarize(preset("lenet")), selected="3", windows="all")
    assert {path for path in map(str, range(12)) if windows(scene, path)} == {"0", "2", "3", "5"}
    assert windows(scene, "3")[0].stroke.name == "accent"
    assert windows(scene, "0")[0].stroke.name == "ink"
    assert not any(
        windows(volumes(summarize(preset("lenet")), selected="3", windows="none"), str(n)) for n in range(12)
    )


def test_a_layer_in_a_folded_block_or_behind_a_sum_has_no_window():
    summary = summarize(preset("resnet18"))
    assert not any(windows(volumes(summary, selected=path), path) for path in ("4.0.body.0", "4"))
    opened = volumes(summary, depth=9, selected="5.0.body.0")  # its input is the sum of block 4
    assert windows(opened, "5.0.body.0") == []


@pytest.mark.parametrize(
    ("text", "reach"),
    [
        ("Conv2d(out_channels=1, kernel_size=3)", (3, 3)),
        ("Conv2d(out_channels=1, kernel_size=(3, 5), dilation=2)", (5, 9)),
        ("Conv2d(out_channels=1, kernel_size=3, dilation=(1, 4))", (3, 9)),
        ("MaxPool2d(kernel_size=2)", (2, 2)),
        ("AdaptiveAvgPool2d(output_size=7)", None),
        ("ReLU()", None),
    ],
)
def test_a_window_reaches_over_the_gaps_of_its_dilation(text, reach):
    assert span(row(text)) == reach
