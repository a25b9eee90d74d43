"""Findings on the size of maps: pixels that are never looked at, windows on a single pixel, a turned input."""

import math
from collections.abc import Iterator

from cnnviz.formatting import shape_text
from cnnviz.network.checks import padding_around, reach
from cnnviz.network.diagnosis.fitting import Fitting
from cnnviz.network.diagnosis.inputs import looks_channels_last
from cnnviz.network.diagnosis.plans import Plan, is_window
from cnnviz.network.diagnosis.records import Finding, Fix
from cnnviz.network.diagnosis.spots import layers_text, paths_of
from cnnviz.network.infer import Node
from cnnviz.network.windows import never_seen, strides

_SIDES = ("row", "column")
_SHOWN = 4  # layers whose arithmetic is written out


def channels_last_input(fitting: Fitting) -> Iterator[Finding]:
    """An input that looks like height, width, channels."""
    height, width, channels = shape = fitting.network.input_shape
    if looks_channels_last(shape):
        turned = (channels, height, width)
        yield Finding(
            "The input's channels seem to come last",
            f"{shape_text(shape)} is read as {height} channels of {width}×{channels} pixels, channels first",
            (fitting.inferred.nodes[0].path,) if fitting.inferred.nodes else (),
            "warning",
            fitting.fix(
                f"Give the input as {shape_text(turned)}", (), f"{channels} channels of {height}×{width}", turned
            ),
        )


def lost_pixels(fitting: Fitting) -> Iterator[Finding]:
    """Windows that do not reach the last rows or columns, because the output's size is rounded down."""
    losing = [node for node in fitting.leaves if is_window(node) and any(never_seen(node.params, node.input_shape))]
    if losing:
        shown = "; ".join(map(_what_is_lost, losing[:_SHOWN]))
        more = f"; and {len(losing) - _SHOWN} more layers" if len(losing) > _SHOWN else ""
        yield Finding(
            "Pixels at the edge are never looked at", shown + more, paths_of(losing), "note", _reaching(fitting, losing)
        )


def windows_on_one_pixel(fitting: Fitting) -> Iterator[Finding]:
    """Once a map is 1×1, all of a window but one weight meets padding only."""
    single = _windows_on_one_pixel(fitting)
    if single:
        window = max((reach(node.params) for node in single), key=math.prod)
        yield Finding(
            "Windows look at a single pixel",
            f"the maps that reach {layers_text(single)} are 1×1: of the {math.prod(window)} weights in a "
            f"{shape_text(window)} window, {math.prod(window) - 1} only ever meet padding",
            paths_of(single),
            "warning",
            _with_larger_input(fitting),
        )


def _what_is_lost(node: Node) -> str:
    """Write "layer 0 leaves out the last row and column of 224×224: (224 − 11) mod 4 = 1"."""
    lost = never_seen(node.params, node.input_shape)
    names = [f"{count} {name}s" if count > 1 else name for count, name in zip(lost, _SIDES, strict=True) if count]
    what = f"{lost[0]} rows and columns" if lost[0] == lost[1] > 1 else " and ".join(names)
    side = 0 if lost[0] else 1
    size, padding = node.input_shape[1 + side], padding_around(node.params)[side]
    spread, stride = reach(node.params)[side], strides(node.params)[side]
    padded = f"{size} + {sum(padding)}" if sum(padding) else f"{size}"
    formula = f"({padded} − {spread}) mod {stride} = {(size + sum(padding) - spread) % stride}"
    less = f", {padding[1]} of it padding" if padding[1] else ""
    return f"layer {node.path} leaves out the last {what} of {shape_text(node.input_shape[1:])}: {formula}{less}"


def _reaching(fitting: Fitting, losing: list[Node]) -> Fix | None:
    """Round up where a layer can, and else add padding until the windows reach the end."""
    plan = Plan()
    for node in losing:
        spot = fitting.spot_of(node)
        if spot.has("ceil_mode"):
            plan |= Plan({spot.place: (spot, {"ceil_mode": True})})
        elif spot.has("padding") and (padding := _enough_padding(node)):
            plan |= Plan({spot.place: (spot, {"padding": padding})})
    if plan == Plan():
        return None
    return fitting.fix(plan.idea.title, plan.idea.edits, "the windows there reach the end of their maps")


def _enough_padding(node: Node) -> int | None:
    """Return the smallest padding for all sides with which no pixel is lost, less than the window."""
    paddings = range(max(map(max, padding_around(node.params))) + 1, min(reach(node.params)))
    return next((p for p in paddings if not any(never_seen({**node.params, "padding": p}, node.input_shape))), None)


def _windows_on_one_pixel(fitting: Fitting) -> list[Node]:
    windows = (node for node in fitting.leaves if is_window(node) and max(reach(node.params)) > 1)
    return [node for node in windows if node.input_shape[1:] == (1, 1)]


def _with_larger_input(fitting: Fitting) -> Fix | None:
    """Return the input of two, four or eight times the size at which no window is left with one pixel."""
    channels, *sides = fitting.network.input_shape
    for factor in (2, 4, 8):
        shape = (channels, *(factor * side for side in sides))
        title = f"Enlarge the input from {shape_text(fitting.network.input_shape)} to {shape_text(shape)}"
        tried = fitting.tried(title, (), shape)
        if tried and not _windows_on_one_pixel(Fitting(tried.network, tried.inferred)):
            return Fix(title, tried.network, "no window is left with a single pixel")
    return None
