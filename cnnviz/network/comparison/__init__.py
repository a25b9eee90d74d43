"""How two networks differ, layer by layer."""

from cnnviz.network.comparison.items import Item
from cnnviz.network.comparison.pairs import Comparison, Pair, Setting, compare

__all__ = ["Comparison", "Item", "Pair", "Setting", "compare"]
