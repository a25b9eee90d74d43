"""Curves of any length as what a screen can show of them: the lowest and the highest point of each pixel column."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Places = NDArray[np.intp]


def extremes(x: Floats, y: Floats, num_columns: int) -> Places:
    """Return the places of the first and last point, and of the lowest and highest in each of equally wide columns.

    `x` (N,) ascends and `y` (N,) is finite. All places are returned where there are no more than two for a column.
    A line through these points covers the same pixels as one through all, where a column is at most a pixel wide.
    """
    if len(x) <= 2 * num_columns:
        return np.arange(len(x))
    columns = np.minimum((x - x[0]) / (x[-1] - x[0] or 1.0) * num_columns, num_columns - 1).astype(np.intp)
    starts = np.flatnonzero(np.diff(columns, prepend=-1))
    sizes = np.diff(starts, append=len(x))
    ends = [0, len(x) - 1]
    lowest = _first_where(y == np.repeat(np.minimum.reduceat(y, starts), sizes), columns)
    highest = _first_where(y == np.repeat(np.maximum.reduceat(y, starts), sizes), columns)
    return np.unique(np.concatenate((ends, lowest, highest)))


def _first_where(chosen: NDArray[np.bool_], columns: Places) -> Places:
    """Return the first chosen place of each column."""
    places = np.flatnonzero(chosen)
    return places[np.flatnonzero(np.diff(columns[places], prepend=-1))]
