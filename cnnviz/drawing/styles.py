"""STYLES: the drawings by name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cnnviz.drawing.blocks import blocks
from cnnviz.drawing.costs import costs
from cnnviz.drawing.graph import graph
from cnnviz.drawing.kernels import Which
from cnnviz.drawing.scale import Scale
from cnnviz.drawing.scene import Scene
from cnnviz.drawing.volumes import volumes
from cnnviz.network.summary import Summary


@dataclass(frozen=True)
class Look:
    """How a network is drawn, in any style.

    It is drawn `depth` levels deep, but for the blocks whose paths are in `toggled`, which are the other way; costs
    leave these out. The layer at the path `selected` is marked. `is_linear` and `windows` are for volumes: whether
    sizes are not on a log scale, and of which layers the window is drawn on their input.
    """

    depth: int = 1
    toggled: frozenset[str] = frozenset()
    selected: str = ""
    is_linear: bool = False
    windows: Which = "selected"


def _volumes(summary: Summary, look: Look) -> Scene:
    return volumes(
        summary,
        depth=look.depth,
        toggled=look.toggled,
        selected=look.selected,
        scale=Scale.of([summary], linear=look.is_linear),
        windows=look.windows,
    )


def _blocks(summary: Summary, look: Look) -> Scene:
    return blocks(summary, depth=look.depth, toggled=look.toggled, selected=look.selected)


def _graph(summary: Summary, look: Look) -> Scene:
    return graph(summary, depth=look.depth, toggled=look.toggled, selected=look.selected)


def _costs(summary: Summary, look: Look) -> Scene:
    return costs(summary, depth=look.depth, selected=look.selected)


STYLES: Mapping[str, Callable[[Summary, Look], Scene]] = {
    "volumes": _volumes,
    "blocks": _blocks,
    "graph": _graph,
    "costs": _costs,
}
