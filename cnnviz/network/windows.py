"""Which positions of its input a layer looks at for each position of its output, along one side of the map."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from cnnviz.network.checks import padding_around, pair, reach, whole
from cnnviz.network.spec import Shape, Value


@dataclass(frozen=True)
class Window:
    """Output position j looks at the input positions `steps[j]`, in rising order, some of them perhaps in the padding.

    The pattern repeats: `len(steps)` positions further it is the same, moved on by `shift` input positions. A
    convolution has one step and its stride as shift; a transposed one has a step for each phase of its stride.
    """

    steps: tuple[Sequence[int], ...]
    shift: int

    def at(self, position: int) -> Sequence[int]:
        """Return the input positions that an output position looks at, none where it holds only a bias."""
        turns, phase = divmod(position, len(self.steps))
        return [step + turns * self.shift for step in self.steps[phase]] if turns else self.steps[phase]

    def used(self, *, inputs: int, outputs: int, turn: int) -> set[int]:
        """Return the input positions that the outputs at both ends look at.

        These are, from each end, the outputs that look into the padding and `turn` more.
        """
        found: set[int] = set()
        for positions in (range(outputs), reversed(range(outputs))):
            inside = 0
            for position in positions:
                steps = self.at(position)
                found.update(step for step in steps if 0 <= step < inputs)
                inside += not steps or (steps[0] >= 0 and steps[-1] < inputs)
                if inside >= turn:
                    break
        return found


Sees = Callable[[Mapping[str, Value], Shape, int], Window | None]
"""A layer's window given its parameters, its input (C, H, W) and the side: 0 height, 1 width. None looks everywhere."""

SAME = Window(((0,),), shift=1)
"""Each position looks at its own."""

_FINEST = 100  # parts of 1 that a decimal factor of a resizing is rounded to, so that its pattern stays short


def same_position(params: Mapping[str, Value], shape: Shape, side: int) -> Window | None:
    """Each value comes of the values at its own position."""
    return SAME


def whole_map(params: Mapping[str, Value], shape: Shape, side: int) -> Window | None:
    """Each value comes of all positions, as where a map is normalised by its own mean."""
    return None


def whole_map_without_running_stats(params: Mapping[str, Value], shape: Shape, side: int) -> Window | None:
    """With running statistics a trained layer normalises each position by itself, else by the map's own mean."""
    return SAME if params["track_running_stats"] else None


def normalised_dimensions(params: Mapping[str, Value], shape: Shape, side: int) -> Window | None:
    """LayerNorm takes its mean over the last dimensions of (C, H, W)."""
    normalised = params["normalized_shape"]
    assert isinstance(normalised, tuple)
    return None if len(normalised) + side >= 2 else SAME


def softmax_dimension(params: Mapping[str, Value], shape: Shape, side: int) -> Window | None:
    """Softmax divides by a sum over one dimension of (N, C, H, W)."""
    return None if whole(params["dim"]) % 4 == 2 + side else SAME


def last_dimension(params: Mapping[str, Value], shape: Shape, side: int) -> Window | None:
    """A Linear layer on a map mixes the values of each line."""
    return None if side == 1 else SAME


def sliding(params: Mapping[str, Value], shape: Shape, side: int) -> Window | None:
    """A convolution or pool, its kernel spread by the dilation."""
    kernel, dilation = pair(params["kernel_size"])[side], pair(params.get("dilation", 1))[side]
    first = -padding_around(params)[side][0]
    steps = range(first, first + (kernel - 1) * dilation + 1, dilation)
    return Window((steps,), strides(params)[side])


def strides(params: Mapping[str, Value]) -> tuple[int, int]:
    """Return (height, width) of a window's steps; a pool without a stride moves by its whole window."""
    return pair(params["stride"] or params["kernel_size"])


def never_seen(params: Mapping[str, Value], shape: Shape) -> tuple[int, int]:
    """Return how many rows and columns at the end no sliding window reaches: what remains, less the padding there.

    A stride larger than the window leaves pixels out on purpose.
    """
    if params.get("ceil_mode"):
        return 0, 0
    sides = zip(shape[1:], padding_around(params), reach(params), strides(params), strict=True)
    lost = [
        max(0, (size + sum(padding) - spread) % stride - padding[1]) if spread >= stride else 0
        for size, padding, spread, stride in sides
    ]
    return lost[0], lost[1]


def transposed(params: Mapping[str, Value], shape: Shape, side: int) -> Window | None:
    """Input position i of a transposed convolution reaches the outputs stride · i + dilation · tap − padding."""
    kernel, stride = pair(params["kernel_size"])[side], pair(params["stride"])[side]
    dilation, padding = pair(params["dilation"])[side], pair(params["padding"])[side]
    first = padding - (kernel - 1) * dilation
    reached = [range(phase + first, phase + padding + 1, dilation) for phase in range(stride)]
    return Window(tuple([at // stride for at in each if at % stride == 0] for each in reached), shift=1)


def adaptive(params: Mapping[str, Value], shape: Shape, side: int) -> Window | None:
    """Output j of m pools the inputs from ⌊j · n / m⌋ to ⌈(j + 1) · n / m⌉ of n."""
    size, outputs = shape[1 + side], pair(params["output_size"])[side]
    if outputs == 1:
        return None
    ratio = Fraction(size, outputs)
    steps = (range(math.floor(j * ratio), math.ceil((j + 1) * ratio)) for j in range(ratio.denominator))
    return Window(tuple(steps), ratio.numerator)


def shuffled(params: Mapping[str, Value], shape: Shape, side: int) -> Window | None:
    """PixelShuffle makes r pixels of each, out of other channels."""
    return Window(((0,),) * whole(params["upscale_factor"]), shift=1)


def padded(params: Mapping[str, Value], shape: Shape, side: int) -> Window | None:
    """ZeroPad2d moves the map by what it adds to the left and the top."""
    padding = params["padding"]
    before = padding[(2, 0)[side]] if isinstance(padding, tuple) else whole(padding)
    return Window(((-before,),), shift=1)


def resized(params: Mapping[str, Value], shape: Shape, side: int) -> Window | None:
    """Upsample takes one input pixel, or those it interpolates between, as `torch.nn.functional.interpolate` does."""
    ratio = _ratio(params, shape[1 + side], side)
    nearest, aligned = params["mode"] == "nearest", bool(params["align_corners"])
    offset = Fraction(0) if nearest or aligned else (ratio - 1) / 2
    points = [j * ratio + offset for j in range(ratio.denominator)]
    around = {"nearest": (0,), "bilinear": (0, 1), "bicubic": (-1, 0, 1, 2)}[str(params["mode"])]
    steps = ([math.floor(point) + step for step in (around if point.denominator > 1 else (0,))] for point in points)
    return Window(tuple(steps), ratio.numerator)


def _ratio(params: Mapping[str, Value], size: int, side: int) -> Fraction:
    """Return how many input pixels lie between two pixels of a resized map."""
    scale = params["scale_factor"]
    if isinstance(scale, float):
        outputs, ratio = math.floor(size * scale), 1 / Fraction(scale).limit_denominator(_FINEST)
    else:
        outputs = pair(params["size"])[side]
        ratio = Fraction(size, outputs)
    if params["align_corners"]:
        return Fraction(size - 1, outputs - 1) if outputs > 1 else Fraction(0)
    return ratio
