import pytest

from cnnviz.drawing.gallery import GALLERIES, gallery
from cnnviz.drawing.scene import Polygon, Scene, Text
from cnnviz.network.presets import preset
from cnnviz.network.summary import Summary, summarize


def summaries(*names: str) -> list[Summary]:
    return [summarize(preset(name)) for name in names]


def place(scene: Scene, text: str) -> tuple[float, float]:
    (found,) = (shape.at for shape in scene.shapes if isinstance(shape, Text) and shape.text == text)
    return found


def heights(scene: Scene, below: float, above: float) -> list[float]:
    """The heights of the fronts of boxes between two heights of the page."""
    fronts = [shape.points for shape in scene.shapes if isinstance(shape, Polygon) and len(shape.points) == 4]
    return [(max(y for _, y in front) - min(y for _, y in front)) for front in fronts if below < front[0][1] < above]


def test_volumes_stand_below_each_other_and_blocks_side_by_side():
    both = summaries("lenet", "alexnet")
    rows, columns = (gallery(both, ["LeNet", "AlexNet"], style=style) for style in ("volumes", "blocks"))
    (x1, y1), (x2, y2) = place(rows, "LeNet"), place(rows, "AlexNet")
    assert x1 == x2
    assert y1 < y2
    (x1, y1), (x2, y2) = place(columns, "LeNet"), place(columns, "AlexNet")
    assert x1 < x2
    assert y1 == y2
    assert rows.title == "LeNet and AlexNet"


def test_volumes_are_to_one_scale():
    alone = gallery(summaries("lenet"), ["LeNet"])
    beside = gallery(summaries("lenet", "alexnet"), ["LeNet", "AlexNet"])
    end = place(beside, "AlexNet")[1]
    assert max(heights(beside, 0, end)) < max(heights(alone, 0, 1e9))  # AlexNet's image is the largest map now
    twice = gallery(summaries("lenet", "lenet"), ["one", "two"])
    middle = place(twice, "two")[1]
    assert heights(twice, 0, middle) == pytest.approx(heights(twice, middle, 1e9))


@pytest.mark.parametrize("style", GALLERIES)
def test_a_shape_belongs_to_no_layer_as_its_path_would_be_that_of_several(style):
    scene = gallery(summaries("vgg11", "vgg13"), ["VGG-11", "VGG-13"], style=style, depth=2)
    assert {shape.owner for shape in scene.shapes} == {""}


@pytest.mark.parametrize("style", GALLERIES)
def test_networks_do_not_meet(style):
    keys = ["vgg11", "alexnet", "nin", "lenet"]  # the first is the largest, so that the others leave its scale alone
    for number in range(1, 4):
        _, _, right, bottom = gallery(summaries(*keys[:number]), keys[:number], style=style).bounds
        more = gallery(summaries(*keys[: number + 1]), keys[: number + 1], style=style)
        (name,) = (shape for shape in more.shapes if isinstance(shape, Text) and shape.text == keys[number])
        left, top = name.at[0] - name.length / 2, name.at[1] - name.size
        assert top > bottom if style == "volumes" else left > right
