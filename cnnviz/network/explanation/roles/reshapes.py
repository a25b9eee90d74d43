"""What is taught of layers that only arrange values anew."""

from collections.abc import Mapping

from cnnviz.formatting import shape_text
from cnnviz.network.checks import whole
from cnnviz.network.explanation.lesson import Lesson
from cnnviz.network.explanation.writing import change_text, described, output
from cnnviz.network.infer import Node

Sentences = tuple[str, str]

_BETWEEN = {
    "nearest": "repeats the nearest pixel",
    "bilinear": "mixes the 4 nearest pixels",
    "bicubic": "mixes the 16 nearest pixels by a smooth curve",
}


def _flatten(node: Node) -> Sentences:
    before, after = node.input_shape, output(node)
    if before == after:
        return f"Leaves {shape_text(before)} as it is, since there is nothing to join.", "Nothing is computed."
    if len(after) == 1:
        laid = f"Lays the {shape_text(before)} map out as one row of {after[0]:,} values, channel after channel."
        return laid, "Nothing is computed or lost; but the layers behind no longer know which values were neighbours."
    return f"Joins dimensions: {change_text(before, after)}.", "Nothing is computed or lost."


def _unflatten(node: Node) -> Sentences:
    before, after = node.input_shape, output(node)
    return (
        f"Gives {described(before)} the shape {shape_text(after)}.",
        "Nothing is computed or lost: it is Flatten backwards.",
    )


def _upsample(node: Node) -> Sentences:
    before, after = node.input_shape, output(node)
    return (
        f"Resizes each channel: {change_text(before[1:], after[1:])}.",
        f"For each new pixel it {_BETWEEN[str(node.params['mode'])]}; nothing is learned.",
    )


def _shuffle(node: Node) -> Sentences:
    factor = whole(node.params["upscale_factor"])
    before, after = node.input_shape, output(node)
    return (
        f"Lays each {factor**2:,} channels out as {factor}×{factor} pixels: {change_text(before, after)}.",
        "Nothing is computed or lost, which makes it the cheapest way to a larger map.",
    )


def _pad(node: Node) -> Sentences:
    around = node.params["padding"]
    left, right, top, bottom = around if isinstance(around, tuple) else (whole(around),) * 4
    each = (
        f"{left} on every side"
        if left == right == top == bottom
        else f"{left} on the left, {right} on the right, {top} above and {bottom} below"
    )
    return (
        f"Adds zeros around the map, {each}: {change_text(node.input_shape[1:], output(node)[1:])}.",
        "Windows behind it can then reach over the edge; most layers have a padding of their own for this.",
    )


RESHAPES: Mapping[str, Lesson] = {
    "Flatten": Lesson(_flatten),
    "Unflatten": Lesson(_unflatten),
    "Upsample": Lesson(_upsample),
    "PixelShuffle": Lesson(_shuffle),
    "ZeroPad2d": Lesson(_pad),
}
