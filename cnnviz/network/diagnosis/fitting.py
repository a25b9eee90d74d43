"""The part of a network that fits, as the search for what is not meant looks at it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from cnnviz.formatting import count_text
from cnnviz.network.diagnosis.case import progress
from cnnviz.network.diagnosis.ideas import Idea
from cnnviz.network.diagnosis.records import Fix
from cnnviz.network.diagnosis.spots import Spot, spot_of
from cnnviz.network.diagnosis.trial import Attempt, attempt
from cnnviz.network.edits import Edit
from cnnviz.network.infer import Inferred, Node, walk_nodes
from cnnviz.network.spec import Network, Shape

Run = tuple[Node, ...]
"""Layers that run one straight after the other, those inside blocks too."""


@dataclass(frozen=True)
class Fitting:
    """A network, the part of it that fits, and how many classes the data has where that is known."""

    network: Network
    inferred: Inferred
    classes: int | None = None

    @property
    def works(self) -> bool:
        """Whether all of it fits."""
        return self.inferred.problem is None

    @cached_property
    def leaves(self) -> Run:
        """Every layer that computes, in the order they run."""
        return tuple(node for node, _ in walk_nodes(self.inferred.nodes) if node.is_leaf)

    @cached_property
    def runs(self) -> tuple[Run, ...]:
        """The straight runs: each part of a container is one, and so is what stands between containers."""
        grouped = groupby(_leaves_and_merges(self.inferred.nodes), key=lambda node: node is None)
        return tuple(tuple(node for node in run if node) for is_merge, run in grouped if not is_merge)

    @property
    def end(self) -> Run:
        """The straight run that makes the network's output; empty where a container does, or where not all fits."""
        *_, last = (None, *_leaves_and_merges(self.inferred.nodes))
        return self.runs[-1] if self.works and last else ()

    def spot_of(self, node: Node) -> Spot:
        """Return where a layer is written."""
        return spot_of(self.network, node.path)

    def spots_of(self, nodes: Iterable[Node]) -> tuple[Spot, ...]:
        """Return where layers are written, each place once."""
        spots = {spot.place: spot for spot in map(self.spot_of, nodes)}
        return tuple(spots.values())

    def removing(self, nodes: Iterable[Node]) -> tuple[Edit, ...]:
        """Return the edits that take layers out, none where a block stands for one of them."""
        nodes = list(nodes)
        are_written = all(self.spot_of(node).path == node.path for node in nodes)
        return tuple(spot.replacing() for spot in self.spots_of(nodes)) if are_written else ()

    def fix(self, title: str, edits: Iterable[Edit], effect: str, input_shape: Shape | None = None) -> Fix | None:
        """Return a fix where it changes something, and what fits still fits then."""
        tried = self.tried(title, edits, input_shape)
        return Fix(title, tried.network, effect) if tried else None

    def saving_fix(self, title: str, edits: Iterable[Edit]) -> Fix | None:
        """Return a fix whose effect is how many parameters it saves."""
        tried = self.tried(title, edits)
        saved = _num_params(self.inferred) - _num_params(tried.inferred) if tried else 0
        return Fix(title, tried.network, f"{count_text(saved)} parameters fewer") if tried and saved > 0 else None

    def tried(self, title: str, edits: Iterable[Edit], input_shape: Shape | None = None) -> Attempt | None:
        """Return what comes of a change that keeps what fits, or None."""
        idea = Idea(title, tuple(edits), input_shape)
        tried = attempt(idea, self.network) if idea.edits or input_shape else None
        return tried if tried and tried.progress >= progress(self.network, self.inferred) else None


def _leaves_and_merges(nodes: tuple[Node, ...]) -> Iterator[Node | None]:
    """Yield the layers that compute, and None where a container's part begins or ends."""
    for node in nodes:
        if node.is_leaf:
            yield node
        elif node.kind.merge is None:
            yield from _leaves_and_merges(node.parts[0])
        else:
            yield None
            for part in node.parts:
                yield from _leaves_and_merges(part)
                yield None


def _num_params(inferred: Inferred) -> int:
    return sum(node.num_params for node in inferred.nodes)
