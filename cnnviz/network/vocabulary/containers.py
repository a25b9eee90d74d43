"""Kinds that hold lists of layers."""

from collections.abc import Mapping

from cnnviz.network import containers
from cnnviz.network.kinds import LayerKind, Parts
from cnnviz.network.params import count

CONTAINERS: Mapping[str, LayerKind] = {
    "Sequential": LayerKind(
        "block",
        "Layers one after the other, seen as one.",
        parts=Parts(("layers",)),
        expand=containers.chain,
    ),
    "Repeat": LayerKind(
        "block",
        "The same layers several times over, each time with weights of their own.",
        {"n": count("How many times", initial=2, high=1000)},
        parts=Parts(("body",)),
        expand=containers.repeat,
    ),
    "Residual": LayerKind(
        "merge",
        "Adds the output of its body to its input, or to the output of its shortcut.",
        parts=Parts(("body", "shortcut"), most=2),
        merge=containers.add,
    ),
    "Concat": LayerKind(
        "merge",
        "Gives its input to every branch and joins their outputs on channels; an empty branch passes the input on.",
        parts=Parts(least=2, most=64, filled=0),
        merge=containers.concatenate,
    ),
    "Gate": LayerKind(
        "merge",
        "Multiplies its input by the output of its body: a share for each value, or one for each channel.",
        parts=Parts(("body",)),
        merge=containers.multiply,
    ),
}
