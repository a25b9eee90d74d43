"""A scene as SVG text, for files and documents."""

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from xml.sax.saxutils import escape, quoteattr

from cnnviz.drawing.scene import Line, Paint, Point, Polygon, Scene, Shape, Text
from cnnviz.drawing.theme import LIGHT, Theme

_MARGIN = 12.0
_FONT = "Inter, Helvetica, Arial, sans-serif"


def svg(scene: Scene, *, theme: Theme = LIGHT, background: bool = True, hints: Mapping[str, str] | None = None) -> str:
    """Return a scene as an SVG document, as large as what is drawn and a margin around it.

    `hints` are what is told of layers, by path, where a person points at them.
    """
    left, top, right, bottom = scene.bounds
    x, y, width, height = left - _MARGIN, top - _MARGIN, right - left + 2 * _MARGIN, bottom - top + 2 * _MARGIN
    box = f"{_n(x)} {_n(y)} {_n(width)} {_n(height)}"
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" width="{_n(width)}" height="{_n(height)}" '
        f'font-family="{_FONT}" role="img">',
        f"<title>{escape(scene.title)}</title>",
    ]
    if background:
        fill = theme.colour(Paint("paper"))
        lines.append(f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}" fill="{fill}"/>')
    lines += _elements(scene.shapes, theme, hints or {})
    return "\n".join([*lines, "</svg>", ""])


def _elements(shapes: Sequence[Shape], theme: Theme, hints: Mapping[str, str]) -> Iterator[str]:
    """Yield a line for each shape, those of a layer of which something is told in a group."""
    for owner, group in groupby(shapes, key=lambda shape: shape.owner):
        elements = [_element(shape, theme) for shape in group]
        yield from [f"<g><title>{escape(hints[owner])}</title>", *elements, "</g>"] if owner in hints else elements


def _element(shape: Shape, theme: Theme) -> str:
    owner = f" data-layer={quoteattr(shape.owner)}" if shape.owner else ""
    match shape:
        case Polygon():
            fill = _fill(shape.fill, theme)
            stroke = _stroke(shape.stroke, shape.width, shape.dashed, theme) if shape.stroke else ""
            folds = f" data-fold={quoteattr(shape.folds)}" if shape.folds else ""
            return f'<polygon points="{_points(shape.points)}"{fill}{stroke}{owner}{folds}/>'
        case Line():
            stroke = _stroke(shape.stroke, shape.width, shape.dashed, theme)
            head = _arrowhead(shape, theme) if shape.arrow else ""
            if shape.curved:
                return f'<path d="{_curve(shape.points)}" fill="none"{stroke}{owner}/>{head}'
            return f'<polyline points="{_points(shape.points)}" fill="none"{stroke}{owner}/>{head}'
        case Text():
            bold = ' font-weight="600"' if shape.bold else ""
            return (
                f'<text x="{_n(shape.at[0])}" y="{_n(shape.at[1])}" font-size="{_n(shape.size)}" '
                f'text-anchor="{shape.anchor}"{bold}{_fill(shape.tone, theme)}{owner}>{escape(shape.text)}</text>'
            )


def _arrowhead(line: Line, theme: Theme) -> str:
    (x0, y0), (x, y) = line.points[-2:]
    length = math.hypot(x - x0, y - y0) or 1.0
    along, across = ((x - x0) / length * 6, (y - y0) / length * 6), ((y0 - y) / length * 3, (x - x0) / length * 3)
    back = (x - along[0], y - along[1])
    wings = ((back[0] + across[0], back[1] + across[1]), (back[0] - across[0], back[1] - across[1]))
    return f'<polygon points="{_points(((x, y), *wings))}"{_fill(line.stroke, theme)}/>'


def _fill(paint: Paint | None, theme: Theme) -> str:
    if paint is None:
        return ' fill="none"'
    opacity = f' fill-opacity="{_n(paint.opacity)}"' if paint.opacity < 1 else ""
    return f' fill="{theme.colour(paint)}"{opacity}'


def _stroke(paint: Paint, width: float, dashed: bool, theme: Theme) -> str:
    dash = ' stroke-dasharray="4 3"' if dashed else ""
    return f' stroke="{theme.colour(paint)}" stroke-width="{_n(width)}" stroke-linejoin="round"{dash}'


def _points(points: Sequence[Point]) -> str:
    return " ".join(f"{_n(x)},{_n(y)}" for x, y in points)


def _curve(points: Sequence[Point]) -> str:
    start, *others = points
    return f"M{_points([start])} C{_points(others)}"


def _n(number: float) -> str:
    """Write a number with at most two decimals."""
    return f"{number:.2f}".rstrip("0").rstrip(".") if round(number, 2) else "0"
