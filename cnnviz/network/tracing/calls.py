"""The record of a run: a tree of calls."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from cnnviz.network.connections import Sources
from cnnviz.network.spec import Shape
from cnnviz.network.tracing.labels import Label, module_label, parameter_label
from cnnviz.network.tracing.operations import tensors


@dataclass(eq=False)
class Call:
    """One run of a module or an operation, with what ran inside it.

    `name` is that of the module or operation; `path` tells its runs apart: "layer1.0.relu", then "layer1.0.relu#2".
    A shape is that of the first tensor, without a batch of one, and None where there is no tensor. `sources` are the
    paths of the leaves that made its inputs. `params` are the parameters first used by itself, while the counts of
    their values and `mult_adds` are those of itself and of what ran inside. What ran inside a leaf is not recorded, nor
    are views in a module that `hides_views`, such as PyTorch's MultiheadAttention.
    """

    name: str
    path: str
    label: Label
    is_leaf: bool
    input_shape: Shape = ()
    output_shape: Shape | None = None
    output_values: int = 0
    params: list[nn.Parameter] = field(default_factory=list)
    num_params: int = 0
    num_trainable: int = 0
    mult_adds: int = 0
    inner: list["Call"] = field(default_factory=list)
    has_ended: bool = False
    hides_views: bool = False
    sources: Sources = ()

    def end(self, output: Any) -> None:
        """Note what came out."""
        found = tensors(output)
        self.output_shape = first_shape(found) if found else None
        self.output_values = sum(tensor.numel() for tensor in found)
        self.has_ended = True

    def count(self, params: list[nn.Parameter], mult_adds: int = 0) -> None:
        """Add parameters that were first used and mult-adds that were done."""
        self.params += params
        self.mult_adds += mult_adds
        for param in params:
            self.num_params += num_values(param)
            self.num_trainable += num_values(param) if param.requires_grad else 0

    def include(self, call: "Call") -> None:
        """Take a call in that ran inside this one."""
        self.inner.append(call)
        self.add(call)

    def add(self, call: "Call") -> None:
        """Add the counts of a call that ran somewhere inside this one."""
        self.num_params += call.num_params
        self.num_trainable += call.num_trainable
        self.mult_adds += call.mult_adds

    def walk(self, depth: int = 0) -> Iterator[tuple["Call", int]]:
        """Yield what ran inside with its depth, each call before those inside it."""
        for call in self.inner:
            yield call, depth
            yield from call.walk(depth + 1)


def first_shape(found: list[Tensor]) -> Shape:
    """Return the shape of the first tensor, without its first dimension where that is the batch of one."""
    shape = tuple(found[0].shape) if found else ()
    return shape[1:] if shape[:1] == (1,) else shape


def add_unused(root: Call, unused: Mapping[str, nn.Parameter], module: nn.Module) -> None:
    """Add a call that never ran for each part of a module whose parameters nothing used, so that all are counted.

    It is put last in the part that holds it.
    """
    lines: dict[str, list[Call]] = {}
    for name, line in _lines([root]):
        lines.setdefault(name, line)
    ran = {place for name in lines for place in _places(name)}
    parts: dict[str, list[nn.Parameter]] = {}
    for name, param in unused.items():
        part = next((place for place in _places(name) if place not in ran), name)
        parts.setdefault(part, []).append(param)
    for part, params in parts.items():
        line = next((lines[place] for place in reversed(_places(part)) if place in lines), [root])
        label = parameter_label(params[0]) if part in unused else module_label(module.get_submodule(part))
        call = Call(part, part, label.but("never used"), is_leaf=False)
        call.count(params)
        line[-1].include(call)
        for outer in line[:-1]:
            outer.add(call)


def _lines(line: list[Call]) -> Iterator[tuple[str, list[Call]]]:
    """Yield the name of each call with the line of calls that lead to it."""
    for call in line[-1].inner:
        yield call.name, [*line, call]
        yield from _lines([*line, call])


def _places(name: str) -> list[str]:
    """Return "a", "a.b" and "a.b.c" for "a.b.c"."""
    return list(accumulate(name.split("."), "{}.{}".format))


def num_values(tensor: Tensor) -> int:
    """Return how many values a parameter or buffer holds; a lazy one has no size yet."""
    return 0 if is_lazy(tensor) else tensor.numel()
