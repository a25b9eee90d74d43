"""A drawing as plain geometry: polygons, lines and labels, with no backend and no colours of its own.

Lengths are in pixels at full size, x to the right and y down. A paint names a layer role, or a tone of the page, and
each backend looks it up in a theme.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from cnnviz.drawing.lettering import text_width
from cnnviz.network.kinds import Role

Point = tuple[float, float]
Tone = Literal["ink", "muted", "faint", "input", "accent", "problem", "paper", "on light"]
Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True)
class Paint:
    """A colour by what it means; `shade` from −1 (towards black) to 1 (towards white), `opacity` from 0 to 1."""

    name: Role | Tone
    shade: float = 0.0
    opacity: float = 1.0


@dataclass(frozen=True)
class Polygon:
    """A filled outline.

    `owner` is the path of the layer that it belongs to, or nothing; `folds` that of the block which a click on it
    folds or unfolds.
    """

    points: tuple[Point, ...]
    fill: Paint | None
    stroke: Paint | None = None
    width: float = 1.0
    dashed: bool = False
    owner: str = ""
    folds: str = ""


@dataclass(frozen=True)
class Line:
    """A line through points, with an arrowhead at its end where asked for.

    A curved one has four points: those of a cubic Bézier curve, of which the two in the middle only pull at it.
    """

    points: tuple[Point, ...]
    stroke: Paint
    width: float = 1.0
    dashed: bool = False
    arrow: bool = False
    owner: str = ""
    curved: bool = False


@dataclass(frozen=True)
class Text:
    """One line of words whose baseline begins, is centred or ends at `at`."""

    at: Point
    text: str
    size: float = 11.0
    tone: Paint = Paint("ink")
    anchor: Anchor = "middle"
    bold: bool = False
    owner: str = ""

    @property
    def length(self) -> float:
        """About how wide it is drawn."""
        return text_width(self.text, self.size)


Shape = Polygon | Line | Text


@dataclass(frozen=True)
class Scene:
    """Shapes in the order they are painted."""

    shapes: tuple[Shape, ...]
    title: str = ""

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """The smallest rectangle around it: left, top, right, bottom."""
        points = [point for shape in self.shapes for point in corners(shape)]
        xs, ys = [x for x, _ in points] or [0.0], [y for _, y in points] or [0.0]
        return min(xs), min(ys), max(xs), max(ys)

    @property
    def still(self) -> "Scene":
        """The scene without the marks that fold blocks, for paper."""
        shapes = (shape for shape in self.shapes if not (isinstance(shape, Polygon) and shape.folds))
        return replace(self, shapes=tuple(shapes))


def corners(shape: Shape) -> tuple[Point, ...]:
    """Return the points that a shape lies between."""
    if isinstance(shape, Line) and shape.curved:
        return tuple(_on_curve(shape.points, step / 8) for step in range(9))
    if not isinstance(shape, Text):
        return shape.points
    (x, y), length = shape.at, shape.length
    left = x - {"start": 0.0, "middle": length / 2, "end": length}[shape.anchor]
    return ((left, y - shape.size), (left + length, y + 0.3 * shape.size))


def _on_curve(points: tuple[Point, ...], share: float) -> Point:
    """Return the point of a Bézier curve so far along it."""
    weights = ((1 - share) ** 3, 3 * share * (1 - share) ** 2, 3 * share**2 * (1 - share), share**3)
    x, y = (sum(weight * point[side] for weight, point in zip(weights, points, strict=True)) for side in (0, 1))
    return x, y


def circle(centre: Point, radius: float) -> tuple[Point, ...]:
    """Return the corners of what looks like a circle."""
    angles = [2 * math.pi * step / 24 for step in range(24)]
    return tuple((centre[0] + radius * math.cos(a), centre[1] + radius * math.sin(a)) for a in angles)


def moved(shapes: Iterable[Shape], dx: float, dy: float) -> tuple[Shape, ...]:
    """Return shapes moved to the right and down."""
    return tuple(_moved(shape, dx, dy) for shape in shapes)


def _moved(shape: Shape, dx: float, dy: float) -> Shape:
    if isinstance(shape, Text):
        return replace(shape, at=(shape.at[0] + dx, shape.at[1] + dy))
    return replace(shape, points=tuple((x + dx, y + dy) for x, y in shape.points))
