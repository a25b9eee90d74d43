"""What a network costs, as drawings: each layer's bars, where the costs are, and how they follow the image's size."""

from cnnviz.drawing.costs.bars import cost_bars as cost_bars
from cnnviz.drawing.costs.sheet import costs as costs
from cnnviz.drawing.costs.sweep import sweep_lines as sweep_lines
from cnnviz.drawing.costs.towers import cost_map as cost_map
