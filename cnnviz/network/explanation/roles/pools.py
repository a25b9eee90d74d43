"""What is taught of pools."""

import math
from collections.abc import Callable, Iterator, Mapping

from cnnviz.formatting import plural, shape_text
from cnnviz.network.checks import padding_around, pair
from cnnviz.network.explanation.lesson import Lesson
from cnnviz.network.explanation.writing import change_text, output, step_text
from cnnviz.network.infer import Node
from cnnviz.network.windows import strides

Sentences = tuple[str, str]


def _sliding(keeps: str) -> Callable[[Node], Sentences]:
    """Return the sentences of a pool that keeps something of each window, such as "the largest"."""

    def what(node: Node) -> Sentences:
        kernel = pair(node.params["kernel_size"])
        values = plural(math.prod(kernel), "value")
        return (
            f"Moves a {shape_text(kernel)} window over each channel, {step_text(strides(node.params))}, and takes "
            f"{keeps} of its {values}.",
            _what_stays(node),
        )

    return what


def _what_stays(node: Node) -> str:
    before, after = node.input_shape, output(node)
    return (
        f"In each of the {plural(before[0], 'channel')}, {change_text(before[1:], after[1:])}; nothing is learned."
        if before[0] > 1
        else f"{change_text(before[1:], after[1:])}; nothing is learned."
    )


def _adaptive(keeps: str) -> Callable[[Node], Sentences]:
    """Return the sentences of a pool whose output size is given."""

    def what(node: Node) -> Sentences:
        before, after = node.input_shape, output(node)
        if after[1:] == (1, 1):
            return (
                f"Takes {keeps} of each whole {shape_text(before[1:])} map, which leaves one number for each of the "
                f"{plural(before[0], 'channel')}.",
                "It does so for an image of any size, so that the layers behind it need not change with the image.",
            )
        return (
            f"Divides the {shape_text(before[1:])} map into {shape_text(after[1:])} windows and takes {keeps} of each.",
            f"The output is {shape_text(after[1:])} for an image of any size, so that the layers behind it need not "
            "change with the image.",
        )

    return what


def _largest_notes(node: Node) -> Iterator[str]:
    if any(map(sum, padding_around(node.params))):
        yield "The padding is −∞, which is never the largest, so that it adds nothing to the maps."


def _mean_notes(node: Node) -> Iterator[str]:
    """What else than the values of the window decides on its mean."""
    if divisor := node.params["divisor_override"]:
        yield f"Each window's sum is divided by {divisor:,}, whatever its size."
    elif any(map(sum, padding_around(node.params))):
        counted = "counted in the mean as zeros" if node.params["count_include_pad"] else "left out of the mean"
        yield f"The padding is {counted}."


POOLS: Mapping[str, Lesson] = {
    "MaxPool2d": Lesson(_sliding("the largest"), notes=_largest_notes),
    "AvgPool2d": Lesson(_sliding("the mean"), notes=_mean_notes),
    "AdaptiveAvgPool2d": Lesson(_adaptive("the mean")),
    "AdaptiveMaxPool2d": Lesson(_adaptive("the largest value")),
}
