"""The colours that a scene's paints stand for, on a light and on a dark page."""

from collections.abc import Mapping
from dataclasses import dataclass

from cnnviz.drawing.colours import ROLE_COLOURS
from cnnviz.drawing.scene import Paint, Tone
from cnnviz.network.kinds import Role

_ROLES: Mapping[Role | Tone, str] = {role: code for role, code in ROLE_COLOURS.items()}  # noqa: C416


@dataclass(frozen=True)
class Theme:
    """The tones of a page as "#rrggbb"; roles have the same colour on each."""

    tones: Mapping[Role | Tone, str]

    def colour(self, paint: Paint) -> str:
        """Return a paint's colour as "#rrggbb", its shade mixed in; its opacity is left to the backend."""
        code = self.tones[paint.name] if paint.name in self.tones else _ROLES[paint.name]
        red, green, blue = (int(code[place : place + 2], 16) for place in (1, 3, 5))
        towards, share = (255, paint.shade) if paint.shade > 0 else (0, -paint.shade)
        mixed = [round(part + (towards - part) * share) for part in (red, green, blue)]
        return "#{:02x}{:02x}{:02x}".format(*mixed)


LIGHT = Theme(
    {
        "ink": "#1f2430",
        "muted": "#6b7280",
        "faint": "#c3c8d1",
        "input": "#8a8f99",
        "accent": "#d62728",
        "problem": "#a8201a",
        "paper": "#ffffff",
        "on light": "#1f2430",
    }
)
DARK = Theme(
    {
        "ink": "#e8eaed",
        "muted": "#9aa3b2",
        "faint": "#4a5160",
        "input": "#8a8f99",
        "accent": "#ff6b6b",
        "problem": "#ff9a8f",
        "paper": "#14171c",
        "on light": "#1f2430",
    }
)
