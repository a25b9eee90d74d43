import pytest

from cnnviz.drawing.band import Measure, band
from cnnviz.drawing.scene import Polygon, Scene, Text

ALEXNET = {"median": 0.881, "low": 0.871, "high": 0.885}


def scene(value: float) -> Scene:
    return band((Measure("Test accuracy", value, **ALEXNET),), title="AlexNet")


def span(scene: Scene, name: str) -> tuple[float, float]:
    """From where to where the area of that paint goes across."""
    (area,) = [shape for shape in scene.shapes if isinstance(shape, Polygon) and shape.fill and shape.fill.name == name]
    xs = [x for x, _ in area.points]
    return min(xs), max(xs)


@pytest.mark.parametrize(
    ("value", "is_left", "is_right"), [(0.86, True, False), (0.878, False, False), (0.9, False, True)]
)
def test_the_mark_stands_left_of_in_or_right_of_the_band(value, is_left, is_right):
    drawn = scene(value)
    (left, right), mark = span(drawn, "convolution"), sum(span(drawn, "ink")) / 2
    assert (mark < left, mark > right) == (is_left, is_right)


def test_places_are_in_proportion_to_the_numbers():
    drawn = scene(0.878)
    (left, right), mark = span(drawn, "convolution"), sum(span(drawn, "ink")) / 2
    assert (mark - left) / (right - left) == pytest.approx((0.878 - 0.871) / (0.885 - 0.871))


def test_the_numbers_are_told():
    assert [shape.text for shape in scene(0.9).shapes if isinstance(shape, Text)] == [
        "Test accuracy",
        "0.871",
        "0.885",
        "0.900",
    ]
