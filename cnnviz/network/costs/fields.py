"""The arithmetic of receptive fields along one side of an image: through a layer, and where branches meet."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from cnnviz.network.windows import Window

Span = tuple[float, float]
"""The first and last pixel of an interval; (inf, -inf) where there is none."""

_LONGEST_PATTERN = 4096  # positions; what repeats later than that is cut there


@dataclass(frozen=True)
class Law:
    """Which pixels each position sees, on an image without edges.

    The pattern repeats: `len(spans)` positions further it is the same, moved on by `shift` pixels.
    """

    spans: tuple[Span, ...]
    shift: int

    @property
    def stride(self) -> Fraction:
        """Pixels from one position to the next, on average."""
        return Fraction(self.shift, len(self.spans))

    def at(self, position: int) -> Span:
        """Return what a position sees."""
        turns, phase = divmod(position, len(self.spans))
        low, high = self.spans[phase]
        return low + turns * self.shift, high + turns * self.shift

    def through(self, window: Window) -> "Law":
        """Return the law behind a layer: each of its positions sees what the positions in its window see."""
        if len(self.spans) == len(window.steps) == 1:  # as in networks that only slide windows, where it is quicker
            steps, (low, high) = window.steps[0], self.spans[0]
            return Law(((low + steps[0] * self.shift, high + steps[-1] * self.shift),), self.shift * window.shift)
        turns = len(self.spans) // math.gcd(len(self.spans), window.shift)
        length = len(window.steps) * turns
        shift = self.shift * window.shift * turns // len(self.spans)
        kept = min(length, _LONGEST_PATTERN)
        return Law(tuple(around(map(self.at, window.at(each))) for each in range(kept)), shift * kept // length)

    def beside(self, other: "Law") -> "Law":
        """Return the law of what two laws of equal stride see together."""
        length = min(math.lcm(len(self.spans), len(other.spans)), _LONGEST_PATTERN)
        spans = (around((self.at(position), other.at(position))) for position in range(length))
        return Law(tuple(spans), int(self.stride * length))


@dataclass(frozen=True)
class Field:
    """Which pixels each position of a map sees along one side.

    There is one law, or one for each stride where branches of different strides meet. `reach` is what all of the
    map's positions see together of the real image, which ends at its edges.
    """

    laws: tuple[Law, ...]
    reach: Span

    def at(self, position: int) -> Span:
        """Return what a position sees, as if the image went on beyond its edges."""
        return around(law.at(position) for law in self.laws)

    def spans(self, positions: int) -> list[Span]:
        """Return what so many positions see, those of one turn of the pattern where it repeats."""
        turn = len(self.laws[0].spans) if len(self.laws) == 1 else positions
        return [self.at(position) for position in range(min(positions, turn))]

    def stride(self, positions: int) -> float:
        """Return the pixels from one position to the next, on average over so many positions."""
        if len(self.laws) == 1 or positions == 1:
            return max(law.shift / len(law.spans) for law in self.laws)
        return (centre(self.at(positions - 1)) - centre(self.at(0))) / (positions - 1)

    def through(self, window: Window, *, inputs: int, outputs: int) -> "Field":
        """Return the field behind a layer that makes `outputs` positions of `inputs`."""
        laws = tuple(law.through(window) for law in self.laws)
        turn = max(len(law.spans) for law in laws)
        seen = around(map(self.at, window.used(inputs=inputs, outputs=outputs, turn=turn)))
        return Field(laws, _within(seen, self.reach))

    def whole(self) -> "Field":
        """Return the field of what looks at all positions of the map."""
        return Field((Law((self.reach,), shift=0),), self.reach)

    def beside(self, other: "Field") -> "Field":
        """Return the field of what two branches see together; all of the image where one of them sees it all."""
        laws = {law.stride: law for law in self.laws}
        for law in other.laws:
            laws[law.stride] = laws[law.stride].beside(law) if law.stride in laws else law
        joined = Field(tuple(laws.values()), around((self.reach, other.reach)))
        return joined.whole() if 0 in laws else joined


def image_field(pixels: int) -> Field:
    """Return the field of the image itself: each pixel sees itself."""
    return Field((Law(((0, 0),), shift=1),), (0, pixels - 1))


def around(spans: Iterable[Span]) -> Span:
    """Return the smallest interval around all of them."""
    low, high = math.inf, -math.inf
    for first, last in spans:
        low, high = min(low, first), max(high, last)
    return low, high


def _within(span: Span, limits: Span) -> Span:
    low, high = max(span[0], limits[0]), min(span[1], limits[1])
    return (low, high) if low <= high else around(())


def centre(span: Span) -> float:
    """Return the middle of an interval."""
    return (span[0] + span[1]) / 2
