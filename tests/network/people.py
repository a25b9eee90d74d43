"""Modules as people write them, and what to ask of their summaries."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cnnviz.network.summary import Row, Summary


class Functional(nn.Module):
    """A network as people write it: layers for the weights, functions for the rest."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 3, padding=1)
        self.conv2 = nn.Conv2d(8, 8, 3, padding=1, bias=False)
        self.fc = nn.Linear(16, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = torch.cat([x, x + self.conv2(x)], dim=1)
        return self.fc(F.adaptive_avg_pool2d(x, 1).flatten(1))


class LooksAtValues(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.attention = nn.MultiheadAttention(4, 2, batch_first=True)
        self.proj = nn.Linear(3, 4)

    def forward(self, x: Tensor) -> Tensor:
        x = self.proj(x.flatten(2).transpose(1, 2))
        if x.sum().item() > 1e9:
            x = -x
        return self.attention(x, x, x, need_weights=False)[0]


def by_path(summary: Summary) -> dict[str, Row]:
    return {row.path: row for row in summary.rows}


def total_params(module: nn.Module) -> int:
    return sum(param.numel() for param in module.parameters())
