"""Several networks in one drawing: volumes to one scale below each other, or the textbook's stacks side by side."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from cnnviz.drawing.blocks import blocks
from cnnviz.drawing.scale import Scale
from cnnviz.drawing.scene import Scene, Shape, Text, moved
from cnnviz.drawing.volumes import volumes
from cnnviz.network.summary import Summary

_NAME = 14.0  # size of the names
_BELOW_NAME = 14.0
_BETWEEN_ROWS = 34.0
_BETWEEN_COLUMNS = 44.0


def gallery(summaries: Sequence[Summary], names: Sequence[str], *, style: str = "volumes", depth: int = 1) -> Scene:
    """Return networks under their names; `style` is "volumes" or "blocks", and `depth` the number of levels drawn."""
    return Scene(GALLERIES[style](summaries, names, depth), title=" and ".join(names))


def _rows(summaries: Sequence[Summary], names: Sequence[str], depth: int) -> tuple[Shape, ...]:
    """Return volumes to one scale, the largest map and the deepest of all networks at full size."""
    scale, y = Scale.of(summaries), 0.0
    shapes: list[Shape] = []
    for summary, name in zip(summaries, names, strict=True):
        scene = volumes(summary, depth=depth, scale=scale).still
        left, top, _, bottom = scene.bounds
        shapes.append(Text((0, y + _NAME), name, _NAME, anchor="start", bold=True))
        y += _NAME + _BELOW_NAME
        shapes += _placed(scene, -left, y - top)
        y += bottom - top + _BETWEEN_ROWS
    return tuple(shapes)


def _columns(summaries: Sequence[Summary], names: Sequence[str], depth: int) -> tuple[Shape, ...]:
    x = 0.0
    shapes: list[Shape] = []
    for summary, name in zip(summaries, names, strict=True):
        scene = blocks(summary, depth=depth).still
        left, top, right, _ = scene.bounds
        title = Text((0, _NAME), name, _NAME, bold=True)
        width = max(right - left, title.length)
        shapes += moved([title], x + width / 2, 0)
        shapes += _placed(scene, x + (width - right - left) / 2, _NAME + _BELOW_NAME - top)
        x += width + _BETWEEN_COLUMNS
    return tuple(shapes)


GALLERIES: Mapping[str, Callable[[Sequence[Summary], Sequence[str], int], tuple[Shape, ...]]] = {
    "volumes": _rows,
    "blocks": _columns,
}


def _placed(scene: Scene, x: float, y: float) -> tuple[Shape, ...]:
    """Return a scene's shapes moved; they belong to no layer, as the same path means one in each network."""
    return moved((replace(shape, owner="") for shape in scene.shapes), x, y)
