"""A network's drawing as a file: SVG, PNG, or a LaTeX document of TikZ."""

from collections.abc import Callable, Mapping
from pathlib import PurePath
from typing import Literal, get_args

from cnnviz.drawing.scene import Scene
from cnnviz.drawing.styles import STYLES
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
    selected: str = "",
    dark: bool = False,
) -> bytes:
    """Return a drawing of a network, or of a module's summary, as the bytes of a file.

    `style` is one of `STYLES`: volumes, blocks, graph or costs. `depth` is the number of levels drawn: at 2 the layers
    inside blocks are. The layer at the path `selected` is marked. A network that does not fit is drawn up to there.
    Raises SpecError for an unknown style or format.
    """
    if style not in STYLES:
        raise SpecError(f"there is no style {shorten(style)}; a network is drawn as {', '.join(STYLES)}")
    if format not in _WRITERS:
        raise SpecError(f"there is no format {shorten(format)}; drawings are written as {', '.join(_WRITERS)}")
    summary = summarize(network) if isinstance(network, Network) else network
    scene = STYLES[style](summary, depth=depth, selected=selected)
    return _WRITERS[format](scene, DARK if dark else LIGHT)


def format_of(file_name: str) -> Format:
    """Return the format that a file's name ends with.

    Raises SpecError naming the endings there are.
    """
    ending = PurePath(file_name).suffix.lower().removeprefix(".")
    for known in get_args(Format):
        if ending == known:
            return known  # type: ignore[no-any-return]
    raise SpecError(f"{file_name[:200]}: the file's name must end with .{', .'.join(get_args(Format))}")


def _png(scene: Scene, theme: Theme) -> bytes:
    from cnnviz.drawing.png import png

    return png(scene, theme=theme)


_WRITERS: Mapping[str, Callable[[Scene, Theme], bytes]] = {
    "svg": lambda scene, theme: svg(scene, theme=theme).encode(),
    "png": _png,
    "tex": lambda scene, theme: tikz(scene, theme=theme).encode(),
}
