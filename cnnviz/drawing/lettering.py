"""How wide words are drawn, by Helvetica's widths, which Arial shares; other sans-serif fonts are about as wide."""

from collections.abc import Mapping

_BY_WIDTH: Mapping[int, str] = {
    222: "ijl",
    260: "|",
    278: " !,./:;I[]ft\\",
    333: "()-r",
    389: "*",
    500: "Jcksvxyz",
    556: "0123456789Labdeghnopqu_?$",
    584: "+<=>×÷−~",
    611: "FTZ",
    667: "ABEKPSVXY&",
    722: "CDHNRUw",
    778: "GOQ",
    833: "Mm",
    889: "%",
    944: "W",
    1000: "…—",
}
"""Characters by their width in thousandths of the font's size."""

_WIDTHS: Mapping[str, int] = {letter: width for width, letters in _BY_WIDTH.items() for letter in letters}
_OTHERS = 600
_ROOM = 1.05  # for fonts that are a little wider


def text_width(text: str, size: float) -> float:
    """Return about how wide a text is drawn at a font size; most fonts need a little less."""
    return _ROOM * size * sum(_WIDTHS.get(letter, _OTHERS) for letter in text) / 1000
