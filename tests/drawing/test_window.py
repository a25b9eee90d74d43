"""The window drawn on its map: where it lies is where PyTorch looks, and all of it can be read."""

from xml.etree import ElementTree

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import nn

from cnnviz.drawing.footprint import SIDES
from cnnviz.drawing.grid import axis
from cnnviz.drawing.scene import Line, Polygon, Scene, Text, corners
from cnnviz.drawing.svg import svg
from cnnviz.drawing.theme import DARK, LIGHT
from cnnviz.drawing.window import window
from cnnviz.network.infer import Node, infer_shapes, walk_nodes
from cnnviz.network.presets import PRESETS, preset
from cnnviz.network.spec import Network
from tests.network import running
from tests.network.examples import network

WINDOWED = ("Conv2d", "ConvTranspose2d", "MaxPool2d", "AvgPool2d", "AdaptiveAvgPool2d", "AdaptiveMaxPool2d")
AS_THEY_ARE_DRAWN = [HealthCheck.too_slow, HealthCheck.data_too_large]


def node_of(layer: str, input_shape: tuple[int, int, int]) -> Node:
    return infer_shapes(network(layer, input_shape=input_shape)).nodes[0]


def scene_of(layer: str, input_shape: tuple[int, int, int]) -> Scene:
    scene = window(node_of(layer, input_shape))
    assert scene
    return scene


def texts(scene: Scene) -> list[Text]:
    return [shape for shape in scene.shapes if isinstance(shape, Text)]


def areas(scene: Scene, name: str) -> list[Polygon]:
    """Return the areas filled in a colour, by its name."""
    return [shape for shape in scene.shapes if isinstance(shape, Polygon) and shape.fill and shape.fill.name == name]


def touched(module: nn.Module, node: Node, side: int, position: int) -> list[int]:
    """Return the positions of the input along a side that an output position depends on, as gradients tell."""
    x = torch.rand(1, *node.input_shape, dtype=torch.float64, requires_grad=True)
    output = module(x)
    output.select(2 + side, position).sum().backward()
    along = x.grad[0].abs().sum(dim=(0, 2 - side))
    return along.nonzero().flatten().tolist()


@pytest.mark.parametrize("kind", ["Conv2d", "AvgPool2d", "AdaptiveAvgPool2d"])
@settings(max_examples=120, suppress_health_check=AS_THEY_ARE_DRAWN)
@given(st.data())
def test_the_windows_lie_where_pytorch_looks(kind, data):
    shape = data.draw(st.tuples(st.integers(1, 4), st.integers(1, 19), st.integers(1, 19)))
    layer = running.leaf(data.draw, kind, torch.zeros(1, *shape))
    if layer.params.get("padding_mode", "zeros") != "zeros":  # which also looks at what it copies into the padding
        return
    inferred = infer_shapes(Network(input_shape=shape, layers=(layer,)))
    if inferred.problem:
        return
    (node,) = inferred.nodes
    module = getattr(nn, kind)(**node.params).double()
    for parameter in module.parameters():
        nn.init.ones_(parameter)  # none happens to be 0
    if all(not touched(module, node, 0, position) for position in range(node.output_shape[1])):
        return  # along one of the sides all windows lie in the padding, with a gap where the map is
    for side in (0, 1):
        drawn, seen = SIDES[node.kind.sees](node, side), set()
        for laid, position in zip(drawn.windows, sorted({0, min(1, drawn.cells - 1), drawn.cells - 1}), strict=True):
            inside = [at for at in laid if 0 <= at < shape[1 + side]]
            assert touched(module, node, side, position) == inside
        for position in range(drawn.cells):
            seen.update(touched(module, node, side, position))
        if drawn.unseen:
            assert max(seen) == shape[1 + side] - drawn.unseen - 1


@settings(max_examples=120, suppress_health_check=AS_THEY_ARE_DRAWN)
@given(st.data())
def test_the_windows_of_a_transposed_convolution_lie_where_it_writes(data):
    shape = data.draw(st.tuples(st.integers(1, 4), st.integers(1, 9), st.integers(1, 9)))
    inferred = infer_shapes(
        Network(input_shape=shape, layers=(running.leaf(data.draw, "ConvTranspose2d", torch.zeros(1, *shape)),))
    )
    if inferred.problem:
        return
    (node,) = inferred.nodes
    module = nn.ConvTranspose2d(**{**node.params, "bias": False})
    for parameter in module.parameters():
        nn.init.ones_(parameter)
    with torch.no_grad():
        if not module(torch.ones(1, *shape)).any():
            return  # along one of the sides all that is written is cut off as padding
    for side in (0, 1):
        drawn = SIDES[node.kind.sees](node, side)
        x = torch.zeros(1, *shape)
        x.select(2 + side, 0).fill_(1.0)
        with torch.no_grad():
            written = module(x)[0].sum(dim=(0, 2 - side)).nonzero().flatten().tolist()
        assert written == [at for at in drawn.windows[0] if 0 <= at < drawn.field]


@pytest.mark.parametrize("kind", WINDOWED)
@settings(max_examples=80, suppress_health_check=AS_THEY_ARE_DRAWN)
@given(st.data())
def test_any_window_fits_a_narrow_column_and_its_words_do_not_overlap(kind, data):
    shape = data.draw(st.tuples(st.integers(1, 8), st.integers(1, 512), st.integers(1, 512)))
    drawn = Network(input_shape=shape, layers=(running.leaf(data.draw, kind, torch.zeros(1, shape[0], 9, 9)),))
    for node in infer_shapes(drawn).nodes:
        scene = window(node)
        assert scene
        left, top, right, bottom = scene.bounds
        assert right - left < 290
        assert bottom - top < 260
        boxes = [corners(text) for text in texts(scene)]
        for place, ((x0, y0), (x1, y1)) in enumerate(boxes):
            assert all(x1 <= a or c <= x0 or y1 <= b or d <= y0 for (a, b), (c, d) in boxes[place + 1 :])


@pytest.mark.parametrize("name", PRESETS)
def test_every_layer_with_a_window_is_drawn_and_no_other(name):
    for node, _ in walk_nodes(infer_shapes(preset(name)).nodes):
        assert (window(node) is not None) == (node.layer.kind in WINDOWED)


def test_what_is_never_seen_is_marked_and_said():
    scene = scene_of("MaxPool2d(kernel_size=5, stride=4)", (1, 31, 31))
    assert "never seen" in [text.text for text in texts(scene)]
    assert "it never reaches the last 2 rows and columns" in scene.title
    assert areas(scene, "accent")
    whole = scene_of("MaxPool2d(kernel_size=5, stride=4)", (1, 29, 29))
    assert not areas(whole, "accent")
    assert "never" not in whole.title


@pytest.mark.parametrize(
    ("layer", "word"),
    [
        ("Conv2d(out_channels=2, kernel_size=3, padding=1)", "padding"),
        ("MaxPool2d(kernel_size=3, stride=2, ceil_mode=True)", "beyond the edge"),
        ("ConvTranspose2d(out_channels=2, kernel_size=3, stride=2, padding=1)", "cut off"),
        ("ConvTranspose2d(out_channels=2, kernel_size=2, stride=2, output_padding=1)", "bias only"),
    ],
)
def test_what_lies_around_the_map_is_named(layer, word):
    assert [text.text for text in texts(scene_of(layer, (1, 14, 14)))][2:] == [word]


def test_a_spread_window_has_holes():
    dense = areas(scene_of("Conv2d(out_channels=2, kernel_size=3)", (1, 9, 9)), "convolution")
    spread = areas(scene_of("Conv2d(out_channels=2, kernel_size=3, dilation=2)", (1, 9, 9)), "convolution")
    assert len(spread) - len(dense) == 9 - 1


def test_the_input_stands_at_the_left():
    for layer in ("Conv2d(out_channels=2, kernel_size=3)", "ConvTranspose2d(out_channels=2, kernel_size=3)"):
        first, second = texts(scene_of(layer, (1, 14, 9)))
        assert first.text == "input 14×9"
        assert second.text.startswith("output ")
        assert first.at[0] < second.at[0]


def test_a_layer_without_a_window_or_that_does_not_fit_is_not_drawn():
    assert window(node_of("ReLU()", (1, 8, 8))) is None
    broken = network("Residual([Conv2d(out_channels=2, kernel_size=3)])", input_shape=(1, 8, 8))
    (residual,) = infer_shapes(broken).nodes
    assert window(residual) is None


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_its_svg_is_small_and_says_what_it_shows(theme):
    text = svg(scene_of("Conv2d(out_channels=2, kernel_size=11, stride=4)", (1, 224, 224)), theme=theme)
    title = ElementTree.fromstring(text).find("{http://www.w3.org/2000/svg}title").text
    assert title == (
        "The 11×11 window of layer 0 (Conv2d): 224×224 in, 54×54 out; it never reaches the last row and column"
    )
    assert len(text) < 20_000


# Axes


def test_the_middle_of_a_long_axis_is_left_out_but_what_was_asked_for_is_shown():
    long = axis(-1, 101, head=4, tail=97, most=10)
    assert long.is_cut
    assert long.shown == 10
    assert long.stretches == ((-1, 4), (96, 101)) or (long.head >= 4 and long.tail <= 97)
    assert [long.at(position) for position in (-1, 0, 3)] == [0, 1, 4]
    assert long.at(100) == long.length - 1
    assert long.at(50) == long.at(long.tail)


def test_a_short_axis_is_shown_whole():
    short = axis(0, 9, head=3, tail=6, most=14)
    assert not short.is_cut
    assert (short.length, short.stretches) == (9, ((0, 9),))


def test_lines_of_a_cut_map_leave_the_gap_free():
    scene = scene_of("Conv2d(out_channels=2, kernel_size=1)", (1, 56, 56))
    lines = [shape for shape in scene.shapes if isinstance(shape, Line) and shape.stroke.name == "faint"]
    assert len(lines) == 2 * 4 * 2  # to and fro, in four corners, of two maps
