"""Layers with filters, and Linear."""

from collections.abc import Mapping

from cnnviz.network import checks, windows
from cnnviz.network.kinds import LayerKind
from cnnviz.network.params import channels, choice, count, flag, inferred, size

_IN_CHANNELS = inferred("Channels of the input; taken from the layer before when left out", follows="channels")
_OUT_CHANNELS = channels("Number of filters, and so of output channels", initial=64)
_DILATION = size("Spacing between the window's points; 1 is a dense window", default=1)
_GROUPS = count("Groups of channels convolved apart from each other; as many as channels is depthwise", default=1)
_BIAS = flag("Add one learned number to each output channel", default=True)

CONVOLUTIONS: Mapping[str, LayerKind] = {
    "Conv2d": LayerKind(
        "convolution",
        "Slides filters over the map; each filter makes one output channel.",
        {
            "in_channels": _IN_CHANNELS,
            "out_channels": _OUT_CHANNELS,
            "kernel_size": size("Height and width of the window", initial=3),
            "stride": size("Pixels the window moves at each step", default=1),
            "padding": size(
                "Pixels added on every side; 'same' keeps the map's size", default=0, low=0, words=("same", "valid")
            ),
            "dilation": _DILATION,
            "groups": _GROUPS,
            "bias": _BIAS,
            "padding_mode": choice("What the padding is filled with", "zeros", "reflect", "replicate", "circular"),
        },
        (
            checks.takes_a_map,
            checks.groups_divide_channels,
            checks.same_padding_has_stride_1,
            checks.padding_has_pixels_to_copy,
            checks.window_fits,
        ),
        features="out_channels",
        weight_per="output",
        sees=windows.sliding,
    ),
    "ConvTranspose2d": LayerKind(
        "convolution",
        "A convolution run backwards: spreads each pixel over a window, which enlarges the map at stride 2 or more.",
        {
            "in_channels": _IN_CHANNELS,
            "out_channels": _OUT_CHANNELS,
            "kernel_size": size("Height and width of the window", initial=2),
            "stride": size("Pixels between the windows of neighbouring input pixels", default=1, initial=2),
            "padding": size("Pixels taken away on every side of the output", default=0, low=0),
            "output_padding": size("Pixels added to one side of the output", default=0, low=0),
            "groups": _GROUPS,
            "bias": _BIAS,
            "dilation": _DILATION,
        },
        (
            checks.takes_a_map,
            checks.groups_divide_channels,
            checks.output_padding_is_small,
            checks.transposed_output_is_not_empty,
        ),
        features="out_channels",
        weight_per="input",
        sees=windows.transposed,
    ),
}

LINEAR: Mapping[str, LayerKind] = {
    "Linear": LayerKind(
        "linear",
        "Connects every input value with every output value.",
        {
            "in_features": inferred(
                "Values of the input; taken from the layer before when left out", follows="features"
            ),
            "out_features": count("Number of output values", initial=128, high=1_000_000),
            "bias": flag("Add one learned number to each output", default=True),
        },
        (checks.takes_values_or_says_so,),
        features="out_features",
        weight_per="output",
        sees=windows.last_dimension,
    ),
}
