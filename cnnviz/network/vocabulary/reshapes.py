"""Layers that only arrange values anew."""

from collections.abc import Mapping

from cnnviz.network import checks, windows
from cnnviz.network.kinds import LayerKind
from cnnviz.network.params import REQUIRED, Param, choice, count, size

RESHAPES: Mapping[str, LayerKind] = {
    "Flatten": LayerKind(
        "reshape",
        "Lays the map out as one row of values, for the linear layers.",
        {
            "start_dim": Param("int", "First dimension joined; 0 is the batch", 1, low=-4, high=4),
            "end_dim": Param("int", "Last dimension joined; −1 is the last one there is", -1, low=-4, high=4),
        },
        (checks.dimensions_are_in_order,),
    ),
    "Unflatten": LayerKind(
        "reshape",
        "Gives one dimension a shape, such as a row of values that of a map.",
        {
            "dim": Param("int", "Dimension that is split; 0 is the batch", REQUIRED, low=-4, high=4, initial=1),
            "unflattened_size": Param(
                "shape", "Sizes it is split into", REQUIRED, low=1, high=2**40, initial=(1, 8, 8)
            ),
        },
        (checks.sizes_multiply_to_the_dimension,),
    ),
    "Upsample": LayerKind(
        "reshape",
        "Enlarges the map by repeating or interpolating its pixels.",
        {
            "size": size("Height and width of the output", default=None, when_none="by scale"),
            "scale_factor": Param(
                "float", "Output size by input size", None, low=0.01, high=64, initial=2.0, when_none="by size"
            ),
            "mode": choice("How pixels in between are found", "nearest", "bilinear", "bicubic"),
            "align_corners": Param("bool", "Keep the corners' pixels in place", None),
        },
        (checks.takes_a_map, checks.size_or_scale_is_given),
        sees=windows.resized,
    ),
    "PixelShuffle": LayerKind(
        "reshape",
        "Enlarges the map by turning each r² channels into r × r pixels.",
        {"upscale_factor": count("The factor r", initial=2, high=64)},
        (checks.takes_a_map, checks.channels_make_pixels),
        sees=windows.shuffled,
    ),
    "ZeroPad2d": LayerKind(
        "reshape",
        "Adds zeros around the map.",
        {"padding": Param("sides", "Pixels added on each side", REQUIRED, low=0, high=1024, initial=1)},
        (checks.takes_a_map,),
        sees=windows.padded,
    ),
}
