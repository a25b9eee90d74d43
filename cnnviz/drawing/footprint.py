"""Where a layer's windows lie along one side of its maps."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from cnnviz.network.infer import Node
from cnnviz.network.windows import Sees, adaptive, never_seen, sliding, transposed


@dataclass(frozen=True)
class Side:
    """One side of the two maps: the one that windows lie on (the field), and the one with a cell for each window.

    `windows` are the positions of the first, second and last window; `unseen` counts those at the end of the field
    that no window reaches.
    """

    field: int
    cells: int
    windows: tuple[Sequence[int], ...]
    unseen: int = 0

    @property
    def first(self) -> int:
        """The first position of the field, negative in the padding."""
        return min(0, *(window[0] for window in self.windows))

    @property
    def last(self) -> int:
        """The position after its last one, beyond the map in the padding."""
        return max(self.field, *(window[-1] + 1 for window in self.windows))

    @property
    def second(self) -> int:
        """Which of its windows is the second: the first one again where there is only one."""
        return min(1, len(self.windows) - 1)


def _slid(node: Node, side: int) -> Side:
    assert node.output_shape is not None
    laid, cells = sliding(node.params, node.input_shape, side), node.output_shape[1 + side]
    assert laid is not None
    windows = tuple(laid.at(position) for position in _shown(cells))
    return Side(node.input_shape[1 + side], cells, windows, never_seen(node.params, node.input_shape)[side])


def _spread(node: Node, side: int) -> Side:
    """A transposed convolution is a window that slides over the output."""
    assert node.output_shape is not None
    laid, cells, field = sliding(node.params, node.input_shape, side), node.input_shape[1 + side], node.output_shape
    assert laid is not None
    windows = tuple(laid.at(position) for position in _shown(cells))
    return Side(field[1 + side], cells, windows, max(0, field[1 + side] - windows[-1][-1] - 1))


def _divided(node: Node, side: int) -> Side:
    assert node.output_shape is not None
    laid, cells, size = adaptive(node.params, node.input_shape, side), node.output_shape[1 + side], node.input_shape
    windows = tuple(laid.at(position) for position in _shown(cells)) if laid else (range(size[1 + side]),)
    return Side(size[1 + side], cells, windows)


def _shown(cells: int) -> tuple[int, ...]:
    """Return the first, second and last position of so many."""
    return tuple(sorted({0, min(1, cells - 1), cells - 1}))


SIDES: Mapping[Sees, Callable[[Node, int], Side]] = {sliding: _slid, transposed: _spread, adaptive: _divided}
"""Given a layer that fits and the side, 0 for height, by how it looks at its input."""
