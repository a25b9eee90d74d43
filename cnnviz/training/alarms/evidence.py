"""What an alarm is, and what is recorded of a run that it is raised on."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

from cnnviz.training.recipe import Recipe


class PointLike(Protocol):
    """A recorded point; a loss that was not finite is None beside an accuracy that is a number."""

    @property
    def step(self) -> int: ...  # noqa: D102
    @property
    def epoch(self) -> float: ...  # noqa: D102
    @property
    def train_loss(self) -> float | None: ...  # noqa: D102
    @property
    def train_acc(self) -> float | None: ...  # noqa: D102
    @property
    def test_acc(self) -> float | None: ...  # noqa: D102


class LayerLike(Protocol):
    """What is known of a layer at a metric point; None is what does not apply or was not finite."""

    @property
    def path(self) -> str: ...  # noqa: D102
    @property
    def gradient_norm(self) -> float | None: ...  # noqa: D102
    @property
    def update_ratio(self) -> float | None: ...  # noqa: D102
    @property
    def dead_share(self) -> float | None: ...  # noqa: D102


@dataclass(frozen=True)
class Suggestion:
    """Something to try: other settings of the recipe, or, where there are none, an edit of the network in words."""

    text: str
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Alarm:
    """A thing that goes wrong: its name, its cause in plain words with its numbers, and what to try, the best first."""

    name: str
    cause: str
    suggestions: tuple[Suggestion, ...]


@dataclass(frozen=True)
class Evidence:
    """What is recorded of a run so far, in its order; `kinds` are the kinds of layers by path."""

    points: Sequence[PointLike]
    layers: Sequence[Sequence[LayerLike]]
    recipe: Recipe
    num_classes: int
    kinds: Mapping[str, str] = field(default_factory=dict)

    def named(self, path: str) -> str:
        """Return what the layer at a path is called: "layer 3 (Linear)", where its kind is known."""
        return f"layer {path} ({self.kinds[path]})" if path in self.kinds else f"layer {path}"

    @cached_property
    def train(self) -> list[PointLike]:
        """The points that were measured in training, whatever their loss."""
        return [point for point in self.points if point.train_acc is not None]

    @cached_property
    def finite(self) -> list[tuple[PointLike, float]]:
        """The points in training with their loss, where it is finite."""
        return [(point, point.train_loss) for point in self.train if point.train_loss is not None]

    @property
    def chance(self) -> float:
        """The loss of one who guesses: ln(classes)."""
        return math.log(self.num_classes)

    @property
    def pace(self) -> float:
        """Steps an epoch; at least one, also where an earlier version counted none."""
        last = self.train[-1]
        return max(1.0, last.step / last.epoch)

    def recent(self, num_points: int) -> Sequence[Sequence[LayerLike]]:
        """The statistics of the last points, or none where there are fewer."""
        return self.layers[-num_points:] if len(self.layers) >= num_points else ()


def interval_losses(points: Sequence[tuple[PointLike, float]]) -> Iterator[tuple[PointLike, float]]:
    """Yield, at each point, the mean loss since the point before it.

    What is recorded is the mean over the epoch so far: a_k·f_k − a_{k−1}·f_{k−1}, over f_k − f_{k−1}, where f is how
    much of the epoch is done.
    """
    epoch, done, mean = -1, 0.0, 0.0
    for point, loss in points:
        number = math.ceil(point.epoch) - 1
        if number != epoch:
            epoch, done, mean = number, 0.0, 0.0
        now = point.epoch - number
        if now > done:
            yield point, (loss * now - mean * done) / (now - done)
        done, mean = now, loss
