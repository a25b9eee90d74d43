"""PyTorch's optimizers as recipes name them."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import torch
from torch import nn

from cnnviz.training.recipe import Recipe

Settings = Mapping[str, Any]

OPTIMIZERS: Mapping[str, tuple[Callable[..., torch.optim.Optimizer], Callable[[Recipe], Settings]]] = {
    "sgd": (torch.optim.SGD, lambda recipe: {"momentum": recipe.momentum, "nesterov": recipe.nesterov, "fused": True}),
    "adam": (torch.optim.Adam, lambda recipe: {"fused": True}),
    "adamw": (torch.optim.AdamW, lambda recipe: {"fused": True}),
    "rmsprop": (torch.optim.RMSprop, lambda recipe: {"momentum": recipe.momentum}),
}
"""Each with the settings that only it takes; fused ones take a step in one pass over the weights."""


def make_optimizer(parameters: Iterable[nn.Parameter], recipe: Recipe) -> torch.optim.Optimizer:
    """Return the recipe's optimizer of the parameters that are trained."""
    kind, settings = OPTIMIZERS[recipe.optimizer]
    trained = [parameter for parameter in parameters if parameter.requires_grad]
    return kind(trained, lr=recipe.lr, weight_decay=recipe.weight_decay, **settings(recipe))


def optimizer_state(optimizer: torch.optim.Optimizer) -> dict[str, dict[str, Any]]:
    """Return what the optimizer remembers of each parameter, by the parameter's number as text."""
    return {str(number): dict(state) for number, state in optimizer.state_dict()["state"].items()}


def restore_optimizer(optimizer: torch.optim.Optimizer, state: Mapping[str, Mapping[str, Any]]) -> None:
    """Give the optimizer back what it remembered; its settings stay the recipe's.

    What has a parameter's shape gets its layout in memory too, which a fused step relies on.
    """
    parameters = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    remembered = {
        int(number): {name: _as_laid_out(value, parameters[int(number)]) for name, value in each.items()}
        for number, each in state.items()
    }
    optimizer.load_state_dict({"state": remembered, "param_groups": optimizer.state_dict()["param_groups"]})


def _as_laid_out(value: Any, parameter: nn.Parameter) -> Any:
    if not isinstance(value, torch.Tensor) or value.shape != parameter.shape:
        return value
    return torch.empty_like(parameter, dtype=value.dtype).copy_(value).detach()
