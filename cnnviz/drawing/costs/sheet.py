"""All of a network's costs on one sheet."""

from cnnviz.drawing.costs.bars import cost_bars
from cnnviz.drawing.costs.towers import cost_map
from cnnviz.drawing.scene import Scene, moved
from cnnviz.network.summary import Summary

_GAP = 44.0


def costs(summary: Summary, *, depth: int = 1, selected: str = "") -> Scene:
    """Return where a network's costs are, and under it what each layer costs; `depth` is as in both."""
    above = cost_map(summary, depth=depth, selected=selected)
    below = cost_bars(summary, depth=depth, selected=selected)
    shapes = (*above.shapes, *moved(below.shapes, 0, above.bounds[3] + _GAP - below.bounds[1]))
    return Scene(shapes, title=f"{summary.name}: what it costs")
