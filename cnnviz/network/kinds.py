"""What is known of a layer kind: the one record that validation, widgets, shapes, source and tests derive from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from cnnviz.network.checks import Check
from cnnviz.network.containers import Merge
from cnnviz.network.params import Param
from cnnviz.network.spec import Layer
from cnnviz.network.windows import Sees, same_position

Role = Literal[
    "convolution",
    "pooling",
    "linear",
    "normalisation",
    "activation",
    "regularisation",
    "reshape",
    "merge",
    "block",
]


@dataclass(frozen=True)
class Parts:
    """The lists of layers inside a container: how many, their names, and how many of them hold at least one layer.

    Without names they are numbered branches.
    """

    names: tuple[str, ...] = ()
    least: int = 1
    most: int = 1
    filled: int = 1


@dataclass(frozen=True)
class LayerKind:
    """What is known of one layer kind.

    A kind with neither `expand` nor `merge` is the class of that name in `torch.nn`.
    `expand` returns the layers that a block or a chain stands for: it is given the input's channels, the parts and,
    by name, every parameter. `merge` says what comes of the parts' outputs.
    `features` names the parameter that sets how many channels or features come out.
    `keeps_shape` is true where the output always has the input's shape.
    `weight_per` says whose positions each weight is multiplied at, in layers that have mult-adds.
    `sees` says which positions of the input each position of the output looks at, from map to map.
    """

    role: Role
    help: str
    params: Mapping[str, Param] = field(default_factory=dict)
    checks: tuple[Check, ...] = ()
    features: str | None = None
    keeps_shape: bool = False
    weight_per: Literal["output", "input"] | None = None
    sees: Sees = same_position
    parts: Parts | None = None
    expand: Callable[..., tuple[Layer, ...]] | None = None
    merge: Merge | None = None
