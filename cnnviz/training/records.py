"""What the run store hands out: runs and points as frozen data."""

import math
from dataclasses import dataclass, fields
from typing import Literal, Self

from sqlalchemy import RowMapping

from cnnviz.training.recipe import Recipe

Status = Literal["queued", "running", "stopped", "finished", "failed", "interrupted"]


@dataclass(frozen=True)
class Run:
    """A run as the store has it: times are seconds since 1970 (UTC), `network` is the network's canonical text.

    While a run runs, its numbers are the latest ones. A loss that is not finite is None, beside an
    accuracy that is a number.
    """

    id: str
    name: str
    status: Status
    created_at: float
    started_at: float | None
    ended_at: float | None
    network: str
    recipe: Recipe
    device: str
    pid: int | None
    pid_started: float | None
    step: int
    num_steps: int
    elapsed_s: float
    stop_requested: bool
    loss: float | None
    train_acc: float | None
    test_acc: float | None
    examples_per_s: float | None
    wall_examples_per_s: float | None
    error: str | None

    @classmethod
    def from_row(cls, row: RowMapping) -> Self:
        """Read a row of the table of runs."""
        return cls(**{**row, "recipe": Recipe.model_validate_json(row["recipe"])})

    @property
    def is_active(self) -> bool:
        """Whether more may come: the run waits or runs."""
        return self.status in ("queued", "running")

    @property
    def time_left_s(self) -> float | None:
        """Seconds to the end at the pace so far, or None before the first step is recorded."""
        return self.elapsed_s * (self.num_steps - self.step) / self.step if self.step else None


@dataclass(frozen=True)
class PointRow:
    """One point of a run's curves, numbered from 1; what was not measured there, or not finite, is None."""

    seq: int
    epoch: float
    train_loss: float | None
    train_acc: float | None
    test_acc: float | None

    @classmethod
    def from_row(cls, row: RowMapping) -> Self:
        """Read a row of the table of points."""
        return cls(**{field.name: row[field.name] for field in fields(cls)})


def finite(value: float) -> float | None:
    """Return the value, or None when JSON has no number for it."""
    return value if math.isfinite(value) else None
