"""Shapes of every layer of a network, inferred in the order it runs: the tree that all else is derived from.

Nothing is allocated: PyTorch computes each layer's shape on its meta device, once for each layer and input shape.
"""

import math
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import nn

from cnnviz.errors import SpecError
from cnnviz.formatting import shape_text
from cnnviz.network.following import mismatch, refitted, with_inferred
from cnnviz.network.kinds import LayerKind
from cnnviz.network.layers import LAYERS, all_params, check_layer, part_paths
from cnnviz.network.notation import call_text
from cnnviz.network.scaling import scaled_layers
from cnnviz.network.spec import MAX_LAYERS, Layer, Network, Shape, Value


@dataclass(frozen=True)
class Problem:
    """Why a network does not fit together: the first layer that fails, and what reached it (batch excluded).

    The path is empty where it is the whole of a module that fails. `text` is the layer's call, where it is known.
    """

    path: str
    kind: str
    input_shape: Shape
    reason: str
    text: str = ""

    def __str__(self) -> str:
        place = f"layer {self.path} ({self.kind})" if self.path else self.kind
        return f"{place} cannot take {shape_text(self.input_shape)}: {self.reason}"


@dataclass(frozen=True)
class Node:
    """A layer in its place.

    `path` is the name of its module in the built network: "3", "3.0" inside block 3, "3.body.0" inside a Residual.
    `params` are all of its parameters, those that follow from the input filled in. `parts` are the layers inside a
    block or container. Counts are for one image, and those of a block are the sums of its layers.
    `output_shape` is None in a block or container of which not all fits.
    """

    path: str
    layer: Layer
    params: Mapping[str, Value]
    input_shape: Shape
    output_shape: Shape | None
    parts: tuple[tuple["Node", ...], ...] = ()
    num_params: int = 0
    mult_adds: int = 0

    @property
    def kind(self) -> LayerKind:
        """Its entry in `LAYERS`."""
        return LAYERS[self.layer.kind]

    @property
    def is_leaf(self) -> bool:
        """Whether it is a layer of PyTorch's own, and not a block or container."""
        return self.kind.expand is None and self.kind.merge is None


@dataclass(frozen=True)
class Inferred:
    """The part of a network that fits, and the problem that ended it."""

    nodes: tuple[Node, ...]
    problem: Problem | None


def infer_shapes(network: Network) -> Inferred:
    """Infer the shapes of a network's layers up to the first that does not fit.

    Raises SpecError for a layer that is wrong in itself, whatever reaches it.
    """
    walk = _Walk(rescaled=network.width != 1)
    nodes, _ = walk.chain(scaled_layers(network), network.input_shape, prefix="")
    return Inferred(nodes, walk.problem)


def walk_nodes(nodes: tuple[Node, ...], depth: int = 0) -> Iterator[tuple[Node, int]]:
    """Yield every node with its depth, in the order it runs, each block or container before the layers inside."""
    for node in nodes:
        yield node, depth
        for part in node.parts:
            yield from walk_nodes(part, depth + 1)


class _Walk:
    """One pass through the layers, each given the shape that the one before it made."""

    def __init__(self, *, rescaled: bool) -> None:
        self.rescaled = rescaled
        self.problem: Problem | None = None
        self.num_nodes = 0

    def chain(self, layers: tuple[Layer, ...], shape: Shape, *, prefix: str) -> tuple[tuple[Node, ...], Shape]:
        """Return the nodes of layers that run one after the other, and the shape that leaves the last of them."""
        nodes: list[Node] = []
        for index, layer in enumerate(layers):
            node = self.layer(layer, shape, path=f"{prefix}{index}")
            if node is not None:
                nodes.append(node)
            if self.problem or node is None or node.output_shape is None:
                break
            shape = node.output_shape
        return tuple(nodes), shape

    def layer(self, layer: Layer, shape: Shape, *, path: str) -> Node | None:
        """Return a layer's node, or None for one that does not fit and holds nothing that does."""
        self.num_nodes += 1
        if self.num_nodes > MAX_LAYERS:
            raise SpecError(f"a network can have {MAX_LAYERS:,} layers, those inside its blocks included")
        layer = refitted(layer, shape) if self.rescaled else layer
        kind, params = LAYERS[layer.kind], all_params(layer)
        if reason := _refusal(kind, params, shape):
            self.fail(path, layer, shape, reason)
            return None
        if kind.expand is not None:
            return self.expanded(kind, layer, params, shape, path=path)
        if kind.merge is not None:
            return self.merged(kind, layer, shape, path=path)
        params = with_inferred(kind, params, shape)
        measured = _measure(layer.kind, tuple(params.items()), shape)
        if isinstance(measured, str):
            self.fail(path, layer, shape, measured)
            return None
        return Node(path, layer, params, shape, *measured)

    def fail(self, path: str, layer: Layer, shape: Shape, reason: str) -> None:
        """Note the problem that ends the walk."""
        self.problem = Problem(path, layer.kind, shape, reason, call_text(layer))

    def expanded(
        self, kind: LayerKind, layer: Layer, params: dict[str, Value], shape: Shape, *, path: str
    ) -> Node | None:
        """Return the node of a block or chain with its layers inside, or None where it stands for none."""
        assert kind.expand is not None
        try:
            layers = kind.expand(shape[0], *layer.parts, **params)
            if kind.parts is None:
                layers = tuple(check_layer(each) for each in layers)
        except SpecError as error:
            self.fail(path, layer, shape, f"inside it, {error}")
            return None
        nodes, out = self.chain(layers, shape, prefix=f"{path}.")
        return _parent(path, layer, params, shape, None if self.problem else out, (nodes,))

    def merged(self, kind: LayerKind, layer: Layer, shape: Shape, *, path: str) -> Node:
        """Return the node of a container with its branches inside, up to the first that does not fit."""
        assert kind.merge is not None
        parts, outputs = [], []
        for prefix, part in zip(part_paths(layer, path), layer.parts, strict=True):
            nodes, out = self.chain(part, shape, prefix=prefix)
            parts.append(nodes)
            outputs.append(out)
            if self.problem:
                return _parent(path, layer, {}, shape, None, tuple(parts))
        merged = kind.merge(shape, outputs)
        if isinstance(merged, str):
            self.fail(path, layer, shape, merged)
        return _parent(path, layer, {}, shape, None if isinstance(merged, str) else merged, tuple(parts))


def _parent(
    path: str,
    layer: Layer,
    params: Mapping[str, Value],
    shape: Shape,
    output_shape: Shape | None,
    parts: tuple[tuple[Node, ...], ...],
) -> Node:
    inside = [node for part in parts for node in part]
    num_params = sum(node.num_params for node in inside)
    mult_adds = sum(node.mult_adds for node in inside)
    return Node(path, layer, params, shape, output_shape, parts, num_params, mult_adds)


def _refusal(kind: LayerKind, params: Mapping[str, Value], shape: Shape) -> str | None:
    """Return why a layer does not take this input, in one sentence, or None when its checks pass."""
    reasons = (check(params, shape) for check in kind.checks)
    return next(filter(None, reasons), None) or mismatch(kind, params, shape)


@lru_cache(maxsize=50_000)
def _measure(kind: str, params: tuple[tuple[str, Value], ...], shape: Shape) -> tuple[Shape, tuple[()], int, int] | str:
    """Return a layer's output shape, no parts, parameters and mult-adds; or why PyTorch refuses it."""
    try:
        with torch.no_grad(), torch.device("meta"), _without_hint(dict(params).get("padding")):
            module: nn.Module = getattr(nn, kind)(**dict(params)).eval()
            output = shape if LAYERS[kind].keeps_shape else tuple(module(torch.empty(1, *shape)).shape[1:])
    except (RuntimeError, ValueError, IndexError, TypeError) as error:
        return f"PyTorch says: {str(error).splitlines()[0]}"
    num_params = sum(parameter.numel() for parameter in module.parameters())
    return output, (), num_params, _mult_adds(kind, module, shape, output)


@contextmanager
def _without_hint(padding: Value) -> Iterator[None]:
    """Leave out PyTorch's warning that an even window with padding "same" needs a copy of its input when it runs."""
    if padding != "same":  # warnings are the whole process's, so that as few layers as possible touch them
        yield
        return
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Using padding='same' with even kernel lengths")
        yield


def _mult_adds(kind: str, module: nn.Module, input_shape: Shape, output_shape: Shape) -> int:
    """Return weights × positions of a layer with weights, and 0 for any other.

    As everywhere in the literature the bias is not counted. The weights of a transposed convolution meet each
    position of the input, all others each position of the output.
    """
    per = LAYERS[kind].weight_per
    if per is None:
        return 0
    weight = module.weight
    assert isinstance(weight, torch.Tensor)
    shape = input_shape if per == "input" else output_shape
    positions = math.prod(shape[:-1] if isinstance(module, nn.Linear) else shape[1:])
    return weight.numel() * positions
