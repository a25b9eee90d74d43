"""Why a layer cannot take an input: each check returns one sentence with numbers, or None when all is well.

They run before PyTorch does, so that a person reads "an 11×11 window does not fit a 5×5 map" and not PyTorch's words,
and because the meta device lets through what a CPU refuses.
"""

import math
from collections.abc import Callable, Mapping

from cnnviz.formatting import shape_text
from cnnviz.network.spec import Shape, Value

Check = Callable[[Mapping[str, Value], Shape], str | None]


def pair(value: Value) -> tuple[int, int]:
    """Return (height, width) of a size that may be one int for both."""
    if isinstance(value, tuple):
        return value[0], value[1]
    assert isinstance(value, int)
    return value, value


def whole(value: Value) -> int:
    """Return a value that is known to be an int."""
    assert isinstance(value, int)
    return value


def reach(params: Mapping[str, Value]) -> tuple[int, int]:
    """Return (height, width) of a window spread by its dilation."""
    kernel, dilation = pair(params["kernel_size"]), pair(params.get("dilation", 1))
    return dilation[0] * (kernel[0] - 1) + 1, dilation[1] * (kernel[1] - 1) + 1


def padding_around(params: Mapping[str, Value]) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return ((top, bottom), (left, right)) of a window's padding, as PyTorch splits "same"."""
    padding = params.get("padding", 0)
    if padding == "same":
        totals = [size - 1 for size in reach(params)]
        return (totals[0] // 2, totals[0] - totals[0] // 2), (totals[1] // 2, totals[1] - totals[1] // 2)
    height, width = pair(0 if padding == "valid" else padding)
    return (height, height), (width, width)


def overhang(params: Mapping[str, Value]) -> tuple[int, int]:
    """Return how many pixels, down and to the right, a window may hang over the padded map: with `ceil_mode`, less
    than one stride.
    """
    if not params.get("ceil_mode"):
        return 0, 0
    height, width = pair(params["stride"] or params["kernel_size"])
    return height - 1, width - 1


def takes_a_map(params: Mapping[str, Value], shape: Shape) -> str | None:
    """Convolutions and pools need a feature map (C, H, W)."""
    if len(shape) == 3:
        return None
    return f"it needs a feature map (channels × height × width), but {_what_arrives(shape)}"


def takes_a_row(params: Mapping[str, Value], shape: Shape) -> str | None:
    """BatchNorm1d needs a row of values, or channels of them."""
    return None if len(shape) <= 2 else f"it needs a row of values, but {_what_arrives(shape)}"


def window_fits(params: Mapping[str, Value], shape: Shape) -> str | None:
    """The window, spread by its dilation, must not be larger than the padded map, but for its overhang."""
    over = overhang(params)
    spread, padding = reach(params), padding_around(params)
    padded = [size + sum(sides) for size, sides in zip(shape[1:], padding, strict=True)]
    if all(r <= size + o for r, size, o in zip(spread, padded, over, strict=True)):
        return None
    kernel = pair(params["kernel_size"])
    window = f"{shape_text(spread)} window" + (
        f" ({shape_text(kernel)} at dilation {shape_text(pair(params['dilation']))})" if spread != kernel else ""
    )
    room = f" (with its padding {shape_text(padded)})" if any(map(sum, padding)) else ""
    allowed = f", and may hang over its edge by at most {shape_text(over)} pixels" if any(over) else ""
    return f"its {window} is larger than the {shape_text(shape[1:])} map that reaches it{room}{allowed}"


def padding_is_at_most_half(params: Mapping[str, Value], shape: Shape) -> str | None:
    """PyTorch pools refuse a padding of more than half the window."""
    kernel, padding = pair(params["kernel_size"]), pair(params["padding"])
    if all(2 * p <= k for k, p in zip(kernel, padding, strict=True)):
        return None
    return f"a pool's padding can be at most half its window: {shape_text(padding)} > {shape_text(kernel)} ÷ 2"


def same_padding_has_stride_1(params: Mapping[str, Value], shape: Shape) -> str | None:
    """PyTorch knows padding="same" only at stride 1."""
    if params["padding"] != "same" or params["stride"] == 1:
        return None
    return f"padding='same' works only with stride 1, and its stride is {_size_text(params['stride'])}"


def padding_has_pixels_to_copy(params: Mapping[str, Value], shape: Shape) -> str | None:
    """Reflected padding must be smaller than the map, and circular padding at most as large."""
    most = {"reflect": -1, "circular": 0}.get(str(params["padding_mode"]))
    if most is None:
        return None
    for size, sides in zip(shape[1:], padding_around(params), strict=True):
        if max(sides) > size + most:
            limit = "smaller than" if most else "at most"
            return f"{params['padding_mode']} padding must be {limit} the map: {max(sides)} against {size} pixels"
    return None


def groups_divide_channels(params: Mapping[str, Value], shape: Shape) -> str | None:
    """Both channel counts of a grouped convolution must be multiples of `groups`."""
    groups = whole(params["groups"])
    for what, channels in (("input", shape[0]), ("output", whole(params["out_channels"]))):
        if channels % groups:
            return f"its {channels} {what} channels cannot be split into {groups} equal groups"
    return None


def output_padding_is_small(params: Mapping[str, Value], shape: Shape) -> str | None:
    """A transposed convolution's output padding must be smaller than its stride or its dilation."""
    sizes = (pair(params[name]) for name in ("output_padding", "stride", "dilation"))
    if all(extra < max(stride, dilation) for extra, stride, dilation in zip(*sizes, strict=True)):
        return None
    return (
        f"output_padding must be smaller than stride or dilation: {_size_text(params['output_padding'])} against "
        f"{_size_text(params['stride'])} and {_size_text(params['dilation'])}"
    )


def transposed_output_is_not_empty(params: Mapping[str, Value], shape: Shape) -> str | None:
    """A transposed convolution's padding must leave something of its output."""
    stride, padding, extra = (pair(params[name]) for name in ("stride", "padding", "output_padding"))
    sizes = [(shape[i + 1] - 1) * stride[i] - 2 * padding[i] + reach(params)[i] + extra[i] for i in (0, 1)]
    if min(sizes) >= 1:
        return None
    return f"its padding takes away all of the output: it would be {shape_text(sizes)} pixels"


def takes_values_or_says_so(params: Mapping[str, Value], shape: Shape) -> str | None:
    """A Linear layer on a map is almost always a missing Flatten: it would act on the last dimension only."""
    wanted = params["in_features"]
    if len(shape) == 1 or wanted == shape[-1]:
        return None
    if wanted is not None:
        arrives = f"{_what_arrives(shape)} ({math.prod(shape)} values)"
        return f"it needs a row of {wanted} values, but {arrives}; put Flatten before it"
    return (
        f"it needs a row of values, but {_what_arrives(shape)}; put Flatten before it "
        f"(or give in_features={shape[-1]} to act on the last dimension only)"
    )


def groups_divide_normalised_channels(params: Mapping[str, Value], shape: Shape) -> str | None:
    """GroupNorm splits the channels into equal groups."""
    groups = whole(params["num_groups"])
    return None if shape[0] % groups == 0 else f"its {shape[0]} channels cannot be split into {groups} equal groups"


def has_more_than_one_pixel(params: Mapping[str, Value], shape: Shape) -> str | None:
    """InstanceNorm2d takes the mean over a map, which must hold more than one value."""
    if math.prod(shape[1:]) > 1:
        return None
    return "it normalises each map by its own mean, and a 1×1 map has only one value"


def slopes_match_channels(params: Mapping[str, Value], shape: Shape) -> str | None:
    """PReLU has one slope, or one for each channel."""
    slopes = params["num_parameters"]
    if slopes in (1, shape[0]):
        return None
    return f"num_parameters must be 1 or the input's {shape[0]} channels, not {slopes}"


def dimension_exists(params: Mapping[str, Value], shape: Shape) -> str | None:
    """Dimension `dim` is counted as PyTorch does: 0 is the batch, 1 the channels, -1 the last."""
    dim = whole(params["dim"])
    if -len(shape) - 1 <= dim <= len(shape):
        return None
    return f"dim={dim} does not exist: its input has dimensions 0 (the batch) to {len(shape)}"


def dimensions_are_in_order(params: Mapping[str, Value], shape: Shape) -> str | None:
    """Flatten joins the dimensions from `start_dim` to `end_dim`, counted with the batch."""
    start, end, rank = whole(params["start_dim"]), whole(params["end_dim"]), len(shape) + 1
    first, last = start % rank, end % rank
    if -rank < start < rank and -rank < end < rank and 1 <= first <= last:
        return None
    return f"it cannot join dimensions {start} to {end}: its input has dimensions 0 (the batch) to {rank - 1}"


def sizes_multiply_to_the_dimension(params: Mapping[str, Value], shape: Shape) -> str | None:
    """Unflatten gives dimension `dim` another shape with as many values."""
    dim, sizes = whole(params["dim"]), params["unflattened_size"]
    assert isinstance(sizes, tuple)
    if not dim % (len(shape) + 1) >= 1 or not -len(shape) <= dim <= len(shape):
        return f"dim={dim} does not exist: its input has dimensions 1 to {len(shape)} beside the batch"
    values = shape[dim % (len(shape) + 1) - 1]
    if math.prod(sizes) == values:
        return None
    return f"{shape_text(sizes)} is {math.prod(sizes)} values, but dimension {dim} of its input has {values}"


def size_or_scale_is_given(params: Mapping[str, Value], shape: Shape) -> str | None:
    """Upsample is given either the output's size or a factor, and align_corners only where it interpolates."""
    if (params["size"] is None) == (params["scale_factor"] is None):
        return "it needs either size or scale_factor"
    if params["align_corners"] is not None and params["mode"] == "nearest":
        return "align_corners is only for mode 'bilinear' or 'bicubic'"
    if params["scale_factor"] is not None and min(math.floor(s * _real(params["scale_factor"])) for s in shape[1:]) < 1:
        return f"scale_factor={params['scale_factor']} leaves nothing of a {shape_text(shape[1:])} map"
    return None


def channels_make_pixels(params: Mapping[str, Value], shape: Shape) -> str | None:
    """PixelShuffle turns r² channels into r × r pixels."""
    factor = whole(params["upscale_factor"])
    if shape[0] % factor**2 == 0:
        return None
    return f"its {shape[0]} channels are not a multiple of {factor}² = {factor**2}"


def _real(value: Value) -> float:
    assert isinstance(value, int | float)
    return value


def _size_text(value: Value) -> str:
    return shape_text(value) if isinstance(value, tuple) else str(value)


def _what_arrives(shape: Shape) -> str:
    if len(shape) == 1:
        return f"a row of {shape[0]} values reaches it"
    if len(shape) == 3:
        return f"a {shape_text(shape)} map reaches it"
    return f"a {shape_text(shape)} array reaches it"
