"""What is known of a network without running it: one row a layer, and totals, measured on the meta device."""

import math
import threading
from dataclasses import asdict, dataclass
from typing import Any

import torch
import torchinfo
from torch import nn
from torchinfo.layer_info import LayerInfo

from cnnviz.network.build import Node, Problem, assemble
from cnnviz.network.notation import layer_text
from cnnviz.network.spec import Network, Shape

_torchinfo_is_not_thread_safe = threading.Lock()


@dataclass(frozen=True)
class Row:
    """One layer. Shapes are without the batch; counts and bytes (float32) are for one image.

    A block's row carries the sums of its layers; its `output_shape` is None when it fails half way.
    """

    path: str
    kind: str
    text: str
    input_shape: Shape
    output_shape: Shape | None
    num_params: int
    mult_adds: int
    output_bytes: int

    @property
    def depth(self) -> int:
        """How many blocks the layer lies in: 0 for the network's own layers."""
        return self.path.count(".")


@dataclass(frozen=True)
class Summary:
    """The rows of a network, in order, each block before its layers, up to the layer that does not fit."""

    name: str
    input_shape: Shape
    rows: tuple[Row, ...]
    problem: Problem | None

    @property
    def output_shape(self) -> Shape | None:
        """Shape of the network's output without the batch, or None when the network does not fit together."""
        return None if self.problem else self.top_rows[-1].output_shape

    @property
    def num_params(self) -> int:
        """Learned parameters of the layers that fit."""
        return sum(row.num_params for row in self.top_rows)

    @property
    def mult_adds(self) -> int:
        """Multiply-accumulate operations for one image, in the layers that fit."""
        return sum(row.mult_adds for row in self.top_rows)

    @property
    def top_rows(self) -> tuple[Row, ...]:
        """The network's own layers, without those inside blocks."""
        return tuple(row for row in self.rows if row.depth == 0)

    @property
    def leaf_rows(self) -> tuple[Row, ...]:
        """The layers that compute: those inside blocks, without the blocks themselves."""
        blocks = {row.path.rpartition(".")[0] for row in self.rows}
        return tuple(row for row in self.rows if row.path not in blocks)

    def to_dict(self) -> dict[str, Any]:
        """Return the summary as JSON's types; the names are those of the attributes."""
        return {
            "name": self.name,
            "input_shape": list(self.input_shape),
            "output_shape": self.output_shape and list(self.output_shape),
            "num_params": self.num_params,
            "mult_adds": self.mult_adds,
            "rows": [asdict(row) for row in self.rows],
            "problem": self.problem and asdict(self.problem),
        }


def summarize(network: Network) -> Summary:
    """Measure every layer of a network without allocating it.

    A network that does not fit together is no error: the summary holds the rows up to the problem.
    Raises SpecError for a layer that is wrong in itself.
    """
    assembly = assemble(network)
    infos = _measure(assembly.module, network.input_shape)
    rows = tuple(_row(node, info) for node, info in zip(assembly.nodes, infos, strict=True))
    return Summary(network.name, network.input_shape, rows, assembly.problem)


def _measure(module: nn.Module, input_shape: Shape) -> list[LayerInfo]:
    """Return torchinfo's findings on every module inside this one, in their order."""
    with _torchinfo_is_not_thread_safe:
        image = torch.empty(1, *input_shape, device="meta")
        found = torchinfo.summary(module, input_data=image, device="meta", depth=1000, verbose=0)
        torchinfo.torchinfo.clear_cached_forward_pass()
    return list(found.summary_list[1:])


def _row(node: Node, info: LayerInfo) -> Row:
    output_shape = tuple(info.output_size[1:])
    return Row(
        path=node.path,
        kind=node.layer.kind,
        text=layer_text(node.layer),
        input_shape=tuple(info.input_size[1:]),
        output_shape=output_shape if node.fits else None,
        num_params=info.num_params,
        mult_adds=sum(_mult_adds(module) for module in (info, *info.children)),
        output_bytes=4 * math.prod(output_shape) if node.fits else 0,
    )


def _mult_adds(info: LayerInfo) -> int:
    """Return weights × output positions of a convolution or linear layer, and 0 for any other.

    As everywhere in the literature the bias is not counted; torchinfo's own number counts it.
    """
    if not isinstance(info.module, nn.Conv2d | nn.Linear):
        return 0
    positions = math.prod(info.output_size) // info.module.weight.shape[0]
    return info.module.weight.numel() * positions
