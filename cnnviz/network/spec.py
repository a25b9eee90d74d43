"""A network as pure data: frozen layers with PyTorch's own parameter names, and nothing computed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from cnnviz.errors import SpecError, explain

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

    def replace(self, **params: Value) -> Self:
        """Return this layer with some parameters set to other values."""
        return type(self)(self.kind, {**self.params, **params}, self.parts)

    def with_parts(self, *parts: tuple["Layer", ...]) -> Self:
        """Return this container with other layers inside."""
        return type(self)(self.kind, self.params, parts)


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("must be one line of printable characters")
    return text


Line = Annotated[str, AfterValidator(_printable)]


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
    recipe: dict[str, int | float | str] = Field(
        default_factory=dict, description="settings with a number or a word each, such as {lr: 0.1}"
    )
    layers: tuple[Layer, ...] = Field(
        min_length=1, max_length=MAX_LAYERS, description=f"a list of 1 to {MAX_LAYERS:,} layers"
    )

    def replace(self, **changes: object) -> "Network":
        """Return a validated copy with some fields changed.

        Raises SpecError when a new value is out of range.
        """
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return make_network(**{**fields, **changes})


def make_network(**fields: object) -> Network:
    """Validate the fields of a network.

    Raises SpecError naming the field, the value and what is allowed.
    """
    try:
        return Network.model_validate(fields)
    except ValidationError as error:
        raise SpecError(explain(error, Network)) from error
