"""One training step rehearsed on PyTorch's meta device: which tensors it would hold, and when, with no memory taken."""

import weakref
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.graph import saved_tensors_hooks
from torch.nn.functional import cross_entropy
from torch.optim import SGD, Adam, AdamW, Optimizer, RMSprop
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_iter

OPTIMIZERS: Mapping[str, Callable[[list[nn.Parameter]], Optimizer]] = {
    "sgd": partial(SGD, lr=0.1),
    "momentum": partial(SGD, lr=0.1, momentum=0.9),
    "rmsprop": RMSprop,
    "adam": Adam,
    "adamw": AdamW,
}
"""Plain SGD, SGD with momentum, and the adaptive ones, as PyTorch makes them."""


@dataclass(frozen=True)
class Rehearsal:
    """Bytes of a training step with one batch size.

    `alive` are those of all tensors after each operation of a step, and `alive_forward` of a forward pass alone, in
    evaluation. `saved` are those kept for the backward pass, by the path of the module that keeps them first, each also
    counted in the modules around it: "" is all of them, the loss included. Weights and the batch are not among these.
    """

    weight_bytes: int
    gradient_bytes: int
    optimizer_bytes: int
    batch_bytes: int
    saved: Mapping[str, int]
    alive: tuple[int, ...]
    alive_forward: tuple[int, ...]


def rehearse(module: nn.Module, input_shape: tuple[int, ...], *, batch_size: int, optimizer: str) -> Rehearsal:
    """Rehearse a step of forward pass, cross-entropy, backward pass and optimizer with a module on the meta device.

    Raises RuntimeError or ValueError where PyTorch refuses the module or the batch.
    """
    images = torch.empty(batch_size, *input_shape, device="meta")
    alive_forward = _alive_forward(module, images)
    module.train()
    labels = _labels(module(images))
    saved = _saved(module, images, labels)
    stepper = _optimizer(module, optimizer)
    return Rehearsal(
        weight_bytes=_num_bytes(_weights(module)),
        gradient_bytes=_num_bytes(module.parameters()),
        optimizer_bytes=_num_bytes(_state(stepper)),
        batch_bytes=_num_bytes([images, labels]),
        saved=saved,
        alive=_alive(module, images, labels, stepper),
        alive_forward=alive_forward,
    )


class Alive(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Adds up the bytes of the tensors that exist after each operation, each storage once, on any device.

    `after` lists them, those of the given tensors included.
    """

    def __init__(self, *tensors: Tensor) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.storages: dict[int, weakref.ref[Any]] = {}
        self.num_bytes = 0
        self.after: list[int] = []
        for tensor in tensors:
            self.add(tensor)

    def add(self, tensor: Tensor) -> None:
        """Count a tensor until its storage is freed."""
        storage = tensor.untyped_storage()
        key, size = storage._cdata, storage.nbytes()
        if key not in self.storages:
            self.storages[key] = weakref.ref(storage, lambda _: self.remove(key, size))
            self.num_bytes += size

    def remove(self, key: int, size: int) -> None:
        """Count a storage no more."""
        del self.storages[key]
        self.num_bytes -= size

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        output = func(*args, **(kwargs or {}))
        for each in tree_iter(output):
            if isinstance(each, Tensor):
                self.add(each)
        self.after.append(self.num_bytes)
        return output


def _alive_forward(module: nn.Module, images: Tensor) -> tuple[int, ...]:
    with torch.no_grad(), Alive(*_weights(module), images) as alive:
        module.eval()(images)
    return tuple(alive.after)


def _alive(module: nn.Module, images: Tensor, labels: Tensor, optimizer: Optimizer | None) -> tuple[int, ...]:
    with Alive(*_weights(module), *_state(optimizer), images, labels) as alive:
        loss = cross_entropy(module(images), labels)
        if optimizer:
            torch.autograd.backward(loss)
            optimizer.step()
            optimizer.zero_grad()
    return tuple(alive.after)


def _saved(module: nn.Module, images: Tensor, labels: Tensor) -> dict[str, int]:
    """Return what autograd keeps for the backward pass, each storage once, by the module that keeps it first."""
    seen = {tensor.untyped_storage()._cdata for tensor in (*_weights(module), images, labels)}
    saved: Counter[str] = Counter({"": 0})
    inside: list[str] = []

    def keep(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        if storage._cdata not in seen:
            seen.add(storage._cdata)
            saved.update(dict.fromkeys(["", *inside], storage.nbytes()))
        return tensor

    with _noting_where(module, inside), saved_tensors_hooks(keep, lambda tensor: tensor):
        loss = cross_entropy(module(images), labels)
    del loss  # until here it keeps alive what was saved, so that no two storages have the same address
    return dict(saved)


@contextmanager
def _noting_where(module: nn.Module, inside: list[str]) -> Iterator[None]:
    """Keep in `inside` the paths of the modules that are running, the outermost first."""
    hooks = []
    for path, inner in module.named_modules():
        if path:
            hooks.append(inner.register_forward_pre_hook(lambda *_, path=path: inside.append(path)))
            hooks.append(inner.register_forward_hook(lambda *_: inside.pop() and None))
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()


def _optimizer(module: nn.Module, name: str) -> Optimizer | None:
    """Return an optimizer with its state as after a first step, or None where there is nothing to learn."""
    parameters = list(module.parameters())
    if not parameters:
        return None
    optimizer = OPTIMIZERS[name](parameters)
    for parameter in parameters:
        parameter.grad = torch.empty_like(parameter)
    optimizer.step()
    optimizer.zero_grad()
    return optimizer


def _state(optimizer: Optimizer | None) -> list[Tensor]:
    kept = optimizer.state.values() if optimizer else ()
    return [value for values in kept for value in values.values() if isinstance(value, Tensor)]


def _weights(module: nn.Module) -> list[Tensor]:
    return [*module.parameters(), *module.buffers()]


def _labels(output: Tensor) -> Tensor:
    """Return a class for each example, or for each position of a map that comes out."""
    return torch.empty(output.shape[0], *output.shape[2:], dtype=torch.long, device="meta")


def _num_bytes(tensors: Any) -> int:
    return sum(tensor.untyped_storage().nbytes() for tensor in tensors)
