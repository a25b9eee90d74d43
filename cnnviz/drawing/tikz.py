"""A scene as a LaTeX document of TikZ pictures, for plain pdflatex."""

from collections.abc import Sequence

from cnnviz.drawing.latex import latex_text
from cnnviz.drawing.scene import Line, Paint, Point, Polygon, Scene, Shape, Text
from cnnviz.drawing.theme import LIGHT, Theme

_POINTS_PER_PIXEL = 0.75
_MOST_PT = 14_000.0  # TeX's largest length is 16,383 pt
_ANCHORS = {"start": "base west", "middle": "base", "end": "base east"}


def tikz(scene: Scene, *, theme: Theme = LIGHT) -> str:
    """Return a scene as a document of the standalone class, in which one pixel is three quarters of a point."""
    left, top, right, bottom = scene.bounds
    unit = _POINTS_PER_PIXEL * min(1.0, _MOST_PT / max(right - left, bottom - top, 1.0))
    paints = sorted({theme.colour(paint) for shape in scene.shapes for paint in _paints(shape)})
    lines = [
        r"\documentclass[tikz,border=4pt]{standalone}",
        r"\usepackage[utf8]{inputenc}",
        r"\usepackage{helvet}",
        *(rf"\definecolor{{c{code[1:]}}}{{HTML}}{{{code[1:].upper()}}}" for code in paints),
        r"\begin{document}",
        rf"\begin{{tikzpicture}}[x={unit:.4f}pt, y=-{unit:.4f}pt, line join=round, font=\sffamily]",
        *(_command(shape, theme, unit) for shape in scene.shapes),
        r"\end{tikzpicture}",
        r"\end{document}",
    ]
    return "\n".join(lines) + "\n"


def _paints(shape: Shape) -> list[Paint]:
    match shape:
        case Polygon():
            return [paint for paint in (shape.fill, shape.stroke) if paint]
        case Line():
            return [shape.stroke]
        case Text():
            return [shape.tone]


def _command(shape: Shape, theme: Theme, unit: float) -> str:
    match shape:
        case Polygon():
            fill = [f"fill={_name(shape.fill, theme)}, fill opacity={shape.fill.opacity:g}"] if shape.fill else []
            draw = _pen(shape.stroke, shape.width, shape.dashed, theme, unit) if shape.stroke else []
            return rf"\path[{', '.join(fill + draw)}] {_path(shape.points)} -- cycle;"
        case Line():
            arrow = ["->"] if shape.arrow else []
            pen = _pen(shape.stroke, shape.width, shape.dashed, theme, unit)
            path = _curve(shape.points) if shape.curved else _path(shape.points)
            return rf"\path[{', '.join(pen + arrow)}] {path};"
        case Text():
            size = shape.size * unit
            words = latex_text(shape.text)
            bold = r"\bfseries " if shape.bold else ""
            font = rf"\fontsize{{{size:.1f}}}{{{1.2 * size:.1f}}}\selectfont "
            style = f"anchor={_ANCHORS[shape.anchor]}, inner sep=0, text={_name(shape.tone, theme)}"
            return rf"\node[{style}] at {_point(shape.at)} {{{font}{bold}{words}}};"


def _pen(paint: Paint, width: float, dashed: bool, theme: Theme, unit: float) -> list[str]:
    return [f"draw={_name(paint, theme)}", f"line width={width * unit:.2f}pt", *(["densely dashed"] if dashed else [])]


def _name(paint: Paint, theme: Theme) -> str:
    return f"c{theme.colour(paint)[1:]}"


def _path(points: Sequence[Point]) -> str:
    return " -- ".join(map(_point, points))


def _curve(points: Sequence[Point]) -> str:
    start, first, second, end = map(_point, points)
    return f"{start} .. controls {first} and {second} .. {end}"


def _point(point: Point) -> str:
    return f"({point[0]:.2f}, {point[1]:.2f})"
