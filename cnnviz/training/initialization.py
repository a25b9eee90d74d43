"""The first weights of a network: the book's, PyTorch's own, or Kaiming's."""

from collections.abc import Callable, Mapping

from torch import Tensor, nn

INITIALIZATIONS: Mapping[str, Callable[[Tensor], Tensor] | None] = {
    "xavier": nn.init.xavier_uniform_,
    "pytorch": None,  # what the layers drew when they were made
    "kaiming": lambda weight: nn.init.kaiming_normal_(weight, nonlinearity="relu"),
}
"""What draws the weights of a layer anew, by a recipe's `initialization`."""


def initialize(module: nn.Module, name: str = "xavier") -> None:
    """Draw the weights of Linear and Conv2d layers anew, in the modules' order; biases and all else stay.

    As the book does, only layers of exactly these types are drawn.
    """
    draw = INITIALIZATIONS[name]
    if draw is None:
        return
    for layer in module.modules():
        if type(layer) is nn.Linear or type(layer) is nn.Conv2d:
            draw(layer.weight)
