"""Layers that act on each value by itself, and those that drop values."""

from collections.abc import Mapping

from cnnviz.network import checks, windows
from cnnviz.network.kinds import LayerKind
from cnnviz.network.params import REQUIRED, Param, choice, count, flag, number

_INPLACE = flag("Write the result over the input, which saves memory", default=False)


def _activation(
    help_: str,
    *,
    checks: tuple[checks.Check, ...] = (),
    sees: windows.Sees = windows.same_position,
    **params: Param,
) -> LayerKind:
    return LayerKind("activation", help_, params, checks, keeps_shape=True, sees=sees)


ACTIVATIONS: Mapping[str, LayerKind] = {
    "ReLU": _activation("Keeps positive values and sets the others to 0.", inplace=_INPLACE),
    "ReLU6": _activation("As ReLU, with everything above 6 set to 6.", inplace=_INPLACE),
    "LeakyReLU": _activation(
        "As ReLU, but negative values keep a small slope, so that no unit dies.",
        negative_slope=number("Slope below 0", default=0.01, high=10, step=0.01),
        inplace=_INPLACE,
    ),
    "PReLU": _activation(
        "As LeakyReLU, with a slope that is learned.",
        checks=(checks.slopes_match_channels,),
        num_parameters=count("Slopes learned: 1, or one for each channel", default=1),
        init=number("Slope at the start", default=0.25, high=10),
    ),
    "ELU": _activation(
        "As ReLU, but bends smoothly to −alpha below 0.",
        alpha=number("Where it goes for very negative values", default=1.0, high=100),
        inplace=_INPLACE,
    ),
    "GELU": _activation(
        "A smooth ReLU: each value times the share of a normal distribution below it.",
        approximate=choice("Exact, or by the hyperbolic tangent", "none", "tanh"),
    ),
    "SiLU": _activation("A smooth ReLU: each value times its sigmoid; also called swish.", inplace=_INPLACE),
    "Sigmoid": _activation("Squeezes every value between 0 and 1; flat, so slow to learn, at both ends."),
    "Tanh": _activation("Squeezes every value between −1 and 1."),
    "Hardsigmoid": _activation("Sigmoid made of three straight lines, quicker to compute.", inplace=_INPLACE),
    "Hardswish": _activation("SiLU made of straight lines and a parabola, quicker to compute.", inplace=_INPLACE),
    "Softmax": _activation(
        "Turns values into shares that add up to 1; cross-entropy does this itself.",
        checks=(checks.dimension_exists,),
        sees=windows.softmax_dimension,
        dim=Param("int", "Dimension whose values add up to 1; 0 is the batch", REQUIRED, low=-4, high=4, initial=1),
    ),
    "LogSoftmax": _activation(
        "The logarithm of Softmax's shares; cross-entropy does this itself.",
        checks=(checks.dimension_exists,),
        sees=windows.softmax_dimension,
        dim=Param("int", "Dimension whose shares add up to 1; 0 is the batch", REQUIRED, low=-4, high=4, initial=1),
    ),
    "Identity": _activation("Passes its input on unchanged."),
}

REGULARISATION: Mapping[str, LayerKind] = {
    "Dropout": LayerKind(
        "regularisation",
        "While training, sets a random share of the values to 0; does nothing afterwards.",
        {"p": number("Share of the values set to 0", default=0.5), "inplace": _INPLACE},
        keeps_shape=True,
    ),
    "Dropout2d": LayerKind(
        "regularisation",
        "While training, sets a random share of whole channels to 0; does nothing afterwards.",
        {"p": number("Share of the channels set to 0", default=0.5), "inplace": _INPLACE},
        (checks.takes_a_map,),
        keeps_shape=True,
    ),
}
