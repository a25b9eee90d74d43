"""What happens in a run, as plain data, and the two lines that the book prints at its end."""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Progress:
    """How far a run is, after every step and every test batch.

    `epoch` counts from 0. `elapsed_s` is wall-clock time since the first step began, and
    `wall_examples_per_s` counts all of it; `examples_per_s` counts what the book times.
    """

    step: int
    num_steps: int
    epoch: int
    elapsed_s: float
    examples_per_s: float
    wall_examples_per_s: float


@dataclass(frozen=True)
class LayerStatistics:
    """How one layer with weights fared in a step; `path` is its module's name, such as "3.body.0".

    `update_ratio` is ‖change of its weights‖ / ‖weights‖; `dead_share` the share of its units (channels of a map,
    features of a vector) that the activation after it made 0 for every example of the batch, None without one.
    """

    path: str
    gradient_norm: float
    update_ratio: float
    dead_share: float | None = None


@dataclass(frozen=True)
class Point:
    """Averages over the epoch so far, in training mode; `epoch` is a place on the axis, such as 0.2.

    A loss that is not a number or infinite is kept as it is. `lr` and `layers` are those of the step just taken.
    """

    epoch: float
    train_loss: float
    train_acc: float
    step: int = field(default=0, kw_only=True)
    lr: float | None = field(default=None, kw_only=True)
    layers: tuple[LayerStatistics, ...] = field(default=(), kw_only=True)


@dataclass(frozen=True)
class TestPoint:
    """Accuracy on the test set, and on what is held out for validation, after a whole number of epochs."""

    __test__ = False  # not a test class, whatever pytest thinks of the name

    epoch: float
    test_acc: float
    step: int = field(default=0, kw_only=True)
    valid_acc: float | None = field(default=None, kw_only=True)


@dataclass(frozen=True)
class Result:
    """How a run ended: averages over the last epoch, accuracy on the test set, throughput."""

    loss: float
    train_acc: float
    test_acc: float
    examples_per_s: float
    wall_examples_per_s: float
    device: str


Event = Progress | Point | TestPoint | Result


class Outcome(Protocol):
    """What both a Result and a stored run have; None is what is not known, or a loss that was not finite."""

    @property
    def loss(self) -> float | None: ...  # noqa: D102
    @property
    def train_acc(self) -> float | None: ...  # noqa: D102
    @property
    def test_acc(self) -> float | None: ...  # noqa: D102
    @property
    def examples_per_s(self) -> float | None: ...  # noqa: D102
    @property
    def device(self) -> str: ...  # noqa: D102


def summary_lines(outcome: Outcome) -> tuple[str, str]:
    """Return the two lines that the book prints at the end of a run."""
    loss, train_acc, test_acc = (_number(n, ".3f") for n in (outcome.loss, outcome.train_acc, outcome.test_acc))
    rate = _number(outcome.examples_per_s, ".1f")
    return (
        f"loss {loss}, train acc {train_acc}, test acc {test_acc}",
        f"{rate} examples/sec on {outcome.device}",
    )


def _number(value: float | None, spec: str) -> str:
    return "nan" if value is None else format(value, spec)
