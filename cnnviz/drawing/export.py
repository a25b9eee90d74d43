"""A network's drawing as a file: SVG, PNG, or a LaTeX document of TikZ."""

from collections.abc import Callable, Collection, Mapping
from pathlib import PurePath
from typing import Literal, get_args

from cnnviz.drawing.costs.hints import cost_hints
from cnnviz.drawing.kernels import Which
from cnnviz.drawing.scene import Scene
from cnnviz.drawing.styles import STYLES, Look
from cnnviz.drawing.svg import svg
from cnnviz.drawing.theme import DARK, LIGHT, Theme
from cnnviz.drawing.tikz import tikz
from cnnviz.errors import SpecError, shorten
from cnnviz.network.spec import Network
from cnnviz.network.summary import Summary, summarize

Format = Literal["svg", "png", "tex"]


def draw(
    network: Network | Summary,
    *,
    style: str = "volumes",
    format: Format = "svg",
    depth: int = 1,
    toggled: Collection[str] = (),
    selected: str = "",
    linear: bool = False,
    windows: Which = "all",
    dark: bool = False,
) -> bytes:
    """Return a drawing of a network, or of a module's summary, as the bytes of a file.

    `style` is one of `STYLES`: volumes, blocks, graph or costs. `depth` is the number of levels drawn: at 2 the layers
    inside blocks are; blocks whose paths are in `toggled` are drawn the other way. The layer at the path `selected` is
    marked. Volumes have a log scale unless it is `linear`, and the window of each layer that `windows` names, "all",
    "selected" or "none", on its input. A network that does not fit is drawn up to there.
    Raises SpecError for an unknown style, format or choice of windows.
    """
    for what, given, known in (("style", style, STYLES), ("format", format, _WRITERS), ("windows", windows, _WINDOWS)):
        if given not in known:
            raise SpecError(f"there is no {what} {shorten(given)}; it is one of {', '.join(known)}")
    summary = summarize(network) if isinstance(network, Network) else network
    scene = STYLES[style](summary, Look(depth, frozenset(toggled), selected, linear, windows)).still
    return _WRITERS[format](scene, cost_hints(summary), DARK if dark else LIGHT)


def format_of(file_name: str) -> Format:
    """Return the format that a file's name ends with.

    Raises SpecError naming the endings there are.
    """
    ending = PurePath(file_name).suffix.lower().removeprefix(".")
    for known in get_args(Format):
        if ending == known:
            return known  # type: ignore[no-any-return]
    raise SpecError(f"{file_name[:200]}: the file's name must end with .{', .'.join(get_args(Format))}")


def _svg(scene: Scene, hints: Mapping[str, str], theme: Theme) -> bytes:
    return svg(scene, theme=theme, hints=hints).encode()


def _png(scene: Scene, hints: Mapping[str, str], theme: Theme) -> bytes:
    from cnnviz.drawing.png import png

    return png(scene, theme=theme)


def _tikz(scene: Scene, hints: Mapping[str, str], theme: Theme) -> bytes:
    return tikz(scene, theme=theme).encode()


_WINDOWS: tuple[str, ...] = get_args(Which)
_WRITERS: Mapping[str, Callable[[Scene, Mapping[str, str], Theme], bytes]] = {"svg": _svg, "png": _png, "tex": _tikz}
