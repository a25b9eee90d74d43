"""Where a tensor in a traced run comes from, noted on the tensor itself, so that it is forgotten with it."""

from collections.abc import Iterable
from typing import Any

from torch import Tensor

from cnnviz.network.connections import Sources


def mark(made: Iterable[Tensor], sources: Sources) -> None:
    """Note the paths of what made tensors."""
    for tensor in made:
        tensor.cnnviz_sources = sources  # type: ignore[attr-defined]


def sources_of(inputs: Iterable[Tensor]) -> Sources:
    """Return the paths of what made tensors, each once, in order; parameters and constants have none."""
    return tuple(dict.fromkeys([path for tensor in inputs for path in getattr(tensor, "cnnviz_sources", ())]))


def told_apart(output: Any, inputs: list[Tensor]) -> Any:
    """Return an output, or its like where it is one of the inputs, as after Identity, so that each has its origin."""
    if isinstance(output, Tensor) and any(tensor is output for tensor in inputs):
        return output.detach()
    return output
