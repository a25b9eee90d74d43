"""How much of the image a layer's outputs see, out of what its inputs see."""

from collections.abc import Iterator, Mapping

from cnnviz.formatting import shape_text
from cnnviz.network.checks import reach
from cnnviz.network.costs.receptive import ReceptiveField
from cnnviz.network.explanation.records import Formula
from cnnviz.network.explanation.terms import bracketed, number
from cnnviz.network.explanation.writing import along_sides, number_text
from cnnviz.network.infer import Node
from cnnviz.network.spec import Shape
from cnnviz.network.windows import sliding, strides

IMAGE = ReceptiveField((1, 1), (1.0, 1.0), (0.0, 0.0))
"""What each pixel of the image sees: itself."""


def field_before(nodes: tuple[Node, ...], path: str, fields: Mapping[str, ReceptiveField]) -> ReceptiveField | None:
    """Return the receptive field of what reaches the layer at a path, or None where it is not known."""
    before: str | None = None
    while True:
        index = next(index for index, node in enumerate(nodes) if _leads_to(node, path))
        before = nodes[index - 1].path if index else before
        if nodes[index].path == path:
            return IMAGE if before is None else fields.get(before)
        nodes = next(part for part in nodes[index].parts if any(_leads_to(node, path) for node in part))


def _leads_to(node: Node, path: str) -> bool:
    return node.path == path or path.startswith(f"{node.path}.")


def field_formulas(node: Node, before: ReceptiveField | None, after: ReceptiveField | None) -> Iterator[Formula]:
    """Return the recurrence r' = r + (window − 1) · step of a window that slides, where it gives the field.

    It does not behind branches or enlarged maps whose positions do not all see as much.
    Source: Araujo, Norris and Sim 2019, "Computing Receptive Fields of Convolutional Neural Networks".
    """
    if node.kind.sees is not sliding or before is None or after is None or not _follows(node, before, after):
        return
    spread = reach(node.params)
    yield from along_sides(
        lambda side: number(before.size[side]) + bracketed(number(spread[side]) - 1) * number(before.stride[side]),
        result=lambda side: f"{after.size[side]:,} pixels of the image",
        both=f"each output sees {shape_text(after.size)} pixels of the image",
        rule="field before + (window − 1) · step before",
        name="Receptive field",
    )
    if strides(node.params) != (1, 1):
        yield from along_sides(
            lambda side: number(before.stride[side]) * strides(node.params)[side],
            result=lambda side: "",
            both="pixels of the image from one output to the next",
            rule="step before · stride",
            name="Step",
        )


def _follows(node: Node, before: ReceptiveField, after: ReceptiveField) -> bool:
    spread, steps = reach(node.params), strides(node.params)
    return all(
        after.size[side] == before.size[side] + (spread[side] - 1) * before.stride[side] > 1
        and after.stride[side] == before.stride[side] * steps[side] > 0
        for side in (0, 1)
    )


def field_note(node: Node, after: ReceptiveField | None, image: Shape) -> str:
    """Say in words what each output sees of the image, or nothing where that is not known."""
    if after is None or 0 in after.size:
        return ""
    if after.size == image[1:] and after.stride == (0.0, 0.0):
        return f"Each output sees all of the {shape_text(image[1:])} image."
    if after.stride == (0.0, 0.0):
        return f"All outputs see the same {shape_text(after.size)} pixels of the {shape_text(image[1:])} image."
    if after.size == (1, 1):
        return "Each output sees one pixel of the image."
    step = " and ".join(dict.fromkeys(number_text(stride) for stride in after.stride))
    return f"Each output sees {shape_text(after.size)} pixels of the image, {step} apart."
