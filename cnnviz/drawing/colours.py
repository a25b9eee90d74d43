"""One colour a layer role, the same in lists, tables, charts and drawings.

The palette is Okabe and Ito's (2008), which readers with any common colour blindness tell apart, on white and on dark.
"""

from collections.abc import Mapping

from cnnviz.network.kinds import Role
from cnnviz.network.layers import LAYERS

ROLE_COLOURS: Mapping[Role, str] = {
    "convolution": "#0072b2",
    "pooling": "#e69f00",
    "linear": "#009e73",
    "activation": "#cc79a7",
    "normalisation": "#56b4e9",
    "regularisation": "#d55e00",
    "reshape": "#999999",
    "merge": "#f0e442",
    "block": "#5e60ce",
}


def kind_colour(kind: str) -> str:
    """Return the colour of a layer kind, as "#rrggbb"."""
    return ROLE_COLOURS[LAYERS[kind].role]
