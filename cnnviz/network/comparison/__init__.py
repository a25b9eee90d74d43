"""How two networks differ, layer by layer."""

from cnnviz.network.comparison.items import Item
from cnnviz.network.comparison.pairs import Change, Comparison, Pair, Setting, compare

__all__ = ["Change", "Comparison", "Item", "Pair", "Setting", "compare"]
