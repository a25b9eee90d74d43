"""A network as pure data: frozen layers with PyTorch's own parameter names, and nothing computed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from math import isfinite
from types import UnionType
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from cnnviz.errors import SpecError, explain, shorten

Value = int | float | bool | str | tuple[int, ...] | None
Shape = tuple[int, ...]

MAX_SIZE = 8192  # input height and width, in pixels
MAX_CHANNELS = 65536
MAX_LAYERS = 5000  # those inside blocks and containers included
MAX_DEPTH = 20  # containers within containers

Channels = Annotated[int, Field(ge=1, le=MAX_CHANNELS, strict=True)]
Pixels = Annotated[int, Field(ge=1, le=MAX_SIZE, strict=True)]


@dataclass(frozen=True)
class Layer:
    """One layer, block or container: its kind (a key of `LAYERS`) and the parameters that were given.

    `parts` are the lists of layers inside a container: one in Sequential, Repeat and Gate, the body and perhaps the
    shortcut in Residual, the branches in Concat.
    """

    kind: str
    params: Mapping[str, Value] = field(default_factory=dict)
    parts: tuple[tuple["Layer", ...], ...] = ()

    def __post_init__(self) -> None:
        """Raise SpecError where a field is of another type; what its values may be is `LAYERS`' to say."""
        if not isinstance(self.kind, str):
            raise SpecError(f"a layer's kind must be a name such as 'Conv2d', not {shorten(self.kind)}")
        if not isinstance(self.params, Mapping) or not all(isinstance(name, str) for name in self.params):
            raise SpecError(
                f"{shorten(self.kind)}: params must be a dict of values by name, not {shorten(self.params)}"
            )
        if not _are_lists(self.parts, tuple | list) or not all(_are_lists(part, Layer) for part in self.parts):
            raise SpecError(f"{shorten(self.kind)}: parts must be lists of layers, such as ((Layer('ReLU'),),)")
        object.__setattr__(self, "parts", tuple(map(tuple, self.parts)))

    def replace(self, **params: Value) -> Self:
        """Return this layer with some parameters set to other values."""
        return type(self)(self.kind, {**self.params, **params}, self.parts)

    def with_parts(self, *parts: tuple["Layer", ...]) -> Self:
        """Return this container with other layers inside."""
        return type(self)(self.kind, self.params, parts)


def _are_lists(values: object, of: UnionType | type) -> bool:
    return isinstance(values, tuple | list) and all(isinstance(value, of) for value in values)


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("must be one line of printable characters")
    return text


def _bounded(layers: tuple[Layer, ...]) -> tuple[Layer, ...]:
    """Refuse what would take for ever to walk through: a Python program can nest without end what it wrote once."""
    seen, level = 0, layers
    for _ in range(MAX_DEPTH + 1):
        seen += len(level)
        if seen > MAX_LAYERS:
            raise SpecError(f"can be at most {MAX_LAYERS:,}, those inside containers included")
        level = tuple(islice((inner for layer in level for part in layer.parts for inner in part), MAX_LAYERS + 1))
    if level:
        raise SpecError(f"can be nested {MAX_DEPTH} deep, and these are deeper")
    return layers


def _setting(value: object) -> object:
    is_usual = isfinite(value) if isinstance(value, float) else type(value) is int and abs(value) < 2**63
    if is_usual or isinstance(value, str):
        return value
    raise SpecError(f"must be a number of usual size or a word, not {shorten(value)}")


Line = Annotated[str, AfterValidator(_printable)]
Setting = Annotated[int | float | str, BeforeValidator(_setting)]


class Network(BaseModel):
    """A named stack of layers and the image they take.

    `source` says where it comes from, and `year` when it was published. `input_shape` is (C, H, W) without the
    batch. `width` multiplies the channels of convolutions and blocks (see `cnnviz.network.scaling`). `recipe` holds
    the hyperparameters of the published run.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Line = Field(default="network", min_length=1, max_length=100, description="a line of 1 to 100 characters")
    source: Line = Field(default="", max_length=500, description="a line of at most 500 characters")
    year: int | None = Field(default=None, ge=1900, le=2100, strict=True)
    input_shape: tuple[Channels, Pixels, Pixels] = Field(
        description="channels, height and width of the image, such as [1, 224, 224]"
    )
    width: float = Field(default=1.0, gt=0, le=64, allow_inf_nan=False, strict=True)
    recipe: dict[str, Setting] = Field(
        default_factory=dict, description="settings with a number or a word each, such as {lr: 0.1}"
    )
    layers: Annotated[tuple[Layer, ...], AfterValidator(_bounded)] = Field(
        min_length=1, max_length=MAX_LAYERS, description=f"a list of 1 to {MAX_LAYERS:,} layers"
    )

    def __init__(self, **fields: object) -> None:
        try:
            super().__init__(**fields)
        except ValidationError as error:
            raise SpecError(explain(error, Network)) from error

    def replace(self, **changes: object) -> "Network":
        """Return a validated copy with some fields changed.

        Raises SpecError when a new value is out of range.
        """
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return Network(**{**fields, **changes})


def make_network(**fields: object) -> Network:
    """Validate the fields of a network.

    Raises SpecError naming the field, the value and what is allowed.
    """
    return Network(**fields)
