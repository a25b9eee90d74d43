"""What the names in pasted code stand for while it is read; nothing of PyTorch is made.

Numbers, strings, lists, tuples and dicts are Python's own. All else is one of the classes below.
"""

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from cnnviz.errors import SpecError
from cnnviz.network.source.interpreter.limits import Unreadable, place
from cnnviz.network.spec import MAX_DEPTH, MAX_LAYERS, Value

if TYPE_CHECKING:
    from cnnviz.network.source.interpreter.machine import Machine

Args = list[object]
Kwargs = dict[str, object]


@dataclass(frozen=True)
class Foreign:
    """Something that is not looked into, such as ``d2l.load_data``: the label it has in the code, and where.

    `reason` is a whole sentence with its line where reading failed.
    """

    label: str
    line: int
    reason: str = ""

    def __str__(self) -> str:
        return self.reason or f"line {self.line}: {self.label} cannot be read"


def depends(node: ast.AST, what: str, unknown: Foreign) -> Unreadable:
    """Return the error that something depends on what cannot be read."""
    first = str(unknown).rpartition(_DEPENDS)[2]
    return Unreadable(first if first.startswith(f"{place(node)}: ") else f"{place(node)}: {what}{_DEPENDS}{first}")


_DEPENDS = " depends on this: "


@dataclass(frozen=True)
class LayerClass:
    """A class of `torch.nn` that is in `LAYERS`; `lazy` where what follows from the input is left out."""

    kind: str
    lazy: bool = False

    @property
    def name(self) -> str:
        """Its name in `torch.nn`."""
        return f"Lazy{self.kind}" if self.lazy else self.kind


@dataclass(frozen=True, eq=False)
class Op:
    """A layer that was made, or a container of such, each with its own identity: a layer used twice shares its weights.

    `features` are the values of a row that ``view(-1, features)`` says it makes.
    """

    kind: str
    line: int
    params: Mapping[str, Value] = field(default_factory=dict)
    parts: tuple[tuple["Op", ...], ...] = ()
    features: int | None = None
    size: int = 1
    depth: int = 0


AROUND = 2  # Sequentials that may stand around a network or a branch while it is read


def container(kind: str, line: int, *parts: tuple[Op, ...]) -> Op:
    """Return a container of ops.

    Raises SpecError when it holds many more than a network can, or is nested far deeper.
    """
    inside = [op for part in parts for op in part]
    size = 1 + sum(op.size for op in inside)
    depth = 1 + max((op.depth for op in inside), default=0)
    if size > MAX_LAYERS + AROUND:
        raise SpecError(f"line {line}: a network can have {MAX_LAYERS:,} layers, those inside its blocks included")
    if depth > MAX_DEPTH + AROUND:
        raise SpecError(f"line {line}: containers can be nested {MAX_DEPTH} deep, and this is deeper")
    return Op(kind, line, parts=parts, size=size, depth=depth)


@dataclass(frozen=True, eq=False)
class Tensor:
    """What stands at a point of a forward pass: its input (no parent), or what an op makes of another tensor.

    `joined` are the tensors that a concatenation was made of.
    """

    parent: "Tensor | None" = None
    op: Op | None = None
    depth: int = 0
    joined: tuple["Tensor", ...] = ()


class Size(Enum):
    """A size of a tensor: of its batch, or another, which is not known while code is read."""

    BATCH = "the batch"
    OTHER = "a size"


@dataclass
class Scope:
    """Names and what they stand for; `owner` and `this` are the class and object of the method that is running."""

    names: dict[str, object] = field(default_factory=dict)
    parent: "Scope | None" = None
    owner: "Class | None" = None
    this: object = None
    stars: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Return:
    """How a function's body ended: with a value."""

    value: object


class Jump(Enum):
    """How a loop's body ended early."""

    BREAK = "break"
    CONTINUE = "continue"


Outcome = Return | Jump | None


@dataclass(frozen=True, eq=False)
class Function:
    """A function or lambda; `defaults` are the values of its parameters that have one."""

    name: str
    arguments: ast.arguments
    body: list[ast.stmt]
    scope: Scope
    defaults: Mapping[str, object]
    owner: "Class | None" = None

    @property
    def title(self) -> str:
        """Its name, with that of its class."""
        return f"{self.owner.name}.{self.name}" if self.owner else self.name


@dataclass(frozen=True, eq=False)
class Method:
    """A function with the object it was taken from."""

    function: Function
    this: "Instance"


@dataclass(frozen=True, eq=False)
class Native:
    """A function of Python's or PyTorch's that is understood here.

    A `lazy` one, such as print, is not given its arguments.
    """

    name: str
    run: Callable[["Machine", ast.AST, Args, Kwargs], object]
    lazy: bool = False


@dataclass(eq=False)
class Class:
    """A class: one of PyTorch's bases below, or one defined in the text. `foreign` where a base of it is not known."""

    name: str
    base: "Class | None" = None
    attributes: dict[str, object] = field(default_factory=dict)
    foreign: bool = False

    def find(self, name: str) -> object:
        """Return an attribute of it or its bases, or None."""
        found = self.attributes.get(name)
        return self.base.find(name) if found is None and self.base else found

    def derives(self, other: "Class") -> bool:
        """Return whether it is another class or derives from it."""
        return self is other or (self.base is not None and self.base.derives(other))

    @property
    def holds_layers(self) -> bool:
        """Whether its objects are containers of layers, which can be looped over."""
        return any(self.derives(each) for each in (SEQUENTIAL, MODULE_LIST, MODULE_DICT))


MODULE = Class("Module")
SEQUENTIAL = Class("Sequential", MODULE)
MODULE_LIST = Class("ModuleList", MODULE)
MODULE_DICT = Class("ModuleDict", MODULE)


@dataclass(eq=False)
class Instance:
    """An object of a class; the layers of a Sequential or ModuleList are attributes named by numbers, as in PyTorch."""

    cls: Class
    attributes: dict[str, object] = field(default_factory=dict)

    @property
    def modules(self) -> list[object]:
        """The modules among its attributes, in the order they were set."""
        return [value for value in self.attributes.values() if is_module(value)]


@dataclass(frozen=True, eq=False)
class Super:
    """What `super()` is in a method: the object, seen as one of its base class."""

    this: Instance
    base: Class | None


def is_module(value: object) -> bool:
    """Return whether a value is a layer or an object of a class that derives from `nn.Module`."""
    return isinstance(value, Op) or (isinstance(value, Instance) and (value.cls.derives(MODULE) or value.cls.foreign))


def describe(value: object) -> str:
    """Return in a few words what a value is, for an error."""
    match value:
        case Foreign():
            return value.label
        case LayerClass():
            return f"the class nn.{value.name}"
        case Op():
            return f"nn.{value.kind}"
        case Class() | Function() | Native():
            return value.name
        case Instance():
            return f"a {value.cls.name}"
        case Tensor() | Size():
            return f"a {type(value).__name__.lower()}" if isinstance(value, Tensor) else value.value
        case None | bool() | int() | float():
            return str(value)
        case str():
            return repr(value[:40])
        case _:
            return f"a {type(value).__name__.lower()}"
