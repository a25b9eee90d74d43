"""Why a layer has the numbers it has: its formulas, what it does, and its share of what the network costs."""

from cnnviz.network.explanation.explaining import explain
from cnnviz.network.explanation.records import Explanation, Formula, Share

__all__ = ["Explanation", "Formula", "Share", "explain"]
