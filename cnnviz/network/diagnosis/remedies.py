"""REMEDIES: what a layer would have taken, and what may help, for each reason why it refuses its input."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cnnviz.formatting import shape_text
from cnnviz.network import checks, containers
from cnnviz.network.checks import Check, overhang, padding_around, pair, reach
from cnnviz.network.containers import Merge
from cnnviz.network.diagnosis import channels, inputs, merges, rows, shrinking, sizes
from cnnviz.network.diagnosis.case import Case
from cnnviz.network.diagnosis.ideas import Family
from cnnviz.network.layers import LAYERS


@dataclass(frozen=True)
class Remedy:
    """What the layer would have taken, in words, and families of ideas, the most promising first."""

    wanted: Callable[[Case], str]
    families: tuple[Family, ...]


def remedy_for(case: Case) -> Remedy:
    """Return what may help: by the check that refused, by the merge that failed, or by a wrong number of features."""
    kind = LAYERS[case.layer.kind]
    refused = (check for check in kind.checks if check(case.params, case.shape))
    why: Check | Merge | None = kind.merge or next(refused, None)
    if why is not None:
        return REMEDIES[why]
    return _OTHER_FEATURES if channels.mismatched(case.layer, case.shape) else _UNKNOWN


def _map(case: Case) -> str:
    return "a feature map (channels × height × width)"


def _row(case: Case) -> str:
    wanted = case.params.get("in_features")
    return f"a row of {wanted} values" if wanted else "a row of values"


def _large_map(case: Case) -> str:
    params = case.params
    beyond = [sum(sides) + over for sides, over in zip(padding_around(params), overhang(params), strict=True)]
    least = [max(1, side - extra) for side, extra in zip(reach(params), beyond, strict=True)]
    return f"a map of at least {shape_text(least)} pixels"


def _half_padding(case: Case) -> str:
    half = [side // 2 for side in pair(case.params["kernel_size"])]
    return f"a padding of at most {shape_text(half)}, half its window"


def _multiple_of_groups(case: Case) -> str:
    return f"input and output channels that are multiples of {case.params['groups']}"


def _multiple_of_norm_groups(case: Case) -> str:
    return f"a multiple of {case.params['num_groups']} channels"


def _square_channels(case: Case) -> str:
    return f"a multiple of {checks.whole(case.params['upscale_factor']) ** 2} channels"


def _as_written(case: Case) -> str:
    name = next(iter(channels.mismatched(case.layer, case.shape)))
    value = case.params[name]
    if isinstance(value, tuple):
        return f"an input whose last dimensions are {shape_text(value)}"
    what = "value" if name == "in_features" else "channel"
    return f"{value} {what}" if value == 1 else f"{value} {what}s"


def _sizes(case: Case) -> str:
    sizes = case.params["unflattened_size"]
    assert isinstance(sizes, tuple)
    return f"as many values as {shape_text(sizes)} holds"


def _says(text: str) -> Callable[[Case], str]:
    return lambda case: text


_SMALL_MAP: tuple[Family, ...] = (
    inputs.channels_first,
    sizes.dense_kernel,
    sizes.global_pool,
    inputs.larger_input,
    shrinking.without_pool,
    shrinking.fewer_repeats,
    shrinking.smaller_stride,
    shrinking.without_earlier_pool,
    sizes.more_padding,
    sizes.smaller_kernel,
    shrinking.without_block,
)
_FOR_A_ROW: tuple[Family, ...] = (
    rows.of_the_other_kind,
    rows.flattened,
    rows.pooled_to_fit,
    rows.pooled,
    rows.left_out,
)

REMEDIES: Mapping[Check | Merge, Remedy] = {
    checks.takes_a_map: Remedy(
        _map,
        (
            rows.of_the_other_kind,
            rows.flatten_removed,
            rows.flatten_moved,
            rows.unflattened,
            rows.left_out,
        ),
    ),
    checks.takes_a_row: Remedy(_row, _FOR_A_ROW),
    checks.takes_values_or_says_so: Remedy(_row, _FOR_A_ROW),
    checks.window_fits: Remedy(_large_map, _SMALL_MAP),
    checks.padding_is_at_most_half: Remedy(_half_padding, (sizes.less_padding, sizes.kernel_for_padding)),
    checks.same_padding_has_stride_1: Remedy(
        _says("stride 1, or a padding in numbers"), (sizes.padding_in_numbers, sizes.stride_of_1)
    ),
    checks.padding_has_pixels_to_copy: Remedy(
        _says("a map larger than its padding"),
        (sizes.less_padding, sizes.padding_with_zeros, inputs.larger_input, shrinking.without_earlier_pool),
    ),
    checks.groups_divide_channels: Remedy(
        _multiple_of_groups,
        (
            inputs.channels_first,
            channels.depthwise,
            channels.groups_that_divide,
            channels.out_channels_for_groups,
            channels.source_for_groups,
        ),
    ),
    checks.groups_divide_normalised_channels: Remedy(
        _multiple_of_norm_groups, (channels.normalisation_groups_that_divide, channels.source_for_groups)
    ),
    checks.output_padding_is_small: Remedy(
        _says("an output padding smaller than its stride or dilation"),
        (sizes.less_output_padding, sizes.stride_for_output_padding),
    ),
    checks.transposed_output_is_not_empty: Remedy(
        _says("a padding that leaves some of its output"),
        (sizes.less_padding_of_transposed, inputs.larger_input),
    ),
    checks.has_more_than_one_pixel: Remedy(
        _says("a map of more than one pixel"),
        (inputs.larger_input, rows.left_out, shrinking.without_earlier_pool, shrinking.smaller_stride),
    ),
    checks.slopes_match_channels: Remedy(_says("one slope, or one for each channel"), (channels.slopes_that_match,)),
    checks.dimension_exists: Remedy(_says("a dimension that its input has"), (rows.dimension_of_channels,)),
    checks.dimensions_are_in_order: Remedy(
        _says("dimensions that its input has, in order"), (rows.dimensions_by_default, rows.left_out)
    ),
    checks.sizes_multiply_to_the_dimension: Remedy(
        _sizes, (rows.sizes_that_multiply, rows.source_for_sizes, rows.flattened, rows.left_out)
    ),
    checks.size_or_scale_is_given: Remedy(
        _says("either a size or a factor, and align_corners only where it interpolates"),
        (rows.upsampled_without_size, rows.interpolated, rows.upsampled_by_2),
    ),
    checks.channels_make_pixels: Remedy(
        _square_channels, (channels.source_for_pixels, channels.convolution_for_pixels, channels.factor_for_channels)
    ),
    containers.add: Remedy(
        _says("a body and a shortcut that make one shape"),
        (merges.shortcut_that_matches, merges.body_of_same_size, merges.body_of_same_channels),
    ),
    containers.concatenate: Remedy(
        _says("branches of one height and width"),
        (
            merges.branches_of_same_size,
            merges.branches_of_larger_output,
            inputs.input_of_even_sides,
            merges.branches_of_same_stride,
            merges.branches_resized,
            merges.branches_flattened,
        ),
    ),
    containers.multiply: Remedy(_says("a gate of one value for each channel"), (merges.gate_for_each_channel,)),
}

_OTHER_FEATURES = Remedy(
    _as_written,
    (
        inputs.channels_first,
        channels.inferred,
        channels.as_arriving,
        inputs.input_of_other_channels,
        rows.group_norm,
        inputs.input_of_other_sides,
        rows.pooled_to_fit,
        channels.source_of_what_is_wanted,
    ),
)
_UNKNOWN = Remedy(_says("another input"), (inputs.channels_first, rows.left_out))
