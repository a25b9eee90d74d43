"""Fixes for windows that do not fit, each in the layer itself: padding, kernels, strides."""

from collections.abc import Iterator

from cnnviz.network.checks import padding_around, pair, reach
from cnnviz.network.diagnosis.case import Case
from cnnviz.network.diagnosis.ideas import Idea, setting, size
from cnnviz.network.edits import list_at
from cnnviz.network.layers import LAYERS
from cnnviz.network.notation import call_text
from cnnviz.network.spec import Layer

_SPATIAL = ("convolution", "pooling", "block", "merge")


def more_padding(case: Case) -> Iterator[Idea]:
    """As much padding as keeps the map's size, or as little as lets the window fit."""
    spread = reach(case.params)
    yield from setting(case.spot, padding=size(*((side - 1) // 2 for side in spread)))
    missing = (max(0, side - room) for side, room in zip(spread, case.shape[1:], strict=True))
    yield from setting(case.spot, padding=size(*(-(-each // 2) for each in missing)))


def less_padding(case: Case) -> Iterator[Idea]:
    """As much padding as a pool may have, or as there are pixels to copy; or none."""
    half = [side // 2 for side in pair(case.params["kernel_size"])]
    there = [min(most, side - 1) for most, side in zip(half, case.shape[1:], strict=True)]
    for padding in (half, there, [0, 0]):
        yield from setting(case.spot, padding=size(*padding))


def padding_in_numbers(case: Case) -> Iterator[Idea]:
    """What padding="same" means where the stride is not 1: half the window."""
    yield from setting(case.spot, padding=size(*(side // 2 for side in reach(case.params))))


def padding_with_zeros(case: Case) -> Iterator[Idea]:
    """Zeros need no pixels to copy."""
    yield from setting(case.spot, padding_mode="zeros")


def stride_of_1(case: Case) -> Iterator[Idea]:
    """The window moves on by one pixel."""
    yield from setting(case.spot, stride=1)


def dense_kernel(case: Case) -> Iterator[Idea]:
    """No dilation makes the window smaller and keeps its weights."""
    if case.params.get("dilation", 1) != 1:
        yield from setting(case.spot, dilation=1)


def smaller_kernel(case: Case) -> Iterator[Idea]:
    """The largest window that fits; an odd one keeps a middle."""
    room = [side + sum(sides) for side, sides in zip(case.shape[1:], padding_around(case.params), strict=True)]
    spread = zip(pair(case.params["kernel_size"]), room, pair(case.params.get("dilation", 1)), strict=True)
    fits = [(kernel, min(kernel, (side - 1) // step + 1)) for kernel, side, step in spread]
    yield from setting(case.spot, kernel_size=size(*(most - (kernel % 2 > most % 2) for kernel, most in fits)))
    yield from setting(case.spot, kernel_size=size(*(most for _, most in fits)))


def global_pool(case: Case) -> Iterator[Idea]:
    """An average pool before the head is meant to take the whole map, whatever its size."""
    after = list_at(case.network, case.spot.place)[case.spot.place[-1] + 1 :]
    is_last = not case.is_inside_block and all(LAYERS[layer.kind].role not in _SPATIAL for layer in after)
    if is_last and case.layer.kind == "AvgPool2d":
        pool = Layer("AdaptiveAvgPool2d", {"output_size": 1})
        yield Idea(f"Use {call_text(pool)} for {case.spot.name}, whatever its map's size", (case.spot.replacing(pool),))


def less_output_padding(case: Case) -> Iterator[Idea]:
    """As much output padding as stride or dilation allow; or the stride that allows it."""
    strides, dilations = pair(case.params["stride"]), pair(case.params["dilation"])
    extra = pair(case.params["output_padding"])
    most = (max(sides) - 1 for sides in zip(strides, dilations, strict=True))
    yield from setting(case.spot, output_padding=size(*map(min, extra, most)))


def stride_for_output_padding(case: Case) -> Iterator[Idea]:
    """A stride that leaves room for the output padding that was asked for."""
    extra, strides = pair(case.params["output_padding"]), pair(case.params["stride"])
    yield from setting(case.spot, stride=size(*(max(e + 1, s) for e, s in zip(extra, strides, strict=True))))


def less_padding_of_transposed(case: Case) -> Iterator[Idea]:
    """A transposed convolution's padding takes pixels away."""
    yield from setting(case.spot, padding=size(*((side - 1) // 2 for side in reach(case.params))))
    yield from setting(case.spot, padding=0)


def kernel_for_padding(case: Case) -> Iterator[Idea]:
    """The smallest window that allows the padding."""
    kernel, padding = pair(case.params["kernel_size"]), pair(case.params["padding"])
    yield from setting(case.spot, kernel_size=size(*(max(k, 2 * p) for k, p in zip(kernel, padding, strict=True))))
