"""A network that does not fit, seen from the layer where it stops."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from cnnviz.network.diagnosis.spots import Spot, spot_of
from cnnviz.network.infer import Inferred, Node, Problem
from cnnviz.network.layers import LAYERS, all_params, part_names
from cnnviz.network.scaling import scaled_layers
from cnnviz.network.spec import Layer, Network, Shape, Value

Layers = tuple[Layer, ...]
Progress = tuple[float, ...]
"""How far a network gets, as what is left of it; the greater of two got further, whatever was changed before."""

WORKS: Progress = (math.inf,)


@dataclass(frozen=True)
class Step:
    """A list on the way down to a layer: the number of the part that it is, its layers, and which one comes next."""

    part: int
    layers: Layers
    index: int


@dataclass(frozen=True)
class Case:
    """A network that does not fit. `layer` is the failing layer as it was tried, with the width ratio applied."""

    network: Network
    nodes: tuple[Node, ...]
    problem: Problem
    layer: Layer

    @property
    def shape(self) -> Shape:
        """What reached the failing layer."""
        return self.problem.input_shape

    @cached_property
    def params(self) -> Mapping[str, Value]:
        """All parameters of the failing layer, those that follow from its input as they are given."""
        return all_params(self.layer)

    @cached_property
    def spot(self) -> Spot:
        """Where the failing layer, or the block that it is inside, is written."""
        return self.spot_of(self.problem.path)

    @property
    def is_inside_block(self) -> bool:
        """Whether the failing layer is written nowhere, because a block stands for it."""
        return self.spot.path != self.problem.path

    @cached_property
    def upstream(self) -> tuple[Node, ...]:
        """Every layer and block that ran on the way to the failing layer, the nearest first."""
        return tuple(reversed(list(_upstream(self.nodes, self.problem.path))))

    @cached_property
    def progress(self) -> Progress:
        """How far the network gets."""
        return progress(self.network, Inferred(self.nodes, self.problem))

    @cached_property
    def container(self) -> Node:
        """The failing container, where the problem is that the outputs of its parts do not go together."""
        nodes = self.nodes
        for step in way_to_problem(self.network.layers, nodes, self.problem.path)[:-1]:
            nodes = nodes[step.index].parts[-1]
        return nodes[-1]

    def spot_of(self, path: str) -> Spot:
        """Return where the layer of a path is written."""
        return spot_of(self.network, path)


def case_of(network: Network, inferred: Inferred) -> Case:
    """Return the case of a network that was found not to fit."""
    assert inferred.problem is not None
    last = way_to_problem(scaled_layers(network), inferred.nodes, inferred.problem.path)[-1]
    return Case(network, inferred.nodes, inferred.problem, last.layers[last.index])


def progress(network: Network, inferred: Inferred) -> Progress:
    """Return how far a network gets: for each list on the way to the problem, its part and how much of it is left."""
    if inferred.problem is None:
        return WORKS
    steps = way_to_problem(network.layers, inferred.nodes, inferred.problem.path)
    left = [number for step in steps for number in (step.part, step.index - len(step.layers))]
    all_parts_ran = LAYERS[inferred.problem.kind].merge is not None
    return (*left, math.inf) if all_parts_ran else tuple(left)


def way_to_problem(layers: Layers, nodes: tuple[Node, ...], path: str) -> tuple[Step, ...]:
    """Return the lists of layers on the way to a problem, from the network's own to that of the failing layer."""
    steps, names, part = [], path.split("."), 0
    while True:
        index = int(names.pop(0))
        steps.append(Step(part, layers, index))
        if not names:
            return tuple(steps)
        node = nodes[index]
        part = part_names(node.layer).index(names.pop(0)) if node.kind.merge else 0
        layers, nodes = lists_inside(node)[part], node.parts[part]


def lists_inside(node: Node) -> tuple[Layers, ...]:
    """Return the lists of layers that a block or container stands for, also those that did not run."""
    expand = node.kind.expand
    return node.layer.parts if expand is None else (expand(node.input_shape[0], *node.layer.parts, **node.params),)


def _upstream(nodes: tuple[Node, ...], path: str) -> Iterator[Node]:
    for node in nodes:
        yield node
        on_the_way = path.startswith(f"{node.path}.")
        for number, part in enumerate(node.parts):
            if not on_the_way or number == len(node.parts) - 1:  # what ran in other branches leads elsewhere
                yield from _upstream(part, path)
