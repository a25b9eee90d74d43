"""LAYERS: one entry per layer kind. Validation, widgets, colours, help and tests all derive from it.

A kind without `expand` is the class of that name in `torch.nn`; its parameters are PyTorch's own.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Literal

from cnnviz.errors import SpecError
from cnnviz.network import blocks, checks
from cnnviz.network.checks import Check
from cnnviz.network.params import REQUIRED, Param, count, flag, fraction, inferred, size
from cnnviz.network.spec import Layer, Value

Role = Literal["convolution", "pooling", "linear", "normalisation", "activation", "regularisation", "reshape", "block"]


@dataclass(frozen=True)
class LayerKind:
    """What is known of one layer kind.

    `features` names the parameter that sets how many channels or features come out.
    """

    role: Role
    help: str
    params: Mapping[str, Param] = field(default_factory=dict)
    checks: tuple[Check, ...] = ()
    features: str | None = None
    expand: Callable[..., tuple[Layer, ...]] | None = None


_STRIDE = "Pixels the window moves at each step"
_PADDING = "Pixels added on every side"
_CEIL_MODE = "Round the output size up instead of down, so that the last pixels are not lost"
_INPLACE = "Write the result over the input, which saves memory"

LAYERS: Mapping[str, LayerKind] = {
    "Conv2d": LayerKind(
        "convolution",
        "Slides filters over the map; each filter makes one output channel.",
        {
            "in_channels": inferred("Channels of the input; taken from the layer before when left out", follows=0),
            "out_channels": count("Number of filters, and so of output channels", initial=64),
            "kernel_size": size("Height and width of the window", initial=3),
            "stride": size(_STRIDE, default=1),
            "padding": size(f"{_PADDING}, filled with zeros", default=0, low=0),
            "dilation": size("Spacing between the window's points; 1 is a dense window", default=1),
            "groups": count("Groups of channels convolved apart from each other", default=1),
            "bias": flag("Add one learned number to each output channel", default=True),
        },
        (checks.takes_a_map, checks.groups_divide_channels, checks.window_fits),
        features="out_channels",
    ),
    "MaxPool2d": LayerKind(
        "pooling",
        "Keeps the largest value of each window.",
        {
            "kernel_size": size("Height and width of the window", initial=2),
            "stride": size(f"{_STRIDE}; as the window when left out", default=None, when_none="kernel_size"),
            "padding": size(_PADDING, default=0, low=0),
            "ceil_mode": flag(_CEIL_MODE, default=False),
        },
        (checks.takes_a_map, checks.padding_is_at_most_half, checks.window_fits),
    ),
    "AvgPool2d": LayerKind(
        "pooling",
        "Takes the mean of each window.",
        {
            "kernel_size": size("Height and width of the window", initial=2),
            "stride": size(f"{_STRIDE}; as the window when left out", default=None, when_none="kernel_size"),
            "padding": size(_PADDING, default=0, low=0),
            "ceil_mode": flag(_CEIL_MODE, default=False),
            "count_include_pad": flag("Count the padding's zeros in the mean", default=True),
        },
        (checks.takes_a_map, checks.padding_is_at_most_half, checks.window_fits),
    ),
    "AdaptiveAvgPool2d": LayerKind(
        "pooling",
        "Takes means so that the output has the given size, whatever the input; 1 is a global pool.",
        {"output_size": size("Height and width of the output", initial=1)},
        (checks.takes_a_map,),
    ),
    "BatchNorm2d": LayerKind(
        "normalisation",
        "Normalises each channel over the batch, then scales and shifts it.",
        {
            "num_features": inferred("Channels of the input; taken from the layer before when left out", follows=0),
            "eps": Param("float", "Added to the variance for numerical safety", 1e-5, low=0, high=1, step=1e-5),
            "momentum": fraction("Weight of the newest batch in the running mean and variance", default=0.1),
            "affine": flag("Learn a scale and a shift per channel", default=True),
        },
        (checks.takes_a_map,),
    ),
    "ReLU": LayerKind(
        "activation",
        "Keeps positive values and sets the others to 0.",
        {"inplace": flag(_INPLACE, default=False)},
    ),
    "Sigmoid": LayerKind("activation", "Squeezes every value between 0 and 1; flat, so slow to learn, at both ends."),
    "Tanh": LayerKind("activation", "Squeezes every value between −1 and 1."),
    "Dropout": LayerKind(
        "regularisation",
        "While training, sets a random share of the values to 0; does nothing afterwards.",
        {
            "p": fraction("Share of the values set to 0", default=0.5),
            "inplace": flag(_INPLACE, default=False),
        },
    ),
    "Flatten": LayerKind("reshape", "Lays the map out as one row of values, for the linear layers."),
    "Linear": LayerKind(
        "linear",
        "Connects every input value with every output value.",
        {
            "in_features": inferred("Values of the input; taken from the layer before when left out", follows=-1),
            "out_features": count("Number of output values", initial=128, high=1_000_000),
            "bias": flag("Add one learned number to each output", default=True),
        },
        (checks.takes_values_or_says_so,),
        features="out_features",
    ),
    "VGGBlock": LayerKind(
        "block",
        "VGG's block: 3×3 convolutions with ReLU, then a pool that halves the map.",
        {
            "num_convs": count("Number of 3×3 convolutions, each followed by ReLU", initial=2, high=100),
            "out_channels": count("Channels of every convolution in the block", initial=128),
        },
        (checks.takes_a_map,),
        features="out_channels",
        expand=blocks.vgg_block,
    ),
}


def layer_kind(kind: str) -> LayerKind:
    """Return the entry of a kind.

    Raises SpecError naming the nearest kinds when there is no such kind.
    """
    if kind in LAYERS:
        return LAYERS[kind]
    near = get_close_matches(kind, LAYERS, n=1, cutoff=0.5)
    guess = f"did you mean {near[0]}?" if near else f"the kinds are {', '.join(LAYERS)}"
    raise SpecError(f"there is no layer kind {kind[:60]!r}; {guess}")


def check_layer(layer: Layer) -> Layer:
    """Return the layer in canonical form: parameters in PyTorch's order, those at their default left out.

    Raises SpecError naming the kind, the parameter, the value and what is allowed.
    """
    known = layer_kind(layer.kind).params
    for name in layer.params:
        if name not in known:
            allowed = f"its parameters are {', '.join(known)}" if known else "it takes none"
            raise SpecError(f"{layer.kind} has no parameter {name!r}; {allowed}")
    return Layer(layer.kind, dict(_canonical_params(layer, known)))


def _canonical_params(layer: Layer, known: Mapping[str, Param]) -> list[tuple[str, Value]]:
    params = []
    for name, param in known.items():
        value = layer.params.get(name, param.default)
        if name not in layer.params and param.default is REQUIRED:
            raise SpecError(f"{layer.kind} needs {name}: {param.allowed}")
        try:
            value = param.check(value)
        except SpecError as error:
            raise SpecError(f"{layer.kind}: {name} {error}") from error
        if value != param.default:
            params.append((name, value))
    return params


def all_params(layer: Layer) -> dict[str, Value]:
    """Return every parameter of a checked layer, defaults included."""
    return {name: param.default for name, param in LAYERS[layer.kind].params.items()} | dict(layer.params)


def new_layer(kind: str) -> Layer:
    """Return a layer of this kind as it is first added to a network."""
    params = layer_kind(kind).params
    return Layer(kind, {name: p.initial for name, p in params.items() if p.default is REQUIRED})
