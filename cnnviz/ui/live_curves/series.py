"""The points of runs as columns of numbers, kept for all sessions and extended by what is new in the store."""

from collections.abc import Mapping, Sequence, Set

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

AXES = ("epoch", "step", "elapsed_s")
VALUES = (
    "train_loss",
    "train_acc",
    "valid_acc",
    "test_acc",
    "lr",
    "examples_per_s",
    "wall_examples_per_s",
    "memory_bytes",
    "load",
)


class Series:
    """Columns (N,) of one run, by name, that only grow; what was not measured is NaN.

    `seqs` are the numbers of the points, ascending.
    """

    def __init__(self) -> None:
        self._columns: dict[str, Floats] = {}
        self._size = 0

    def __len__(self) -> int:
        return self._size

    @property
    def names(self) -> Sequence[str]:
        """The names of all columns."""
        return tuple(self._columns)

    @property
    def measured(self) -> Set[str]:
        """The names of the columns that have a number anywhere."""
        return {name for name in self._columns if np.isfinite(self[name]).any()}

    @property
    def last(self) -> int:
        """The number of the last point, 0 where there is none."""
        return int(self["seq"][-1]) if self._size else 0

    def __getitem__(self, name: str) -> Floats:
        column = self._columns.get(name)
        return column[: self._size] if column is not None else np.full(self._size, np.nan)

    def place_after(self, seq: int) -> int:
        """Return the place of the first point after number `seq`."""
        return int(np.searchsorted(self["seq"], seq, side="right"))

    def extend(self, columns: Mapping[str, Sequence[float | None]]) -> None:
        """Add points, as columns of equal length; a column that was not here before is NaN in the points before."""
        total = self._size + max(map(len, columns.values()), default=0)
        for name in columns.keys() | self._columns.keys():
            column = self._room(name, total)
            column[self._size : total] = np.array(columns.get(name, np.nan), float)  # None becomes NaN
        self._size = total

    def _room(self, name: str, total: int) -> Floats:
        column = self._columns.get(name)
        if column is None or len(column) < total:
            grown = np.full(max(64, 2 * total), np.nan)
            grown[: self._size] = self[name]
            self._columns[name] = column = grown
        return column
