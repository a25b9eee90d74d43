"""What is known of a network without running it: one row a layer, and totals."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import Any

from cnnviz.network.connections import Sources, sources_of
from cnnviz.network.costs.receptive import ReceptiveField, fields_of
from cnnviz.network.infer import Node, Problem, infer_shapes, walk_nodes
from cnnviz.network.kinds import Role
from cnnviz.network.layers import LAYERS
from cnnviz.network.notation import call_text
from cnnviz.network.spec import Network, Shape


@dataclass(frozen=True)
class Row:
    """One layer. Shapes are without the batch; counts and bytes (float32) are for one image.

    The row of a block or container carries the sums of its layers; its `output_shape` is None when it fails half way,
    and so is that of a part of a module that never ran.
    `text` is the layer's call without the layers inside it, and `depth` says how many blocks and containers it lies
    in: 0 for the network's own layers. Floating-point operations (FLOPs) are twice the mult-adds. `receptive_field` is
    None where it is not known, as in a block that fails half way. `sources` are the paths of the rows whose outputs
    are its inputs, the empty path for the network's input; a block that only holds layers has none.
    """

    path: str
    kind: str
    role: Role
    text: str
    depth: int
    is_leaf: bool
    input_shape: Shape
    output_shape: Shape | None
    num_params: int
    num_trainable: int
    mult_adds: int
    output_bytes: int
    receptive_field: ReceptiveField | None = None
    sources: Sources = ()


@dataclass(frozen=True)
class Summary:
    """The rows of a network, in order, each block before its layers, up to the layer that does not fit.

    Shapes are without the batch; `output_shape` is None when the network does not fit together. `misfit` is the layer
    that then takes nothing of what reaches it; a container whose parts do not go together is among the rows instead.
    """

    name: str
    input_shape: Shape
    output_shape: Shape | None
    rows: tuple[Row, ...]
    problem: Problem | None
    misfit: Row | None = None

    @property
    def num_params(self) -> int:
        """Learned parameters of the layers that fit."""
        return sum(row.num_params for row in self.top_rows)

    @property
    def num_trainable(self) -> int:
        """Those of them that training changes: all but the frozen ones."""
        return sum(row.num_trainable for row in self.top_rows)

    @property
    def mult_adds(self) -> int:
        """Multiply-accumulate operations for one image, in the layers that fit."""
        return sum(row.mult_adds for row in self.top_rows)

    @property
    def output_bytes(self) -> int:
        """Bytes (float32) of every output for one image, those of containers that add, join or multiply among them."""
        return sum(row.output_bytes for row in self.rows if row.is_leaf or row.role == "merge")

    @property
    def top_rows(self) -> tuple[Row, ...]:
        """The network's own layers, without those inside blocks."""
        return tuple(row for row in self.rows if row.depth == 0)

    @property
    def leaf_rows(self) -> tuple[Row, ...]:
        """The layers that compute: those inside blocks and containers, without these themselves."""
        return tuple(row for row in self.rows if row.is_leaf)

    def to_dict(self) -> dict[str, Any]:
        """Return the summary as JSON's types; the names are those of the attributes."""
        return {
            "name": self.name,
            "input_shape": list(self.input_shape),
            "output_shape": self.output_shape and list(self.output_shape),
            "num_params": self.num_params,
            "num_trainable": self.num_trainable,
            "mult_adds": self.mult_adds,
            "output_bytes": self.output_bytes,
            "rows": [asdict(row) for row in self.rows],
            "problem": self.problem and asdict(self.problem),
        }


def summarize(network: Network) -> Summary:
    """Measure every layer of a network without allocating it.

    A network that does not fit together is no error: the summary holds the rows up to the problem.
    Raises SpecError for a layer that is wrong in itself.
    """
    try:
        content = _Content(repr(network), network)
    except ValueError:  # Python does not write a number of thousands of digits, which no layer takes
        return _summary.__wrapped__(_Content("", network))
    return _summary(content)


@dataclass(frozen=True)
class _Content:
    """A network known by all that it holds, as Python writes it: its layers cannot be hashed, and 1 is not True."""

    text: str
    network: Network = field(compare=False)


@lru_cache(maxsize=256)
def _summary(content: _Content) -> Summary:
    network = content.network
    inferred = infer_shapes(network)
    fields = fields_of(inferred.nodes, network.input_shape)
    sources = sources_of(inferred.nodes, inferred.problem.path if inferred.problem else "")
    rows = tuple(
        _row(node, depth, fields.get(node.path), sources.get(node.path, ()))
        for node, depth in walk_nodes(inferred.nodes)
    )
    output_shape = None if inferred.problem else inferred.nodes[-1].output_shape
    misfit = _misfit(inferred.problem, rows, sources) if inferred.problem else None
    return Summary(network.name, network.input_shape, output_shape, rows, inferred.problem, misfit)


def _misfit(problem: Problem, rows: tuple[Row, ...], sources: Mapping[str, Sources]) -> Row | None:
    """Return the row of a layer that takes nothing of what reaches it, and None where it has one already."""
    if any(row.path == problem.path for row in rows):
        return None
    return Row(
        path=problem.path,
        kind=problem.kind,
        role=LAYERS[problem.kind].role,
        text=problem.text,
        depth=sum(problem.path.startswith(f"{row.path}.") for row in rows),
        is_leaf=True,
        input_shape=problem.input_shape,
        output_shape=None,
        num_params=0,
        num_trainable=0,
        mult_adds=0,
        output_bytes=0,
        sources=sources[problem.path],
    )


def _row(node: Node, depth: int, receptive_field: ReceptiveField | None, sources: Sources) -> Row:
    return Row(
        path=node.path,
        kind=node.layer.kind,
        role=node.kind.role,
        text=call_text(node.layer),
        depth=depth,
        is_leaf=node.is_leaf,
        input_shape=node.input_shape,
        output_shape=node.output_shape,
        num_params=node.num_params,
        num_trainable=node.num_params,
        mult_adds=node.mult_adds,
        output_bytes=4 * math.prod(node.output_shape) if node.output_shape else 0,
        receptive_field=receptive_field,
        sources=sources,
    )
