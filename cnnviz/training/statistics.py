"""How each layer fares in a step: its gradient, how far its weights moved, and how many of its units are dead."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from cnnviz.training.events import LayerStatistics

ACTIVATIONS = (nn.ReLU, nn.ReLU6, nn.Hardswish)
"""Those that make 0 of what they shut off: a unit that gives nothing else learns nothing more."""


class Observer:
    """Watches a module's layers with weights, in the steps where it is asked to and in no others.

    Everything stays on the device until the step is done, and is fetched at once.
    """

    def __init__(self, module: nn.Module) -> None:
        self._layers = {name: layer for name, layer in module.named_modules() if _has_weights(layer)}
        self._activations = [layer for layer in module.modules() if isinstance(layer, ACTIVATIONS)]
        self._last: str | None = None
        self._dead: dict[str, Tensor] = {}

    @contextmanager
    def step(self) -> Iterator[Callable[[], tuple[LayerStatistics, ...]]]:
        """Watch the step taken inside; what is given returns the statistics after it."""
        before = {name: _weight(layer).detach().clone() for name, layer in self._layers.items()}
        self._last, self._dead = None, {}
        handles = [layer.register_forward_hook(self._remember(name)) for name, layer in self._layers.items()]
        handles += [layer.register_forward_hook(self._count_dead) for layer in self._activations]
        try:
            yield lambda: self._statistics(before)
        finally:
            for handle in handles:
                handle.remove()

    def _remember(self, name: str) -> Callable[..., None]:
        def hook(*_: Any) -> None:
            self._last = name

        return hook

    def _count_dead(self, layer: nn.Module, inputs: Any, output: Tensor) -> None:
        """Count the units that are 0 for the whole batch (N, units, …), for the layer that fed this activation."""
        if self._last is not None and self._last not in self._dead and output.dim() > 1:
            active = (output.detach() != 0).transpose(0, 1).flatten(1).any(dim=1)
            self._dead[self._last] = 1 - active.float().mean()

    @torch.no_grad()
    def _statistics(self, before: dict[str, Tensor]) -> tuple[LayerStatistics, ...]:
        names = [name for name in before if _weight(self._layers[name]).grad is not None]
        if not names:
            return ()
        weights = [_weight(self._layers[name]) for name in names]
        norms = [weight.grad.norm() for weight in weights if weight.grad is not None]
        moved = [(w - before[n]).norm() / before[n].norm() for n, w in zip(names, weights, strict=True)]
        numbers = torch.stack([*norms, *moved, *(self._dead[name] for name in names if name in self._dead)]).tolist()
        dead = dict(zip((name for name in names if name in self._dead), numbers[2 * len(names) :], strict=True))
        rows = zip(names, numbers, numbers[len(names) :], strict=False)
        return tuple(LayerStatistics(name, norm, ratio, dead.get(name)) for name, norm, ratio in rows)


def _has_weights(layer: nn.Module) -> bool:
    """Whether a layer has a matrix or filters of its own; those of a normalisation are no more than scales."""
    weight = getattr(layer, "weight", None)
    return isinstance(weight, nn.Parameter) and weight.dim() > 1 and weight.requires_grad


def _weight(layer: nn.Module) -> nn.Parameter:
    weight = layer.weight
    assert isinstance(weight, nn.Parameter)
    return weight
