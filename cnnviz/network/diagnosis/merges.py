"""Fixes where the parts of a container make outputs that do not go together."""

from collections.abc import Iterator

from cnnviz.network.checks import pair
from cnnviz.network.diagnosis.case import Case
from cnnviz.network.diagnosis.ideas import Idea, adjusted, calls_text, size
from cnnviz.network.diagnosis.plans import (
    Part,
    Plan,
    appended,
    channels_made,
    is_window,
    parts_of,
    same_size,
    settings,
    together,
)
from cnnviz.network.diagnosis.rows import FLATTEN, GLOBAL_POOL
from cnnviz.network.edits import Edit
from cnnviz.network.spec import Layer, Shape, Value


def _ideas(case: Case, *plans: Plan) -> Iterator[Idea]:
    """Yield the plans that change something, where the container is written and not inside a block."""
    if not case.is_inside_block:
        yield from (plan.idea for plan in plans if plan != Plan())


# Residual: the body's output and what is added to it must have one shape


def shortcut_that_matches(case: Case) -> Iterator[Idea]:
    """A 1×1 convolution as the shortcut, that makes the body's channels and size."""
    body = parts_of(case)[0]
    if len(body.output) == len(case.shape) == 3:
        yield from _ideas(case, _corrected_shortcut(case), _shortcut(case, body.output))
        if body.output[0] != case.shape[0]:
            yield from _ideas(case, same_size(case, body) | _shortcut(case, (body.output[0], *case.shape[1:])))


def body_of_same_size(case: Case) -> Iterator[Idea]:
    """Padding that keeps the size, strides of 1, and if need be the channels of what is added."""
    body = parts_of(case)[0]
    same = same_size(case, body)
    yield from _ideas(case, same, same | channels_made(case, body, _added(case)[0]))


def body_of_same_channels(case: Case) -> Iterator[Idea]:
    """As many channels as what is added has."""
    yield from _ideas(case, channels_made(case, parts_of(case)[0], _added(case)[0]))


def _added(case: Case) -> Shape:
    """Return the shape of what is added to the body's output."""
    parts = parts_of(case)
    return parts[1].output if len(parts) > 1 else case.shape


def _corrected_shortcut(case: Case) -> Plan:
    """Keep the shortcut there is, and correct the channels and stride of its last convolution."""
    body, *shortcuts = parts_of(case)
    convs = (node for part in shortcuts for node in reversed(part.nodes) if node.layer.kind == "Conv2d")
    for node in convs:
        sides = zip(pair(node.params["stride"]), shortcuts[0].output[1:], body.output[1:], strict=True)
        stride = size(*(max(1, round(step * side / wanted)) for step, side, wanted in sides))
        return settings(case, node, out_channels=adjusted(body.output[0], case.network), stride=stride)
    return Plan()


def _shortcut(case: Case, made: Shape) -> Plan:
    """Give the Residual a shortcut from its input to a shape (C, H, W), normalised if its body's end is."""
    norm = case.container.parts[0][-1].layer.kind == "BatchNorm2d"
    layers = (*_projection(case, made), *((Layer("BatchNorm2d"),) if norm else ()))
    there = case.spot.layer.parts[1:]
    edit = Edit((*case.spot.place, 1, 0), layers, removed=len(there[0]) if there else 0)
    return Plan(additions=(Idea(f"Give {case.spot.name} the shortcut {calls_text(layers)}", (edit,)),))


def _projection(case: Case, made: Shape) -> tuple[Layer, ...]:
    """Return a 1×1 convolution to other channels, and a smaller size by its stride or a larger one by Upsample."""
    params: dict[str, Value] = {"out_channels": adjusted(made[0], case.network), "kernel_size": 1}
    if made[1:] > case.shape[1:]:
        return Layer("Upsample", {"size": size(*made[1:])}), Layer("Conv2d", params)
    stride = size(*(max(1, round(side / wanted)) for side, wanted in zip(case.shape[1:], made[1:], strict=True)))
    return (Layer("Conv2d", params if stride == 1 else {**params, "stride": stride}),)


# Concat: the branches' outputs must have one height and width


def branches_of_same_size(case: Case) -> Iterator[Idea]:
    """Padding and strides that keep the size, in every branch that changes it."""
    yield from _ideas(case, same_size(case, *(part for part in parts_of(case) if part.output[1:] != case.shape[1:])))


def branches_of_same_stride(case: Case) -> Iterator[Idea]:
    """The size of the smallest branch for the others, by their stride or by a pool in those without a window."""
    smallest = min(_sizes(case), default=None)
    if smallest:
        larger = [part for part in _maps(case) if part.output[1:] != smallest]
        yield from _ideas(case, together(_strided(case, part, smallest) for part in larger))


def branches_resized(case: Case) -> Iterator[Idea]:
    """The size of the largest branch for the others, at their end."""
    if sizes := _sizes(case):
        resize = Layer("Upsample", {"size": size(*max(sizes))})
        others = [part for part in _maps(case) if part.output[1:] != max(sizes)]
        yield from _ideas(case, together(appended(case, part, resize) for part in others))


def branches_of_larger_output(case: Case) -> Iterator[Idea]:
    """Output padding for transposed convolutions that make a row or column too few."""
    largest = max(_sizes(case), default=())
    for part in (part for part in _maps(case) if part.output[1:] != largest):
        for node in (node for node in reversed(part.nodes) if node.layer.kind == "ConvTranspose2d"):
            sides = zip(pair(node.params["output_padding"]), largest, part.output[1:], strict=True)
            extra = size(*(max(0, there + wanted - side) for there, wanted, side in sides))
            yield from _ideas(case, settings(case, node, output_padding=extra))


def branches_flattened(case: Case) -> Iterator[Idea]:
    """Where some branches make rows, rows of the others."""
    maps = [part for part in parts_of(case) if len(part.output) > 1]
    if len(maps) < len(parts_of(case)):
        yield from _ideas(case, together(appended(case, part, FLATTEN) for part in maps))


def _sizes(case: Case) -> list[Shape]:
    """Return height and width of the branches that make maps."""
    return [part.output[1:] for part in _maps(case)]


def _maps(case: Case) -> list[Part]:
    """Return the branches that make maps."""
    return [part for part in parts_of(case) if len(part.output) == 3]


def _strided(case: Case, part: Part, smallest: Shape) -> Plan:
    """Bring a branch to a smaller size by the stride of its last window, or by a pool where it has none."""
    factors = [max(1, round(side / wanted)) for side, wanted in zip(part.output[1:], smallest, strict=True)]
    for node in (node for node in reversed(part.nodes) if is_window(node)):
        steps = pair(node.params["stride"] or node.params["kernel_size"])
        return settings(case, node, stride=size(*(f * step for f, step in zip(factors, steps, strict=True))))
    return appended(case, part, Layer("MaxPool2d", {"kernel_size": size(*factors)}))


# Gate: one value for each channel, or for each value


def gate_for_each_channel(case: Case) -> Iterator[Idea]:
    """One pixel to start from, as many values as channels, and a row in the shape of a map."""
    (body,) = parts_of(case)
    channels = channels_made(case, body, case.shape[0])
    shaped = appended(case, body, Layer("Unflatten", {"dim": 1, "unflattened_size": (case.shape[0], 1, 1)}))
    title = f"Insert {calls_text((GLOBAL_POOL,))} at the start of the body of {case.spot.name}"
    pooled = Plan(additions=(Idea(title, (Edit((*case.spot.place, 0, 0), (GLOBAL_POOL,), removed=0),)),))
    yield from _ideas(case, channels, shaped, pooled, channels | shaped, pooled | channels, pooled | channels | shaped)
