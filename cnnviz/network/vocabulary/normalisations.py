"""Layers that bring values to a common scale."""

from collections.abc import Mapping

from cnnviz.network import checks, windows
from cnnviz.network.kinds import LayerKind
from cnnviz.network.params import Param, count, flag, inferred, number

_EPS = number("Added to the variance so that it is never 0", default=1e-5, low=1e-12, step=1e-5)  # BatchNorm refuses 0
_MOMENTUM = number("Weight of the newest batch in the running mean and variance", default=0.1)
_NUM_FEATURES = inferred("Channels of the input; taken from the layer before when left out", follows="channels")
_BATCH_NORM: Mapping[str, Param] = {
    "num_features": _NUM_FEATURES,
    "eps": _EPS,
    "momentum": _MOMENTUM,
    "affine": flag("Learn a scale and a shift per channel", default=True),
    "track_running_stats": flag("Keep a running mean and variance for evaluation", default=True),
}

NORMALISATIONS: Mapping[str, LayerKind] = {
    "BatchNorm2d": LayerKind(
        "normalisation",
        "Normalises each channel over the batch, then scales and shifts it.",
        _BATCH_NORM,
        (checks.takes_a_map,),
        keeps_shape=True,
        sees=windows.whole_map_without_running_stats,
    ),
    "BatchNorm1d": LayerKind(
        "normalisation",
        "Normalises each value of a row over the batch, then scales and shifts it.",
        _BATCH_NORM,
        (checks.takes_a_row,),
        keeps_shape=True,
    ),
    "LayerNorm": LayerKind(
        "normalisation",
        "Normalises each example over its last dimensions, then scales and shifts every value.",
        {
            "normalized_shape": inferred("Shape of what is normalised; the whole input when left out", follows="shape"),
            "eps": _EPS,
            "elementwise_affine": flag("Learn a scale per value", default=True),
            "bias": flag("Learn a shift per value too", default=True),
        },
        keeps_shape=True,
        sees=windows.normalised_dimensions,
    ),
    "GroupNorm": LayerKind(
        "normalisation",
        "Normalises each example over groups of channels, then scales and shifts each channel.",
        {
            "num_groups": count("Groups that the channels are split into", initial=1),
            "num_channels": _NUM_FEATURES,
            "eps": _EPS,
            "affine": flag("Learn a scale and a shift per channel", default=True),
        },
        (checks.groups_divide_normalised_channels,),
        keeps_shape=True,
        sees=windows.whole_map,
    ),
    "InstanceNorm2d": LayerKind(
        "normalisation",
        "Normalises each channel of each example by its own mean and variance.",
        {
            "num_features": _NUM_FEATURES,
            "eps": _EPS,
            "momentum": _MOMENTUM,
            "affine": flag("Learn a scale and a shift per channel", default=False),
            "track_running_stats": flag("Keep a running mean and variance for evaluation", default=False),
        },
        (checks.takes_a_map, checks.has_more_than_one_pixel),
        keeps_shape=True,
        sees=windows.whole_map_without_running_stats,
    ),
    "LocalResponseNorm": LayerKind(
        "normalisation",
        "Damps each value by the squares of its neighbours in the channels beside it, as AlexNet did in 2012.",
        {
            "size": count("Number of neighbouring channels", initial=5),
            "alpha": number("Factor of the squares' mean", default=1e-4, high=1000, step=1e-4),
            "beta": number("Exponent", default=0.75, high=100),
            "k": Param("float", "Added to the squares' mean", 1.0, low=0, high=1000, step=1),
        },
        (checks.takes_a_map,),
        keeps_shape=True,
    ),
}
