"""Two sequences laid side by side so that what is alike stands together, in the order of both."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T")
Match = tuple[int | None, int | None]
"""Where two items stand that belong together, or where one stands that has no counterpart."""
Numbers = NDArray[np.int32]


def align(before: Sequence[T], after: Sequence[T], likeness: Callable[[T, T], int], *, gap: int = 0) -> list[Match]:
    """Return which items of two sequences belong together, every item once, what was removed before what was added.

    The matches are those of the largest sum of likenesses that keeps both orders, less `gap` for every stretch without
    matches however long, so that what is new stands together (Needleman and Wunsch 1970; Gotoh 1982). They are the
    first of several that are as good. What has a likeness of 0 is never matched. Items are hashed, so that the
    likeness of equal ones is asked for once.
    """
    scores = _scores(before, after, likeness)
    return list(_walk(scores, _sums(scores, gap)))


def best_sum(before: Sequence[T], after: Sequence[T], likeness: Callable[[T, T], int]) -> int:
    """Return the largest sum of likenesses of items that belong together, gaps for free."""
    return int(_sums(_scores(before, after, likeness), 0).joined[0, 0])


@dataclass(frozen=True)
class _Sums:
    """At (i, j) the largest sum for what stands from i on before and from j on after.

    `joined` where a stretch without matches would have to be begun, and `apart` where one is going on.
    """

    joined: Numbers
    apart: Numbers


def _scores(before: Sequence[T], after: Sequence[T], likeness: Callable[[T, T], int]) -> Numbers:
    """Return the likeness of every item before (rows) with every item after (columns)."""
    rows, columns = ({item: number for number, item in enumerate(dict.fromkeys(items))} for items in (before, after))
    table = np.zeros((len(rows), len(columns)), np.int32)
    for left, row in rows.items():
        table[row] = [likeness(left, right) for right in columns]
    return table[np.ix_([rows[item] for item in before], [columns[item] for item in after])]


def _sums(scores: Numbers, gap: int) -> _Sums:
    """Return the sums from the end on: a row follows from the one below it by one running maximum."""
    height, width = scores.shape
    apart, joined = np.zeros((height + 1, width + 1), np.int32), np.zeros((height + 1, width + 1), np.int32)
    joined[height, :width] = -gap
    for row in reversed(range(height)):
        matched = np.append(np.where(scores[row] > 0, scores[row] + joined[row + 1, 1:], -gap), -gap)
        reached = np.maximum(matched, apart[row + 1])
        apart[row] = np.maximum.accumulate(reached[::-1])[::-1]
        joined[row] = np.maximum(matched, apart[row] - gap)
    return _Sums(joined, apart)


def _walk(scores: Numbers, sums: _Sums) -> Iterator[Match]:
    (height, width), row, column, best = scores.shape, 0, 0, sums.joined
    while row < height or column < width:
        if row < height and column < width and _is_match(scores, sums, best, row, column):
            yield row, column
            row, column, best = row + 1, column + 1, sums.joined
            continue
        best = sums.apart
        if row < height and best[row + 1, column] == best[row, column]:
            yield row, None
            row += 1
        else:
            yield None, column
            column += 1


def _is_match(scores: Numbers, sums: _Sums, best: Numbers, row: int, column: int) -> bool:
    score = scores[row, column]
    return bool(score > 0 and best[row, column] == score + sums.joined[row + 1, column + 1])
