"""How sizes of maps become pixels in a drawing of volumes."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from cnnviz.network.spec import Shape
from cnnviz.network.summary import Summary


@dataclass(frozen=True)
class Scale:
    """How sizes become pixels, so that several networks can be drawn to one scale; logarithmic unless `linear`."""

    side: int
    channels: int
    features: int
    linear: bool = False

    @classmethod
    def of(cls, summaries: Iterable[Summary], *, linear: bool = False) -> "Scale":
        """Return the scale at which the largest map, depth and row of values of all networks have their full size."""
        shapes = [shape for summary in summaries for shape in _shapes(summary)]
        maps = [shape for shape in shapes if len(shape) == 3]
        return cls(
            side=max((max(shape[1:]) for shape in maps), default=1),
            channels=max((shape[0] for shape in maps), default=1),
            features=max((math.prod(shape) for shape in shapes if len(shape) != 3), default=1),
            linear=linear,
        )

    def side_px(self, side: int) -> float:
        """Return the height of a map of so many pixels."""
        return 10 + 130 * self._share(side, self.side)

    def depth_px(self, channels: int) -> float:
        """Return the depth of a map of so many channels."""
        return 6 + 34 * self._share(channels, self.channels)

    def bar_px(self, features: int) -> float:
        """Return the height of a row of so many values."""
        return 14 + 136 * self._share(features, self.features)

    def _share(self, size: int, largest: int) -> float:
        return size / largest if self.linear else math.log1p(size) / math.log1p(largest)


def _shapes(summary: Summary) -> list[Shape]:
    return [summary.input_shape, *(row.output_shape for row in summary.rows if row.output_shape)]
