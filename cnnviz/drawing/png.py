"""An SVG document as a PNG image, without a browser."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

import resvg_py

from cnnviz.drawing.scene import Scene
from cnnviz.drawing.svg import svg
from cnnviz.drawing.theme import LIGHT, Theme

_ZOOM = 2.0  # pixels of the image for each of the drawing, for screens and paper of today
_MOST_PIXELS = 60_000_000
_FONT = "Source Sans Pro"


def png(scene: Scene, *, theme: Theme = LIGHT) -> bytes:
    """Return a scene as a PNG image, twice as many pixels wide as the scene is, or fewer where it is very large."""
    left, top, right, bottom = scene.bounds
    most = (_MOST_PIXELS / max(1.0, (right - left) * (bottom - top))) ** 0.5
    image = resvg_py.svg_to_bytes(
        svg_string=svg(scene, theme=theme),
        zoom=min(_ZOOM, most),
        skip_system_fonts=True,  # the same image on every machine, also on one without fonts
        font_dirs=[str(_fonts())],
        font_family=_FONT,
        sans_serif_family=_FONT,
    )
    return bytes(image)


@cache
def _fonts() -> Path:
    """Return the folder of the font's files, which its package has beside code that no longer runs."""
    spec = find_spec("font_source_sans_pro")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "files"
