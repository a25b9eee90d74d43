"""A network as a module of PyTorch, every channel count filled in."""

import torch
from torch import nn

from cnnviz.errors import SpecError
from cnnviz.network import modules
from cnnviz.network.infer import Node, infer_shapes
from cnnviz.network.spec import Network


def build(network: Network, *, device: str | torch.device = "cpu") -> nn.Sequential:
    """Return the network as a module with PyTorch's default initialisation, drawn in the order of its layers.

    Its input is (N, C, H, W) with the network's `input_shape`. Each module stands at its row's `path`.
    Raises SpecError naming the layer and the reason when the network does not fit together.
    """
    inferred = infer_shapes(network)
    if inferred.problem:
        raise SpecError(str(inferred.problem))
    with torch.device(device):
        return module_of(inferred.nodes)


def module_of(nodes: tuple[Node, ...]) -> nn.Sequential:
    """Return nodes that run one after the other as a module."""
    return nn.Sequential(*map(_module, nodes))


def _module(node: Node) -> nn.Module:
    if node.is_leaf:
        leaf: nn.Module = getattr(nn, node.layer.kind)(**node.params)
        return leaf
    parts = [module_of(part) for part in node.parts]
    if node.kind.merge is None:
        return parts[0]
    container: nn.Module = getattr(modules, node.layer.kind)(*parts)
    return container
