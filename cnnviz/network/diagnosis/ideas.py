"""Ideas of what may help a network that does not fit: changes that are still to be tried."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cnnviz.network.diagnosis.case import Case
from cnnviz.network.diagnosis.spots import Spot
from cnnviz.network.edits import Edit, edited
from cnnviz.network.notation import call_text, params_text
from cnnviz.network.spec import MAX_CHANNELS, Layer, Network, Shape, Value


@dataclass(frozen=True)
class Idea:
    """A change that may help: its title in the imperative, the edits it makes, and perhaps another input shape."""

    title: str
    edits: tuple[Edit, ...] = ()
    input_shape: Shape | None = None

    def changed(self, network: Network) -> Network:
        """Return the network with the change made.

        Raises SpecError when it leaves no network.
        """
        network = edited(network, *self.edits) if self.edits else network
        return network if self.input_shape is None else network.replace(input_shape=self.input_shape)


Family = Callable[[Case], Iterator[Idea]]
"""Ideas of one sort, the smallest change first."""


def setting(spot: Spot, why: str = "", /, **params: Value) -> Iterator[Idea]:
    """Set parameters of a layer, where its kind has them."""
    if spot.has(*params):
        yield Idea(f"Set {words(**params)} in {spot.name}{why}", (spot.setting(**params),))


def inserting(spot: Spot, *layers: Layer) -> Iterator[Idea]:
    """Insert layers before a layer."""
    yield Idea(f"Insert {calls_text(layers)} before {spot.name}", (spot.inserting(*layers),))


def removing(spot: Spot) -> Iterator[Idea]:
    """Take a layer out."""
    yield Idea(f"Remove {spot.name}", (spot.replacing(),))


def words(**params: Value) -> str:
    """Write parameters as in a call: ``padding=1, stride=2``."""
    return params_text(Layer("", params))


def calls_text(layers: tuple[Layer, ...]) -> str:
    """Write layers as in a sentence: "Flatten() and Linear(out_features=10)"."""
    return " and ".join(map(call_text, layers))


def size(height: int, width: int) -> Value:
    """Return a size as it is written: one number where both are equal."""
    return height if height == width else (height, width)


def adjusted(channels: int, network: Network) -> int:
    """Return the channels that are written for so many to be made at the network's width ratio."""
    return max(1, math.ceil(min(channels / network.width, MAX_CHANNELS)))
