"""The containers that PyTorch has no class for."""

import torch
from torch import Tensor, nn


class Residual(nn.Module):
    """Adds a body's output to its input, or to the output of a shortcut; without one the input is added."""

    def __init__(self, body: nn.Module, shortcut: nn.Module | None = None) -> None:
        super().__init__()
        self.body = body
        self.shortcut = shortcut or nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        """Return an output of shape (N, C, H, W)."""
        out: Tensor = self.body(x) + self.shortcut(x)
        return out


class Concat(nn.ModuleList):
    """Gives its input (N, C, H, W) to every branch and joins their outputs on channels."""

    def __init__(self, *branches: nn.Module) -> None:
        super().__init__(branches)

    def forward(self, x: Tensor) -> Tensor:
        """Return an output of shape (N, sum of the branches' C, H, W)."""
        return torch.cat([branch(x) for branch in self], dim=1)


class Gate(nn.Module):
    """Multiplies its input by its body's output, which has the input's shape or is (N, C, 1, 1)."""

    def __init__(self, body: nn.Module) -> None:
        super().__init__()
        self.body = body

    def forward(self, x: Tensor) -> Tensor:
        """Return an output of the input's shape."""
        out: Tensor = x * self.body(x)
        return out
