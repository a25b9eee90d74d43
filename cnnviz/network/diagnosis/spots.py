"""Where a layer of the inferred tree is written in the network, and what a sentence calls it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from cnnviz.network.edits import Edit, Place, layer_at, place_of
from cnnviz.network.layers import LAYERS, all_params
from cnnviz.network.spec import Layer, Network, Value


@dataclass(frozen=True)
class Spot:
    """A layer as it is written: for one inside a block, the block."""

    path: str
    place: Place
    layer: Layer
    is_repeated: bool = False

    @property
    def name(self) -> str:
        """The layer in a sentence: "layer 5 (MaxPool2d)"."""
        return f"layer {self.path} ({self.layer.kind}{' in every copy' if self.is_repeated else ''})"

    def has(self, *names: str) -> bool:
        """Whether its kind has parameters of these names."""
        return all(name in LAYERS[self.layer.kind].params for name in names)

    def value(self, name: str) -> Value:
        """Return what one of its parameters is, given or by default."""
        return all_params(self.layer)[name]

    def setting(self, **params: Value) -> Edit:
        """Return the edit that sets some of its parameters."""
        return self.replacing(self.layer.replace(**params))

    def leaving_out(self, *names: str) -> Edit:
        """Return the edit that leaves parameters at their default."""
        kept = {name: value for name, value in self.layer.params.items() if name not in names}
        return self.replacing(Layer(self.layer.kind, kept, self.layer.parts))

    def replacing(self, *layers: Layer) -> Edit:
        """Return the edit that puts other layers in its place, or none."""
        return Edit(self.place, layers)

    def inserting(self, *layers: Layer) -> Edit:
        """Return the edit that puts layers before it."""
        return Edit(self.place, layers, removed=0)

    def appending(self, *layers: Layer) -> Edit:
        """Return the edit that puts layers after it."""
        return Edit((*self.place[:-1], self.place[-1] + 1), layers, removed=0)


def spot_of(network: Network, path: str) -> Spot:
    """Return where the layer of a row's path is written."""
    place, names = place_of(network, path), path.split(".")
    while len(names) > 1 and place_of(network, ".".join(names[:-1])) == place:
        names.pop()
    around = (layer_at(network, place[:depth]) for depth in range(1, len(place), 2))
    return Spot(".".join(names), place, layer_at(network, place), any(layer.kind == "Repeat" for layer in around))


class HasPath(Protocol):
    """Whatever stands at a path: a node or a spot."""

    @property
    def path(self) -> str:
        """Its path."""


def paths_of(layers: Iterable[HasPath]) -> tuple[str, ...]:
    """Return the paths of layers."""
    return tuple(layer.path for layer in layers)


def layers_text(layers: Iterable[HasPath], limit: int = 8) -> str:
    """Write layers as in a sentence: "layer 3", "layers 3 and 5", "layers 3, 5, 8 and 4 more"."""
    paths = paths_of(layers)
    if len(paths) == 1:
        return f"layer {paths[0]}"
    shown = paths if len(paths) <= limit else (*paths[: limit - 1], f"{len(paths) - limit + 1} more")
    return f"layers {', '.join(shown[:-1])} and {shown[-1]}"
