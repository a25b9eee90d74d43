"""What a network costs on smaller and larger images, and on which it does not work."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

from cnnviz.errors import SpecError, shorten
from cnnviz.network.costs.smallest import smallest_input
from cnnviz.network.infer import Inferred, Problem, infer_shapes, walk_nodes
from cnnviz.network.spec import MAX_SIZE, Network, Shape

_MOST_STEPS = 32  # sizes tried in equal steps, up to twice the present one


@dataclass(frozen=True)
class SweepPoint:
    """A network on images of one size, as in `Summary`: shapes without the batch, bytes (float32) for one image.

    Where the network does not work there is a problem and no output shape, and the counts are of the part that fits.
    """

    input_shape: Shape
    output_shape: Shape | None
    num_params: int
    mult_adds: int
    output_bytes: int
    problem: Problem | None

    @property
    def side(self) -> int:
        """The image's height in pixels, which is its width too where the network's own image is a square."""
        return self.input_shape[1]


@dataclass(frozen=True)
class Sweep:
    """A network on images of many sizes, from the smallest; `present` is the one it has."""

    name: str
    present: SweepPoint
    points: tuple[SweepPoint, ...]

    @property
    def working(self) -> tuple[SweepPoint, ...]:
        """The sizes that work."""
        return tuple(point for point in self.points if point.problem is None)

    def to_dict(self) -> dict[str, Any]:
        """Return the sweep as JSON's types; the names are those of the attributes."""
        return asdict(self)


def resolution_sweep(network: Network, sides: Sequence[int] | None = None) -> Sweep:
    """Measure a network on images of other sizes: parameters, mult-adds, bytes of outputs and the output's shape.

    `sides` are image heights in pixels; the width follows in proportion to the network's own. When left out they go in
    equal steps up to twice the present height, and where one size works and the next does not, the two sizes between
    which that changes are found and added. The present height is always among them.
    Layers are inferred anew for each size, so that parameters that follow from the input, such as `in_features`,
    follow the image, and those that were given may refuse it. Nothing is allocated.
    Raises SpecError for a side below 1 or above 8192, and for a layer that is wrong in itself.
    """
    _, present, _ = network.input_shape
    measured: dict[int, SweepPoint] = {}

    def works(side: int) -> bool:
        if side not in measured:
            measured[side] = _point(network, side)
        return measured[side].problem is None

    for side in {present, *(_steps(present) if sides is None else map(_checked, sides))}:
        works(side)
    if sides is None:
        if not any(map(works, list(measured))) and (smallest := smallest_input(network)):
            works(smallest[0])
        for low, high in pairwise(sorted(measured)):
            _find_edge(works, low, high)
    return Sweep(network.name, measured[present], tuple(measured[side] for side in sorted(measured)))


def _steps(present: int) -> Iterator[int]:
    """Yield 1 and heights in steps of a power of two, up to twice the present height."""
    most = min(2 * present, MAX_SIZE)
    step = 2 ** max(0, math.ceil(math.log2(most / _MOST_STEPS)))
    yield from (1, *range(step, most + 1, step), most)


def _checked(side: int) -> int:
    if type(side) is not int or not 1 <= side <= MAX_SIZE:
        raise SpecError(f"a side must be a whole number of pixels from 1 to {MAX_SIZE}, not {shorten(side)}")
    return side


def _find_edge(works: Callable[[int], bool], low: int, high: int) -> None:
    """Try heights between one that works and one that does not, until two neighbours differ."""
    while high - low > 1 and works(low) != works(high):
        middle = (low + high) // 2
        low, high = (middle, high) if works(middle) == works(low) else (low, middle)


def _point(network: Network, side: int) -> SweepPoint:
    channels, height, width = network.input_shape
    shape = (channels, side, min(MAX_SIZE, max(1, round(side * width / height))))
    return _measured(infer_shapes(network.model_copy(update={"input_shape": shape})), shape)


def _measured(inferred: Inferred, shape: Shape) -> SweepPoint:
    nodes, problem = inferred.nodes, inferred.problem
    outputs = (
        node.output_shape
        for node, _ in walk_nodes(nodes)
        if node.output_shape and (node.is_leaf or node.kind.role == "merge")
    )
    return SweepPoint(
        input_shape=shape,
        output_shape=None if problem else nodes[-1].output_shape,
        num_params=sum(node.num_params for node in nodes),
        mult_adds=sum(node.mult_adds for node in nodes),
        output_bytes=4 * sum(map(math.prod, outputs)),
        problem=problem,
    )
