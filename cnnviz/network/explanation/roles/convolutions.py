"""What is taught of layers with filters, and of Linear."""

import math
from collections.abc import Iterator, Mapping

from cnnviz.formatting import plural, shape_text
from cnnviz.network.checks import pair, whole
from cnnviz.network.explanation.lesson import Lesson
from cnnviz.network.explanation.weights import convolution_weights, linear_weights, transposed_weights
from cnnviz.network.explanation.writing import change_text, output, step_text
from cnnviz.network.infer import Node
from cnnviz.network.windows import strides

Sentences = tuple[str, str]


def _convolution(node: Node) -> Sentences:
    """A 1×1 window mixes channels, as many groups as channels filter each by itself, and others do both."""
    channels, groups, filters = (whole(node.params[name]) for name in ("in_channels", "groups", "out_channels"))
    kernel = pair(node.params["kernel_size"])
    if groups == channels > 1:
        return _depthwise(node, channels, filters), _each_output(node)
    if kernel == (1, 1) and groups == 1:
        mixed = f"Makes {plural(filters, 'new channel')} out of the {plural(channels, 'channel')} of each pixel"
        return f"{mixed}{_skipping(node)}; its 1×1 window looks at no neighbours.", _each_output(node)
    seen = shape_text((channels // groups, *kernel))
    return (
        f"Slides {plural(filters, 'filter')} of {seen} weights over the map, {step_text(strides(node.params))}; "
        f"each filter makes one of the channels that come out.",
        _each_output(node) if groups == 1 else _in_groups(channels, groups) + _each_output(node, capital=False),
    )


def _depthwise(node: Node, channels: int, filters: int) -> str:
    window = shape_text(pair(node.params["kernel_size"]))
    each = "a filter" if filters == channels else plural(filters // channels, "filter")
    step = step_text(strides(node.params))
    return (
        f"Depthwise: slides {each} of its own over each of the {channels:,} channels, a {window} window that moves "
        f"{step}, so that channels are not mixed."
    )


def _skipping(node: Node) -> str:
    steps = strides(node.params)
    return "" if steps == (1, 1) else f" it stops at, {step_text(steps)}"


def _in_groups(channels: int, groups: int) -> str:
    return f"In {groups:,} groups, so that each filter sees {channels // groups:,} of the {channels:,} channels; "


def _each_output(node: Node, *, capital: bool = True) -> str:
    """Say how one output value is computed, with its number of products."""
    seen = math.prod(pair(node.params["kernel_size"])) * (
        whole(node.params["in_channels"]) // whole(node.params["groups"])
    )
    bias = " and its bias" if node.params["bias"] else ""
    weighted = f"multiplies the {plural(seen, 'value')} under it by its weights, and adds up the products{bias}"
    return f"{'At' if capital else 'at'} each of the {shape_text(output(node)[1:])} positions a filter {weighted}."


def _transposed(node: Node) -> Sentences:
    before, after = node.input_shape, output(node)
    window, steps = shape_text(pair(node.params["kernel_size"])), pair(node.params["stride"])
    return (
        f"Spreads each of the {shape_text(before[1:])} pixels over a {window} window of the output, the windows "
        f"{_apart(steps)}; where windows overlap, they add up.",
        f"The map of {change_text(before[1:], after[1:])}, and {plural(before[0], 'channel')} "
        f"{'stay as many' if before[0] == after[0] else f'become {after[0]:,}'}.",
    )


def _apart(steps: tuple[int, int]) -> str:
    return f"{plural(steps[0], 'pixel')} apart" if steps[0] == steps[1] else f"{steps[0]} by {steps[1]} pixels apart"


def _checkerboard(node: Node) -> Iterator[str]:
    """Windows that are no multiple of their stride overlap unevenly.

    Source: Odena, Dumoulin and Olah 2016, "Deconvolution and Checkerboard Artifacts".
    """
    kernel, steps = pair(node.params["kernel_size"]), pair(node.params["stride"])
    if any(size % step and size > step for size, step in zip(kernel, steps, strict=True)):
        yield (
            f"Windows of {shape_text(kernel)} at stride {shape_text(steps)} overlap unevenly, which can leave a "
            "checkerboard pattern; a window that is a multiple of the stride does not."
        )


def _linear(node: Node) -> Sentences:
    inputs, outputs = whole(node.params["in_features"]), whole(node.params["out_features"])
    bias = ", plus a bias" if node.params["bias"] else ""
    rows = node.input_shape[:-1]
    each = f" of one of the {shape_text(rows)} rows" if rows else ""
    return (
        f"Each of its {plural(outputs, 'output')} is a weighted sum of all {plural(inputs, 'input')}{each}{bias}.",
        f"No weight is shared: there are {inputs:,} for each output, "
        + (f"the same for each of the {math.prod(rows):,} rows." if rows else "each used once an image."),
    )


CONVOLUTIONS: Mapping[str, Lesson] = {
    "Conv2d": Lesson(_convolution, weights=convolution_weights),
    "ConvTranspose2d": Lesson(_transposed, weights=transposed_weights, notes=_checkerboard),
}
LINEAR: Mapping[str, Lesson] = {"Linear": Lesson(_linear, weights=linear_weights)}
