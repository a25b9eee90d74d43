"""The layer that does not fit, as it is drawn."""

import pytest

from cnnviz.drawing.flow import View, diagram
from cnnviz.drawing.scene import Paint, Polygon, Scene, Text
from cnnviz.drawing.styles import STYLES, Look
from cnnviz.network.summary import Summary, summarize
from tests.network.examples import network

BROKEN = summarize(
    network("Conv2d(out_channels=4, kernel_size=3, padding=1)", "MaxPool2d(kernel_size=9)", "ReLU()", "ReLU()")
)
INSIDE = summarize(
    network("Tanh()", "Concat([ReLU()], [VGGBlock(num_convs=1, out_channels=3), BatchNorm2d(num_features=9)])")
)
MERGE = summarize(network("Residual([Conv2d(out_channels=4, kernel_size=1)])"))


def drawn(summary: Summary, style: str, **look: object) -> Scene:
    return STYLES[style](summary, Look(**look))


def dashed(scene: Scene) -> list[Polygon]:
    return [
        each for each in scene.shapes if isinstance(each, Polygon) and each.dashed and each.stroke == Paint("problem")
    ]


def words(scene: Scene, owner: str) -> list[str]:
    return [each.text for each in scene.shapes if isinstance(each, Text) and each.owner == owner]


@pytest.mark.parametrize(
    ("style", "said"),
    [
        ("volumes", ["does not fit", "MaxPool 9×9"]),
        ("blocks", ["9×9 MaxPool: does not fit"]),
        ("graph", ["MaxPool 9×9", "does not fit"]),
    ],
)
def test_the_layer_that_does_not_fit_is_the_last_that_is_drawn(style, said):
    scene = drawn(BROKEN, style)
    assert {each.owner for each in dashed(scene)} == {"1"}
    assert words(scene, "1") == said
    assert {shape.owner for shape in scene.shapes} <= {"", "0", "1"}


def test_its_box_has_the_size_of_its_input():
    scene = drawn(BROKEN, "volumes")
    (before, misfit) = ([each for each in scene.shapes if isinstance(each, Polygon) and each.owner == o] for o in "01")
    sides = [[max(xs) - min(xs) for xs in zip(*each.points, strict=True)] for each in (before[0], misfit[0])]
    assert sides[0] == pytest.approx(sides[1])


@pytest.mark.parametrize("style", ["volumes", "blocks", "graph"])
@pytest.mark.parametrize(("depth", "owner"), [(1, "1"), (2, "1.1.1")])
def test_a_block_fails_where_it_is_folded_and_the_layer_inside_where_it_is_open(style, depth, owner):
    scene = drawn(INSIDE, style, depth=depth)
    assert {each.owner for each in dashed(scene)} == {owner}


@pytest.mark.parametrize("style", ["volumes", "graph"])
def test_branches_that_do_not_go_together_fail_where_they_meet(style):
    assert {each.owner for each in dashed(drawn(MERGE, style, depth=2))} == {"0"}


def test_it_follows_what_reaches_it_and_leads_to_where_its_branch_ends():
    inputs = diagram(INSIDE, View(3)).inputs
    assert inputs["1.1.1"] == ("1.1.0.2",)
    assert inputs["1"] == ("", "1.1.1")


def test_one_that_is_selected_keeps_its_dashes():
    assert {each.width for each in dashed(drawn(BROKEN, "volumes", selected="1"))} == {2.4}
