"""Layers that make a map smaller without learning anything."""

from collections.abc import Mapping

from cnnviz.network import checks, windows
from cnnviz.network.kinds import LayerKind
from cnnviz.network.params import REQUIRED, Param, count, flag, size

_KERNEL_SIZE = size("Height and width of the window", initial=2)
_STRIDE = size(
    "Pixels the window moves at each step; as the window when left out", default=None, when_none="kernel_size"
)
_PADDING = size("Pixels added on every side, at most half the window", default=0, low=0)
_CEIL_MODE = flag("Round the output size up instead of down, so that the last pixels are not lost", default=False)
_OUTPUT_SIZE: Param = size("Height and width of the output", default=REQUIRED, initial=1)
_CHECKS = (checks.takes_a_map, checks.padding_is_at_most_half, checks.window_fits)

POOLS: Mapping[str, LayerKind] = {
    "MaxPool2d": LayerKind(
        "pooling",
        "Keeps the largest value of each window.",
        {
            "kernel_size": _KERNEL_SIZE,
            "stride": _STRIDE,
            "padding": _PADDING,
            "dilation": size("Spacing between the window's points; 1 is a dense window", default=1),
            "ceil_mode": _CEIL_MODE,
        },
        _CHECKS,
        sees=windows.sliding,
    ),
    "AvgPool2d": LayerKind(
        "pooling",
        "Takes the mean of each window.",
        {
            "kernel_size": _KERNEL_SIZE,
            "stride": _STRIDE,
            "padding": _PADDING,
            "ceil_mode": _CEIL_MODE,
            "count_include_pad": flag("Count the padding's zeros in the mean", default=True),
            "divisor_override": count(
                "Divide each window's sum by this instead of its size",
                default=None,
                high=1_000_000,
                when_none="its size",
            ),
        },
        _CHECKS,
        sees=windows.sliding,
    ),
    "AdaptiveAvgPool2d": LayerKind(
        "pooling",
        "Takes means so that the output has the given size, whatever the input; 1 is a global pool.",
        {"output_size": _OUTPUT_SIZE},
        (checks.takes_a_map,),
        sees=windows.adaptive,
    ),
    "AdaptiveMaxPool2d": LayerKind(
        "pooling",
        "Keeps largest values so that the output has the given size, whatever the input; 1 is a global pool.",
        {"output_size": _OUTPUT_SIZE},
        (checks.takes_a_map,),
        sees=windows.adaptive,
    ),
}
