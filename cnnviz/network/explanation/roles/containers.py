"""What is taught of containers: how the outputs of the layers inside are put together."""

from collections.abc import Iterator, Mapping

from cnnviz.formatting import plural, shape_text
from cnnviz.network.checks import whole
from cnnviz.network.explanation.lesson import Lesson
from cnnviz.network.explanation.records import Formula
from cnnviz.network.explanation.terms import Term, symbol, total
from cnnviz.network.explanation.writing import X, change_text, definition, formula, output
from cnnviz.network.infer import Node
from cnnviz.network.spec import Shape

Sentences = tuple[str, str]

_BODY, _SHORTCUT = symbol("F(x)"), symbol("S(x)")


def part_outputs(node: Node) -> tuple[Shape, ...]:
    """Return what each list of layers inside a container makes; an empty one passes the input on."""
    made = (part[-1].output_shape if part else node.input_shape for part in node.parts)
    return tuple(shape for shape in made if shape is not None)


def joined_channels(node: Node) -> Term:
    """Return the sum of the channels of a Concat's branches."""
    return total([shape[0] for shape in part_outputs(node)])


def _sequential(node: Node) -> Sentences:
    return (
        f"{plural(len(node.parts[0]), 'layer')} one after the other, seen as one: "
        f"{change_text(node.input_shape, output(node))}.",
        "What it costs is the sum over its layers.",
    )


def _repeat(node: Node) -> Sentences:
    times, body = whole(node.params["n"]), len(node.layer.parts[0])
    what = "The same layer" if body == 1 else f"The same {body:,} layers"
    return (
        f"{what} {plural(times, 'time')} over, each copy with weights of its own.",
        f"What one copy makes, the next one takes: {change_text(node.input_shape, output(node))}.",
    )


def _residual(node: Node) -> Sentences:
    to = "what its shortcut makes of the input" if len(node.parts) > 1 else "its input"
    return (
        f"Adds what its body makes to {to}, value by value: both are {shape_text(output(node))}.",
        "The body has only to learn what should change, and gradients pass it by unhindered.",
    )


def _added(node: Node) -> Iterator[Formula]:
    by_shortcut = len(node.parts) > 1
    result = "F is its body" + (" and S its shortcut" if by_shortcut else "")
    yield definition("Each value", _BODY + (_SHORTCUT if by_shortcut else X), result=result)


def _concat(node: Node) -> Sentences:
    sizes = output(node)[1:]
    alike = f"All make {shape_text(sizes)} maps, which they must; " if sizes else ""
    return (
        f"Gives its input to {len(node.parts)} branches and puts what they make side by side, channel after channel.",
        f"{alike}their channels may differ." if alike else "Each may make as many values as it likes.",
    )


def _joined(node: Node) -> Iterator[Formula]:
    what = "Channels" if len(output(node)) == 3 else "Values"
    yield formula(what, joined_channels(node), rule="the sum over the branches")


def _gate(node: Node) -> Sentences:
    gate = part_outputs(node)[0]
    each = "each value" if gate == node.input_shape else f"each of the {plural(node.input_shape[0], 'channel')}"
    return (
        f"Multiplies {each} of its input by a number that its body computes.",
        "A number near 0 shuts off what it is multiplied by, and 1 lets it pass as it is.",
    )


def _multiplied(node: Node) -> Iterator[Formula]:
    yield definition("Each value", X * symbol("G(x)"), result=f"G is its body, {shape_text(part_outputs(node)[0])}")


CONTAINERS: Mapping[str, Lesson] = {
    "Sequential": Lesson(_sequential),
    "Repeat": Lesson(_repeat),
    "Residual": Lesson(_residual, _added),
    "Concat": Lesson(_concat, _joined),
    "Gate": Lesson(_gate, _multiplied),
}
