"""Networks run for real, layer by layer: an interpreter that shares no inference with cnnviz.

Each layer of PyTorch is built for the very tensor that reaches it, on the CPU, in training mode, and run. What is a
definition of cnnviz's and not PyTorch's refusal stands here in words of its own: `_is_ruled_out`, and the strict
shapes of `_merge`.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from cnnviz.network.layers import LAYERS
from cnnviz.network.spec import Layer, Network, Shape

MAPS_ONLY = (
    *("Conv2d", "ConvTranspose2d", "MaxPool2d", "AvgPool2d", "AdaptiveAvgPool2d", "AdaptiveMaxPool2d"),
    *("BatchNorm2d", "InstanceNorm2d", "LocalResponseNorm", "Dropout2d", "Upsample", "PixelShuffle", "ZeroPad2d"),
)
"""Layers that PyTorch gives another meaning, or none, where the input is no (N, C, H, W)."""

CHANNELS = {
    "Conv2d": "in_channels",
    "ConvTranspose2d": "in_channels",
    "BatchNorm1d": "num_features",
    "BatchNorm2d": "num_features",
    "InstanceNorm2d": "num_features",
    "GroupNorm": "num_channels",
}
MERGES = ("Residual", "Concat", "Gate")


class Refused(Exception):
    """A layer does not take what reaches it."""


@dataclass(frozen=True)
class Ran:
    """What a layer of PyTorch made of its input; shapes without the batch."""

    path: str
    kind: str
    input_shape: Shape
    output_shape: Shape
    num_params: int


@dataclass(frozen=True)
class Failed:
    """The first layer that does not take what reaches it."""

    path: str
    kind: str
    input_shape: Shape


class Interpreter:
    """Runs layers in order and keeps what each made, up to the first that fails."""

    def __init__(self) -> None:
        self.ran: list[Ran] = []
        self.failed: Failed | None = None

    def chain(self, layers: Sequence[Layer], x: Tensor, prefix: str = "") -> Tensor:
        for index, layer in enumerate(layers):
            x = self.layer(layer, x, f"{prefix}{index}")
        return x

    def layer(self, layer: Layer, x: Tensor, path: str) -> Tensor:
        try:
            if layer.kind in MERGES:
                return _merge(layer, x, self._parts(layer, x, path))
            if layer.kind in LAYERS and LAYERS[layer.kind].expand:
                return self.chain(_expanded(layer, x), x, f"{path}.")
            if _is_ruled_out(layer, x):
                raise Refused
            module, out = _leaf(layer, x)
        except Refused:
            self.failed = self.failed or Failed(path, layer.kind, tuple(x.shape[1:]))
            raise
        num_params = sum(parameter.numel() for parameter in module.parameters())
        self.ran.append(Ran(path, layer.kind, tuple(x.shape[1:]), tuple(out.shape[1:]), num_params))
        return out

    def _parts(self, layer: Layer, x: Tensor, path: str) -> list[Tensor]:
        names = ("body", "shortcut") if layer.kind != "Concat" else map(str, range(len(layer.parts)))
        return [self.chain(part, x, f"{path}.{name}.") for name, part in zip(names, layer.parts, strict=False)]


def interpret(network: Network) -> Interpreter:
    """Run a network on two images of zeros."""
    interpreter = Interpreter()
    try:
        interpreter.chain(network.layers, torch.zeros(2, *network.input_shape))
    except Refused:
        assert interpreter.failed
    return interpreter


def run_leaf(layer: Layer, x: Tensor) -> tuple[nn.Module, Tensor]:
    """Return PyTorch's layer for this input, and its output; whatever PyTorch raises goes through."""
    params = dict(layer.params)
    if layer.kind in CHANNELS:
        params.setdefault(CHANNELS[layer.kind], x.shape[1])
    if layer.kind == "Linear":
        params.setdefault("in_features", x.shape[-1])
    if layer.kind == "LayerNorm":
        params.setdefault("normalized_shape", x.shape[1:])
    module = getattr(nn, layer.kind)(**params)
    with torch.no_grad(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Using padding='same' with even kernel lengths")
        return module, module(x)


def _leaf(layer: Layer, x: Tensor) -> tuple[nn.Module, Tensor]:
    try:
        module, out = run_leaf(layer, x)
    except (RuntimeError, ValueError, IndexError) as error:
        raise Refused from error
    if not out.numel():
        raise Refused
    return module, out


def _is_ruled_out(layer: Layer, x: Tensor) -> bool:
    """Return whether cnnviz's definition of a layer rules an input out that PyTorch takes, perhaps with a warning."""
    if layer.kind in MAPS_ONLY and x.dim() != 4:
        return True
    if layer.params.get(CHANNELS.get(layer.kind), x.shape[1]) != x.shape[1]:
        return True  # also in a normalisation that learns nothing
    if layer.kind == "Linear" and "in_features" not in layer.params and x.dim() != 2:
        return True  # on a map its features must be given
    if layer.kind == "LayerNorm" and len(layer.params.get("normalized_shape", ())) >= x.dim():
        return True  # it would normalise over the batch
    batch = {"Flatten": "start_dim", "Unflatten": "dim"}.get(layer.kind)
    return layer.params.get(batch, 1) in (0, -x.dim())


def _expanded(layer: Layer, x: Tensor) -> tuple[Layer, ...]:
    """Return the layers of a block; that they are the right ones is test_blocks.py's to hold."""
    entry = LAYERS[layer.kind]
    if layer.kind not in ("Sequential", "Repeat") and x.dim() != 4:
        raise Refused
    params = {name: param.default for name, param in entry.params.items()} | dict(layer.params)
    return entry.expand(x.shape[1], *layer.parts, **params)


def _merge(layer: Layer, x: Tensor, outputs: list[Tensor]) -> Tensor:
    """Join the parts' outputs; equal shapes are asked for where PyTorch would broadcast."""
    first = outputs[0]
    if layer.kind == "Concat":
        if any(out.dim() != first.dim() or out.shape[2:] != first.shape[2:] for out in outputs):
            raise Refused
        return torch.cat(outputs, dim=1)
    if layer.kind == "Residual":
        other = outputs[1] if len(outputs) > 1 else x
        if first.shape != other.shape:
            raise Refused
        return first + other
    if first.shape != x.shape and (x.dim() != 4 or first.shape != (*x.shape[:2], 1, 1)):
        raise Refused
    return x * first
