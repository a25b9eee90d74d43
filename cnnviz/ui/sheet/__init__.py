"""A table whose cells can carry a note, marked pieces and a tone: what Streamlit's own tables cannot show."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import streamlit as st

Tone = Literal["", "same", "changed", "added", "removed"]

_HERE = Path(__file__).parent
_component = st.components.v2.component(
    "cnnviz.sheet",
    html=(_HERE / "sheet.html").read_text(encoding="utf-8"),
    css=(_HERE / "sheet.css").read_text(encoding="utf-8"),
    js=(_HERE / "sheet.js").read_text(encoding="utf-8"),
)


@dataclass(frozen=True)
class Cell:
    """What stands in a cell: a text, or pieces of which some are marked; small words before and after; words on hover.

    `span` is over how many columns it goes, and one that `is_first` in a group has a line before it.
    """

    text: str = ""
    pieces: tuple[tuple[str, bool], ...] = ()
    lead: str = ""
    note: str = ""
    title: str = ""
    is_number: bool = False
    is_head: bool = False
    is_first: bool = False
    span: int = 1


@dataclass(frozen=True)
class Line:
    """A row of cells and what is said of it by colour."""

    cells: tuple[Cell, ...]
    tone: Tone = ""


def sheet(
    key: str, head: Sequence[Line], lines: Sequence[Line], *, label: str, most_height: int = 0, even: bool = False
) -> None:
    """Show a table.

    `label` is its name for those who cannot see it. Above `most_height` pixels it scrolls. The columns of an `even` one
    are equally wide, but for the first.
    """
    data = {
        "head": [asdict(line) for line in head],
        "lines": [asdict(line) for line in lines],
        "label": label,
        "height": most_height,
        "even": even,
    }
    _component(key=key, data=data)
