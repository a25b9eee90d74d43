"""Why a layer cannot take an input: each check returns one sentence with numbers, or None when all is well.

They run before PyTorch does, so that a person reads "an 11×11 window does not fit a 5×5 map" and not PyTorch's words.
"""

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


def takes_a_map(params: Mapping[str, Value], shape: Shape) -> str | None:
    """Convolutions and pools need a feature map (C, H, W)."""
    if len(shape) == 3:
        return None
    return f"it needs a feature map (channels × height × width), but {_what_arrives(shape)}"


def window_fits(params: Mapping[str, Value], shape: Shape) -> str | None:
    """The window, spread by its dilation, must not be larger than the padded map.

    With `ceil_mode` it may reach over the edge by less than one stride.
    """
    over = [s - 1 for s in pair(params["stride"] or params["kernel_size"])] if params.get("ceil_mode") else [0, 0]
    kernel, padding, dilation = (pair(params.get(name, default)) for name, default in _WINDOW)
    reach = [d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True)]
    padded = [size + 2 * p for size, p in zip(shape[1:], padding, strict=True)]
    if all(r <= size + o for r, size, o in zip(reach, padded, over, strict=True)):
        return None
    window = f"{shape_text(reach)} window" + (
        f" ({shape_text(kernel)} at dilation {shape_text(dilation)})" if reach != [*kernel] else ""
    )
    room = f" (with its padding {shape_text(padded)})" if any(padding) else ""
    return f"its {window} is larger than the {shape_text(shape[1:])} map that reaches it{room}"


_WINDOW: tuple[tuple[str, Value], ...] = (("kernel_size", 1), ("padding", 0), ("dilation", 1))


def padding_is_at_most_half(params: Mapping[str, Value], shape: Shape) -> str | None:
    """PyTorch pools refuse a padding of more than half the window."""
    kernel, padding = pair(params["kernel_size"]), pair(params["padding"])
    if all(2 * p <= k for k, p in zip(kernel, padding, strict=True)):
        return None
    return f"a pool's padding can be at most half its window: {shape_text(padding)} > {shape_text(kernel)} ÷ 2"


def groups_divide_channels(params: Mapping[str, Value], shape: Shape) -> str | None:
    """Both channel counts of a grouped convolution must be multiples of `groups`."""
    groups, out_channels = params["groups"], params["out_channels"]
    assert isinstance(groups, int)
    assert isinstance(out_channels, int)
    for what, channels in (("input", shape[0]), ("output", out_channels)):
        if channels % groups:
            return f"its {channels} {what} channels cannot be split into {groups} equal groups"
    return None


def takes_values_or_says_so(params: Mapping[str, Value], shape: Shape) -> str | None:
    """A Linear layer on a map is almost always a missing Flatten: it would act on the last dimension only."""
    if len(shape) == 1 or params["in_features"] is not None:
        return None
    return (
        f"it needs a row of values, but {_what_arrives(shape)}; put Flatten before it "
        f"(or give in_features={shape[-1]} to act on the last dimension only)"
    )


def _what_arrives(shape: Shape) -> str:
    if len(shape) == 1:
        return f"a row of {shape[0]} values reaches it"
    if len(shape) == 3:
        return f"a {shape_text(shape)} map reaches it"
    return f"a {shape_text(shape)} array reaches it"
