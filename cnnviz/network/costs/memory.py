"""The memory of training, predicted without taking it: a ledger for one batch size, and the largest batch for a budget.

What a training step holds is rehearsed on the meta device at two batch sizes. Each number of bytes is a line in the
batch size, since every tensor holds either something of each image or nothing of any, so that two points give it
exactly for all sizes. The peak is the highest of the lines of every moment in the step.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import Any

from cnnviz.errors import SpecError, shorten
from cnnviz.network.build import build
from cnnviz.network.costs.gpus import GPUS, tensor_budget
from cnnviz.network.costs.rehearsal import OPTIMIZERS, rehearse
from cnnviz.network.infer import infer_shapes, walk_nodes
from cnnviz.network.spec import Network

_BATCH_SIZES = (2, 3)  # of the rehearsals; a batch of one image is refused by BatchNorm2d on a map of one pixel
_MAX_BATCH = 2**40


@dataclass(frozen=True)
class Ledger:
    """Bytes that training holds with one batch size, in float32.

    `weight_bytes` are parameters and buffers, `optimizer_bytes` what the optimizer remembers of earlier steps,
    `saved_bytes` what the forward pass keeps for the backward pass (activations, dropout's masks, the places of the
    pools' maxima), `batch_bytes` the images and their labels. These never all exist at once, and others do for
    moments: `peak_bytes` is the most that tensors hold at any time of a step, and `inference_bytes` the most of a
    forward pass alone. `layers` tells `saved_bytes` by the path of the layer that keeps them first, in blocks and
    containers the sum of theirs; what the loss keeps is in the total only.

    A GPU needs more than its tensors: about × 1.1 for memory between them, and 0.5 to 1 GB for CUDA itself.
    """

    batch_size: int
    optimizer: str
    weight_bytes: int
    gradient_bytes: int
    optimizer_bytes: int
    saved_bytes: int
    batch_bytes: int
    peak_bytes: int
    inference_bytes: int
    layers: Mapping[str, int]

    @property
    def total_bytes(self) -> int:
        """The sum of weights, gradients, optimizer state, what is saved, and the batch."""
        kept = self.weight_bytes + self.gradient_bytes + self.optimizer_bytes
        return kept + self.saved_bytes + self.batch_bytes

    def to_dict(self) -> dict[str, Any]:
        """Return the ledger as JSON's types; the names are those of the attributes."""
        return {**asdict(self), "total_bytes": self.total_bytes}


def memory(network: Network, *, batch_size: int, optimizer: str = "sgd") -> Ledger:
    """Return what training a network holds in memory, as PyTorch does it on the CPU.

    The optimizer is one of "sgd", "momentum" (SGD with it), "rmsprop", "adam" and "adamw". On CUDA dropout keeps masks
    of a quarter of the size.
    Raises SpecError when the network does not fit together, or for a batch size or optimizer that there is not.
    """
    if type(batch_size) is not int or not 1 <= batch_size <= _MAX_BATCH:
        raise SpecError(f"batch_size must be a whole number of at least 1, not {shorten(batch_size)}")
    step = _step_of(network, optimizer)
    return Ledger(
        batch_size=batch_size,
        optimizer=optimizer,
        weight_bytes=step.weight_bytes,
        gradient_bytes=step.gradient_bytes,
        optimizer_bytes=step.optimizer_bytes,
        saved_bytes=step.saved[""].at(batch_size),
        batch_bytes=step.batch.at(batch_size),
        peak_bytes=max(line.at(batch_size) for line in step.alive),
        inference_bytes=max(line.at(batch_size) for line in step.alive_forward),
        layers={path: line.at(batch_size) for path, line in step.saved.items() if path},
    )


def largest_batch(network: Network, budget_bytes: float, *, optimizer: str = "sgd") -> int:
    """Return the largest batch size with which a training step's tensors stay within a budget; 0 where none does.

    Raises SpecError as `memory` does.
    """
    return _step_of(network, optimizer).largest_batch(budget_bytes)


def largest_batches(
    network: Network, memories: Mapping[str, float] = GPUS, *, optimizer: str = "sgd"
) -> Mapping[str, tuple[int, int]]:
    """Return, for GPUs with so many bytes of memory, the largest batch that surely fits and the largest at best.

    Raises SpecError as `memory` does.
    """
    step = _step_of(network, optimizer)
    budgets = {name: tensor_budget(memory_bytes) for name, memory_bytes in memories.items()}
    return {name: (step.largest_batch(surely), step.largest_batch(most)) for name, (surely, most) in budgets.items()}


@dataclass(frozen=True)
class _Line:
    """Bytes as a line in the batch size."""

    fixed: int
    per_image: int

    def at(self, batch_size: int) -> int:
        return self.fixed + self.per_image * batch_size

    def most(self, num_bytes: float) -> int:
        """Return the largest batch size with at most so many bytes."""
        if self.per_image <= 0:
            return _MAX_BATCH if self.at(1) <= num_bytes else 0
        return min(_MAX_BATCH, int((num_bytes - self.fixed) // self.per_image))


@dataclass(frozen=True)
class _Step:
    """What a training step holds, for any batch size."""

    weight_bytes: int
    gradient_bytes: int
    optimizer_bytes: int
    batch: _Line
    saved: Mapping[str, _Line]
    alive: frozenset[_Line]
    alive_forward: frozenset[_Line]

    def largest_batch(self, budget_bytes: float) -> int:
        """Return the largest batch size of which no moment takes more than a budget."""
        return max(0, min(line.most(budget_bytes) for line in self.alive))


@dataclass(frozen=True)
class _Question:
    """A network, known by all that it holds as Python writes it, and an optimizer."""

    text: str
    optimizer: str
    network: Network = field(compare=False)


def _step_of(network: Network, optimizer: str) -> _Step:
    if optimizer not in OPTIMIZERS:
        raise SpecError(f"optimizer must be one of {', '.join(OPTIMIZERS)}, not {shorten(optimizer)}")
    try:
        text = repr(network)
    except ValueError as error:  # Python does not write such a number
        raise SpecError("a network with a number of thousands of digits cannot be built") from error
    return _step(_Question(text, optimizer, network))


@lru_cache(maxsize=256)
def _step(question: _Question) -> _Step:
    network = question.network
    module = build(network, device="meta")
    try:
        first, second = (
            rehearse(module, network.input_shape, batch_size=batch_size, optimizer=question.optimizer)
            for batch_size in _BATCH_SIZES
        )
    except (RuntimeError, ValueError) as error:
        raise SpecError(f"{network.name} cannot be trained: PyTorch says: {str(error).splitlines()[0]}") from error
    paths = ["", *(node.path for node, _ in walk_nodes(infer_shapes(network).nodes))]
    return _Step(
        first.weight_bytes,
        first.gradient_bytes,
        first.optimizer_bytes,
        _line(first.batch_bytes, second.batch_bytes),
        {path: _line(first.saved.get(path, 0), second.saved.get(path, 0)) for path in paths},
        _lines(first.alive, second.alive),
        _lines(first.alive_forward, second.alive_forward),
    )


def _lines(first: Sequence[int], second: Sequence[int]) -> frozenset[_Line]:
    return frozenset(_line(*pair) for pair in zip(first, second, strict=True))


def _line(first: int, second: int) -> _Line:
    """Return the line through the numbers of bytes at the two batch sizes."""
    per_image = (second - first) // (_BATCH_SIZES[1] - _BATCH_SIZES[0])
    return _Line(first - per_image * _BATCH_SIZES[0], per_image)
