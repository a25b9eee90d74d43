"""What the run store hands out: runs, points and statistics of layers as frozen data."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, NamedTuple, Self

from pydantic import ValidationError

from cnnviz.errors import StoreError, explain
from cnnviz.training.events import LayerStatistics
from cnnviz.training.recipe import Recipe

Status = Literal["queued", "running", "paused", "stopped", "finished", "failed", "interrupted"]
Request = Literal["stop", "pause"]

ACTIVE: tuple[Status, ...] = ("queued", "running")


@dataclass(frozen=True)
class Run:
    """A run as the store has it: times are seconds since 1970 (UTC), `network` is the network's canonical text.

    While a run runs, its numbers are the latest ones. A loss that is not finite is None, beside an
    accuracy that is a number. `request` is what a person asked of it and its worker has not done yet. `turn` is its
    place among the runs that wait, the lowest first; None once it is its turn. `host` is the machine that it is on.
    """

    id: str
    name: str
    status: Status
    created_at: float
    started_at: float | None
    ended_at: float | None
    network: str
    device: str
    host: str
    pid: int | None
    pid_started: float | None
    step: int
    num_steps: int
    elapsed_s: float
    loss: float | None
    train_acc: float | None
    test_acc: float | None
    examples_per_s: float | None
    wall_examples_per_s: float | None
    error: str | None
    request: Request | None
    turn: int | None
    notes: str
    recipe: Recipe
    tags: tuple[str, ...]

    @classmethod
    def from_row(cls, row: Sequence[Any]) -> Self:
        """Read the columns of the names of the fields, in their order. Raises StoreError for an unreadable recipe."""
        *values, recipe, tags = row
        values += [_recipe(values[0], recipe), _tags(tags)]
        return cls(*values)

    @property
    def is_active(self) -> bool:
        """Whether more may come: the run waits or runs."""
        return self.status in ACTIVE

    @property
    def time_left_s(self) -> float | None:
        """Seconds to the end at the pace so far, or None before the first step is recorded."""
        return self.elapsed_s * (self.num_steps - self.step) / self.step if self.step else None


class PointRow(NamedTuple):  # a tuple is made in a tenth of a dataclass's time, and curves have 100,000 of them
    """One point of a run's curves, numbered from 1; what was not measured there, or not finite, is None.

    Rates, memory and load are those of the step before.
    """

    seq: int
    step: int
    epoch: float
    train_loss: float | None = None
    train_acc: float | None = None
    valid_acc: float | None = None
    test_acc: float | None = None
    lr: float | None = None
    examples_per_s: float | None = None
    wall_examples_per_s: float | None = None
    elapsed_s: float | None = None
    memory_bytes: int | None = None
    load: float | None = None


@dataclass(frozen=True)
class LayerPoint:
    """What was measured of every layer at the point of that number; numbers that are not finite are as they were."""

    seq: int
    layers: tuple[LayerStatistics, ...]


def finite(value: float | None) -> float | None:
    """Return the value, or None when JSON has no number for it."""
    return value if value is not None and math.isfinite(value) else None


def layers_text(layers: tuple[LayerStatistics, ...]) -> str:
    """Return statistics as JSON with NaN and Infinity, one list of values a layer."""
    rows = [[layer.path, layer.gradient_norm, layer.update_ratio, layer.dead_share] for layer in layers]
    return json.dumps(rows, separators=(",", ":"))


def parse_layers(text: str) -> tuple[LayerStatistics, ...]:
    """Read what `layers_text` wrote."""
    rows: list[list[Any]] = json.loads(text)
    return tuple(LayerStatistics(*row) for row in rows)


def _recipe(run_id: str, text: str) -> Recipe:
    try:
        return _parsed(text)
    except ValidationError as error:
        raise StoreError(f"the recipe of run {run_id} cannot be read: {explain(error, Recipe)}") from error


@lru_cache(maxsize=4096)
def _tags(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))


@lru_cache(maxsize=4096)
def _parsed(text: str) -> Recipe:
    return Recipe.model_validate_json(text)
