"""Containers: what comes of the outputs of the layer lists inside them, as shapes without the batch.

Each function is given the container's input shape and the output shape of every part, and returns the shape of the
whole, or one sentence with numbers on why they do not go together.
"""

from collections.abc import Callable, Sequence

from cnnviz.formatting import shape_text
from cnnviz.network.spec import Layer, Shape

Merge = Callable[[Shape, Sequence[Shape]], Shape | str]


def add(shape: Shape, outputs: Sequence[Shape]) -> Shape | str:
    """Return the shape of a body's output plus its shortcut's, or plus the input where there is no shortcut."""
    body, shortcut = outputs[0], outputs[1] if len(outputs) > 1 else shape
    if body == shortcut:
        return body
    other = "its shortcut" if len(outputs) > 1 else "the input it is added to"
    return (
        f"its body makes {shape_text(body)} but {other} {'makes' if len(outputs) > 1 else 'is'} {shape_text(shortcut)}"
    )


def concatenate(shape: Shape, outputs: Sequence[Shape]) -> Shape | str:
    """Return the shape of the branches' outputs side by side in the first dimension (channels)."""
    if all(len(each) == len(outputs[0]) and each[1:] == outputs[0][1:] for each in outputs):
        return (sum(each[0] for each in outputs), *outputs[0][1:])
    made = ", ".join(shape_text(each) for each in outputs)
    return f"its branches make {made}, which can be joined only where height and width are equal"


def multiply(shape: Shape, outputs: Sequence[Shape]) -> Shape | str:
    """Return the shape of the input times the gate: one value a channel, or one for each value."""
    gate = outputs[0]
    if gate == shape or (len(shape) == 3 and gate == (shape[0], 1, 1)):
        return shape
    return (
        f"its gate makes {shape_text(gate)}, which is neither its input's {shape_text(shape)} nor one value a channel"
    )


def chain(in_channels: int, layers: tuple[Layer, ...]) -> tuple[Layer, ...]:
    """Return the layers of a Sequential."""
    return layers


def repeat(in_channels: int, body: tuple[Layer, ...], *, n: int) -> tuple[Layer, ...]:
    """Return `n` copies of the body, each with weights of its own; a body of several layers is one layer of them."""
    return (body if len(body) == 1 else (Layer("Sequential", parts=(body,)),)) * n
