"""A summary's rows as the tree they came from."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from cnnviz.network.summary import Row


@dataclass(frozen=True)
class Tree:
    """A row and the rows inside it: one part in a block, the branches in a container that merges them."""

    row: Row
    parts: tuple[tuple["Tree", ...], ...] = ()


def trees(rows: Sequence[Row]) -> tuple[Tree, ...]:
    """Return rows, each block or container before the rows inside it, as trees."""
    found: list[Tree] = []
    index = 0
    while index < len(rows):
        row, end = rows[index], index + 1
        while end < len(rows) and rows[end].depth > row.depth:
            end += 1
        found.append(Tree(row, _parts(row, trees(rows[index + 1 : end]))))
        index = end
    return tuple(found)


def _parts(row: Row, inside: tuple[Tree, ...]) -> tuple[tuple[Tree, ...], ...]:
    if not inside:
        return ()
    if row.role != "merge":
        return (inside,)
    return tuple(tuple(group) for _, group in groupby(inside, key=lambda tree: part_name(row, tree.row)))


def part_name(container: Row, inner: Row) -> str:
    """Return which part of a container a row lies in: "body", "shortcut" or the number of a branch."""
    return inner.path.removeprefix(f"{container.path}.").split(".")[0]
