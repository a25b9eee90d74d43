"""Fixes that change the input and no layer: more pixels, other channels, channels first."""

import math
from collections.abc import Iterator

from cnnviz.formatting import shape_text
from cnnviz.network.diagnosis.case import WORKS, Case, Progress
from cnnviz.network.diagnosis.ideas import Idea
from cnnviz.network.diagnosis.trial import Attempt, attempt
from cnnviz.network.spec import Shape

COMMON_SIDES = (28, 32, 48, 64, 96, 112, 128, 160, 192, 224, 256, 384, 512)
RARER_SIDES = (227, 299)  # AlexNet of 2012, Inception-v3
_LARGEST = 1024  # pixels a side; no larger input is proposed


def channels_first(case: Case) -> Iterator[Idea]:
    """An image written height, width, channels, as NumPy and TensorFlow do."""
    if looks_channels_last(case.network.input_shape):
        height, width, channels = case.network.input_shape
        yield _input(case, (channels, height, width), "Give the input's channels first")


def looks_channels_last(shape: Shape) -> bool:
    """Whether an input (C, H, W) is more likely meant as (H, W, C)."""
    return shape[2] in (1, 3, 4) and min(shape[:2]) >= 16


def larger_input(case: Case) -> Iterator[Idea]:
    """The smallest square that gets as far as any larger one, found by doubling and then halving the interval."""
    low, best, enough = min(case.network.input_shape[1:]), case.progress, 0
    for side in (low << times for times in range(1, 11)):
        if side > _LARGEST or best == WORKS:
            break
        reached = _with_side(case, side)
        if reached and reached.progress > best:
            best, enough = reached.progress, side
    if enough:
        side = _smallest_side(case, low, enough, best)
        why = "" if best == WORKS else f", to get past layer {case.problem.path}"
        title = f"Enlarge the input to at least {side}×{side} pixels{why}"
        yield _input(case, _grown(case.network.input_shape, side), title)


def _smallest_side(case: Case, low: int, high: int, wanted: Progress) -> int:
    """Return the smallest side above `low` that gets at least as far as `wanted`, as `high` does."""
    while high - low > 1:
        middle = (low + high) // 2
        reached = _with_side(case, middle)
        if reached and reached.progress >= wanted:
            high = middle
        else:
            low = middle
    return high


def input_of_other_sides(case: Case) -> Iterator[Idea]:
    """A usual size that makes just the number of values that a Linear layer was written for."""
    channels, *sides = case.network.input_shape
    nearest = sorted(COMMON_SIDES, key=lambda side: abs(math.log(side / min(sides))))
    for side in (*nearest, *RARER_SIDES):
        yield _input(case, (channels, side, side), f"Give the input {side}×{side} pixels")


def input_of_even_sides(case: Case) -> Iterator[Idea]:
    """Sides that can be halved several times without remainder, as branches that meet again need."""
    channels, *sides = case.network.input_shape
    for factor in (2, 4, 8, 16, 32, 64):
        even = (channels, *(math.ceil(side / factor) * factor for side in sides))
        if even != case.network.input_shape:
            yield _input(case, even, f"Give the input sides that are multiples of {factor}")


def input_of_other_channels(case: Case) -> Iterator[Idea]:
    """Images of as many channels as the first layer to count them was written for."""
    wanted = case.params.get("in_channels")
    if isinstance(wanted, int) and case.shape[0] == case.network.input_shape[0]:
        shape = (wanted, *case.network.input_shape[1:])
        yield _input(case, shape, f"Give the input {wanted} channel{'s' if wanted > 1 else ''}")


def _with_side(case: Case, side: int) -> Attempt | None:
    return attempt(Idea("", input_shape=_grown(case.network.input_shape, side)), case.network)


def _grown(shape: Shape, side: int) -> Shape:
    return (shape[0], max(shape[1], side), max(shape[2], side))


def _input(case: Case, shape: Shape, title: str) -> Idea:
    """Return the idea of another input, both shapes in its title."""
    change = f"{shape_text(shape)} instead of {shape_text(case.network.input_shape)}"
    return Idea(f"{title} ({change})", input_shape=shape)
