"""Network to nn.Module: blocks expanded, channels inferred, on the meta device where nothing is allocated."""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import nn

from cnnviz.errors import SpecError
from cnnviz.formatting import shape_text
from cnnviz.network.layers import LAYERS, LayerKind, all_params, check_layer
from cnnviz.network.scaling import scaled_layers
from cnnviz.network.spec import MAX_LAYERS, Layer, Network, Shape, Value


@dataclass(frozen=True)
class Problem:
    """Why a network does not fit together: the first layer that fails, and what reached it (batch excluded)."""

    path: str
    kind: str
    input_shape: Shape
    reason: str

    def __str__(self) -> str:
        return f"layer {self.path} ({self.kind}) cannot take {shape_text(self.input_shape)}: {self.reason}"


@dataclass(frozen=True)
class Node:
    """A layer in its place: its path ("3", or "3.0" inside block 3) and whether all of it fitted."""

    path: str
    layer: Layer
    fits: bool


@dataclass(frozen=True)
class Assembly:
    """The part of a network that fits, as a module on the meta device, and the problem that ended it.

    `nodes` are in the order of the module's own: a block before its layers.
    """

    module: nn.Sequential
    nodes: tuple[Node, ...]
    problem: Problem | None


def build(network: Network, *, device: str | torch.device = "cpu") -> nn.Sequential:
    """Return the network as a module with PyTorch's default initialisation, drawn in the order of its layers.

    Its input is (N, C, H, W) with the network's `input_shape`.
    Raises SpecError naming the layer and the reason when the network does not fit together.
    """
    assembly = assemble(network)
    if assembly.problem:
        raise SpecError(str(assembly.problem))
    module = assembly.module.to_empty(device=device)
    for layer in module.modules():
        if callable(reset := getattr(layer, "reset_parameters", None)):
            reset()
    return module.train()


def assemble(network: Network) -> Assembly:
    """Build as much of the network as fits, on the meta device.

    Raises SpecError for a layer that is wrong in itself, whatever reaches it.
    """
    walk = _Walk()
    with torch.no_grad(), torch.device("meta"):
        module, _ = walk.sequence(scaled_layers(network), network.input_shape, prefix="")
    return Assembly(module, tuple(walk.nodes), walk.problem)


class _Walk:
    """One pass through the layers, each given the shape that the one before it made."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.problem: Problem | None = None

    def sequence(self, layers: tuple[Layer, ...], shape: Shape, *, prefix: str) -> tuple[nn.Sequential, Shape]:
        modules = nn.Sequential()
        for index, layer in enumerate(layers):
            module, shape = self.layer(check_layer(layer), shape, path=f"{prefix}{index}")
            if module is not None:
                modules.append(module)
            if self.problem:
                break
        return modules, shape

    def layer(self, layer: Layer, shape: Shape, *, path: str) -> tuple[nn.Module | None, Shape]:
        kind, params = LAYERS[layer.kind], all_params(layer)
        if reason := _refusal(kind, params, shape):
            self.problem = Problem(path, layer.kind, shape, reason)
            return None, shape
        if kind.expand is not None:
            return self.block(layer, kind.expand(**params), shape, path=path)
        return self.leaf(layer, _with_inferred(kind, params, shape), shape, path=path)

    def block(self, layer: Layer, layers: tuple[Layer, ...], shape: Shape, *, path: str) -> tuple[nn.Sequential, Shape]:
        place = len(self.nodes)
        module, shape = self.sequence(layers, shape, prefix=f"{path}.")
        self.nodes.insert(place, Node(path, layer, fits=self.problem is None))
        return module, shape

    def leaf(
        self, layer: Layer, params: dict[str, Value], shape: Shape, *, path: str
    ) -> tuple[nn.Module | None, Shape]:
        try:
            module: nn.Module = getattr(nn, layer.kind)(**params).eval()
            output: torch.Tensor = module(torch.empty(1, *shape))
        except (RuntimeError, ValueError, IndexError, TypeError) as error:
            self.problem = Problem(path, layer.kind, shape, f"PyTorch says: {str(error).splitlines()[0]}")
            return None, shape
        self.nodes.append(Node(path, layer, fits=True))
        if len(self.nodes) > MAX_LAYERS:
            raise SpecError(f"a network can have {MAX_LAYERS:,} layers, those inside its blocks included")
        return module, tuple(output.shape[1:])


def _refusal(kind: LayerKind, params: Mapping[str, Value], shape: Shape) -> str | None:
    """Return why a layer does not take this input, in one sentence, or None when its checks pass."""
    reasons = (check(params, shape) for check in kind.checks)
    return next(filter(None, reasons), None) or _mismatch(kind, params, shape)


def _mismatch(kind: LayerKind, params: Mapping[str, Value], shape: Shape) -> str | None:
    for name, param in kind.params.items():
        if param.follows is not None and params[name] not in (None, shape[param.follows]):
            return (
                f"{name} is {params[name]}, but its input has {shape[param.follows]}; leave it out to have it inferred"
            )
    return None


def _with_inferred(kind: LayerKind, params: Mapping[str, Value], shape: Shape) -> dict[str, Value]:
    inferred = {name: shape[param.follows] for name, param in kind.params.items() if param.follows is not None}
    return {**params, **inferred}
