"""Layers that do not fit what reaches them, each with one right beside it that does."""

from dataclasses import dataclass

from cnnviz.network import checks


@dataclass(frozen=True)
class Misfit:
    """A layer that a check refuses, and one right beside it that fits."""

    check: checks.Check | None  # None where a given size is not the input's
    refused: str
    fits: str
    reason: str
    after: str = "Identity()"
    input_shape: tuple[int, int, int] = (4, 5, 6)
    fits_input_shape: tuple[int, int, int] | None = None
    by_pytorch: bool = True  # and not only by what the layer is defined to be here


MISFITS = (
    Misfit(
        checks.takes_a_map,
        "MaxPool2d(kernel_size=1)",
        "ReLU()",
        "it needs a feature map (channels × height × width), but a row of 120 values reaches it",
        after="Flatten()",
    ),
    Misfit(
        checks.takes_a_map,
        "Conv2d(out_channels=4, kernel_size=1)",
        "ReLU()",
        "it needs a feature map (channels × height × width), but a 2×2×5×6 array reaches it",
        after="Unflatten(dim=1, unflattened_size=(2, 2))",
    ),
    Misfit(
        checks.takes_a_map,
        "BatchNorm2d()",
        "BatchNorm1d()",
        "it needs a feature map (channels × height × width), but a 4×30 array reaches it",
        after="Flatten(start_dim=2)",
    ),
    Misfit(
        checks.takes_a_row, "BatchNorm1d()", "BatchNorm2d()", "it needs a row of values, but a 4×5×6 map reaches it"
    ),
    Misfit(
        checks.window_fits,
        "Conv2d(out_channels=4, kernel_size=11)",
        "Conv2d(out_channels=4, kernel_size=5)",
        "its 11×11 window is larger than the 5×6 map that reaches it",
    ),
    Misfit(
        checks.window_fits,
        "Conv2d(out_channels=4, kernel_size=(3, 7))",
        "Conv2d(out_channels=4, kernel_size=(3, 6))",
        "its 3×7 window is larger than the 5×6 map that reaches it",
    ),
    Misfit(
        checks.window_fits,
        "Conv2d(out_channels=4, kernel_size=3, padding=1, dilation=4)",
        "Conv2d(out_channels=4, kernel_size=3, padding=1, dilation=3)",
        "its 9×9 window (3×3 at dilation 4×4) is larger than the 5×6 map that reaches it (with its padding 7×8)",
    ),
    Misfit(
        checks.window_fits,
        "MaxPool2d(kernel_size=(2, 7))",
        "MaxPool2d(kernel_size=(2, 6))",
        "its 2×7 window is larger than the 5×6 map that reaches it",
    ),
    Misfit(
        checks.window_fits,
        "AvgPool2d(kernel_size=8, padding=1)",
        "AvgPool2d(kernel_size=7, padding=1)",
        "its 8×8 window is larger than the 5×6 map that reaches it (with its padding 7×8)",
    ),
    Misfit(
        checks.window_fits,
        "MaxPool2d(kernel_size=3, stride=2, ceil_mode=True)",
        "MaxPool2d(kernel_size=3, stride=2, ceil_mode=True)",
        "its 3×3 window is larger than the 1×1 map that reaches it, and may hang over its edge by at most 1×1 pixels",
        input_shape=(4, 1, 1),
        fits_input_shape=(4, 2, 2),
    ),
    Misfit(
        checks.padding_is_at_most_half,
        "MaxPool2d(kernel_size=3, padding=2)",
        "MaxPool2d(kernel_size=3, padding=1)",
        "a pool's padding can be at most half its window: 2×2 > 3×3 ÷ 2",
    ),
    Misfit(
        checks.padding_is_at_most_half,
        "AvgPool2d(kernel_size=(4, 2), padding=(2, 2))",
        "AvgPool2d(kernel_size=(4, 2), padding=(2, 1))",
        "a pool's padding can be at most half its window: 2×2 > 4×2 ÷ 2",
    ),
    Misfit(
        checks.same_padding_has_stride_1,
        "Conv2d(out_channels=4, kernel_size=3, padding='same', stride=2)",
        "Conv2d(out_channels=4, kernel_size=3, padding='same')",
        "padding='same' works only with stride 1, and its stride is 2",
    ),
    Misfit(
        checks.same_padding_has_stride_1,
        "Conv2d(out_channels=4, kernel_size=3, padding='same', stride=(1, 2))",
        "Conv2d(out_channels=4, kernel_size=3, padding='valid', stride=(1, 2))",
        "padding='same' works only with stride 1, and its stride is 1×2",
    ),
    Misfit(
        checks.padding_has_pixels_to_copy,
        "Conv2d(out_channels=4, kernel_size=3, padding=5, padding_mode='reflect')",
        "Conv2d(out_channels=4, kernel_size=3, padding=4, padding_mode='reflect')",
        "reflect padding must be smaller than the map: 5 against 5 pixels",
    ),
    Misfit(
        checks.padding_has_pixels_to_copy,
        "Conv2d(out_channels=4, kernel_size=3, padding=(0, 7), padding_mode='circular')",
        "Conv2d(out_channels=4, kernel_size=3, padding=(0, 6), padding_mode='circular')",
        "circular padding must be at most the map: 7 against 6 pixels",
    ),
    Misfit(
        checks.padding_has_pixels_to_copy,
        "Conv2d(out_channels=4, kernel_size=3, padding=9, padding_mode='circular')",
        "Conv2d(out_channels=4, kernel_size=3, padding=9, padding_mode='replicate')",
        "circular padding must be at most the map: 9 against 5 pixels",
    ),
    Misfit(
        checks.padding_has_pixels_to_copy,
        "Conv2d(out_channels=4, kernel_size=10, padding='same', padding_mode='reflect')",
        "Conv2d(out_channels=4, kernel_size=9, padding='same', padding_mode='reflect')",
        "reflect padding must be smaller than the map: 5 against 5 pixels",
    ),
    Misfit(
        checks.padding_has_pixels_to_copy,
        "Conv2d(out_channels=4, kernel_size=3, dilation=6, padding='same', padding_mode='circular')",
        "Conv2d(out_channels=4, kernel_size=3, dilation=5, padding='same', padding_mode='circular')",
        "circular padding must be at most the map: 6 against 5 pixels",
    ),
    Misfit(
        checks.groups_divide_channels,
        "Conv2d(out_channels=4, kernel_size=1, groups=3)",
        "Conv2d(out_channels=4, kernel_size=1, groups=4)",
        "its 4 input channels cannot be split into 3 equal groups",
    ),
    Misfit(
        checks.groups_divide_channels,
        "Conv2d(out_channels=5, kernel_size=1, groups=2)",
        "Conv2d(out_channels=6, kernel_size=1, groups=2)",
        "its 5 output channels cannot be split into 2 equal groups",
    ),
    Misfit(
        checks.groups_divide_channels,
        "ConvTranspose2d(out_channels=4, kernel_size=1, groups=3)",
        "ConvTranspose2d(out_channels=4, kernel_size=1, groups=2)",
        "its 4 input channels cannot be split into 3 equal groups",
    ),
    Misfit(
        checks.output_padding_is_small,
        "ConvTranspose2d(out_channels=4, kernel_size=3, stride=2, output_padding=2)",
        "ConvTranspose2d(out_channels=4, kernel_size=3, stride=2, output_padding=1)",
        "output_padding must be smaller than stride or dilation: 2 against 2 and 1",
    ),
    Misfit(
        checks.output_padding_is_small,
        "ConvTranspose2d(out_channels=4, kernel_size=3, output_padding=(0, 1))",
        "ConvTranspose2d(out_channels=4, kernel_size=3, output_padding=(0, 1), dilation=2)",
        "output_padding must be smaller than stride or dilation: 0×1 against 1 and 1",
    ),
    Misfit(
        checks.transposed_output_is_not_empty,
        "ConvTranspose2d(out_channels=4, kernel_size=2, padding=3)",
        "ConvTranspose2d(out_channels=4, kernel_size=2, padding=2)",
        "its padding takes away all of the output: it would be 0×1 pixels",
        by_pytorch=False,  # which returns a map of no pixels
    ),
    Misfit(
        checks.transposed_output_is_not_empty,
        "ConvTranspose2d(out_channels=4, kernel_size=1, padding=3, stride=1)",
        "ConvTranspose2d(out_channels=4, kernel_size=1, padding=3, stride=2)",
        "its padding takes away all of the output: it would be -1×0 pixels",
    ),
    Misfit(
        checks.takes_values_or_says_so,
        "Linear(out_features=2)",
        "Linear(in_features=6, out_features=2)",
        "it needs a row of values, but a 4×5×6 map reaches it; put Flatten before it "
        "(or give in_features=6 to act on the last dimension only)",
        by_pytorch=False,
    ),
    Misfit(
        checks.takes_values_or_says_so,
        "Linear(in_features=5, out_features=2)",
        "Linear(in_features=6, out_features=2)",
        "it needs a row of 5 values, but a 4×5×6 map reaches it (120 values); put Flatten before it",
    ),
    Misfit(
        checks.groups_divide_normalised_channels,
        "GroupNorm(num_groups=3)",
        "GroupNorm(num_groups=2)",
        "its 4 channels cannot be split into 3 equal groups",
    ),
    Misfit(
        checks.groups_divide_normalised_channels,
        "GroupNorm(num_groups=7)",
        "GroupNorm(num_groups=8)",
        "its 120 channels cannot be split into 7 equal groups",
        after="Flatten()",
    ),
    Misfit(
        checks.has_more_than_one_pixel,
        "InstanceNorm2d()",
        "InstanceNorm2d()",
        "it normalises each map by its own mean, and a 1×1 map has only one value",
        input_shape=(4, 1, 1),
        fits_input_shape=(4, 1, 2),
    ),
    Misfit(
        checks.slopes_match_channels,
        "PReLU(num_parameters=3)",
        "PReLU(num_parameters=4)",
        "num_parameters must be 1 or the input's 4 channels, not 3",
    ),
    Misfit(
        checks.slopes_match_channels,
        "PReLU(num_parameters=4)",
        "PReLU(num_parameters=120)",
        "num_parameters must be 1 or the input's 120 channels, not 4",
        after="Flatten()",
    ),
    Misfit(
        checks.dimension_exists,
        "Softmax(dim=4)",
        "Softmax(dim=3)",
        "dim=4 does not exist: its input has dimensions 0 (the batch) to 3",
    ),
    Misfit(
        checks.dimension_exists,
        "Softmax(dim=-3)",
        "Softmax(dim=-2)",
        "dim=-3 does not exist: its input has dimensions 0 (the batch) to 1",
        after="Flatten()",
    ),
    Misfit(
        checks.dimensions_are_in_order,
        "Flatten(start_dim=3, end_dim=2)",
        "Flatten(start_dim=2, end_dim=3)",
        "it cannot join dimensions 3 to 2: its input has dimensions 0 (the batch) to 3",
    ),
    Misfit(
        checks.dimensions_are_in_order,
        "Flatten(start_dim=1, end_dim=4)",
        "Flatten(start_dim=1, end_dim=3)",
        "it cannot join dimensions 1 to 4: its input has dimensions 0 (the batch) to 3",
    ),
    Misfit(
        checks.dimensions_are_in_order,
        "Flatten(start_dim=2)",
        "Flatten(start_dim=1)",
        "it cannot join dimensions 2 to -1: its input has dimensions 0 (the batch) to 1",
        after="Flatten()",
    ),
    Misfit(
        checks.dimensions_are_in_order,
        "Flatten(start_dim=-4)",
        "Flatten(start_dim=-3)",
        "it cannot join dimensions -4 to -1: its input has dimensions 0 (the batch) to 3",
        by_pytorch=False,
    ),
    Misfit(
        checks.sizes_multiply_to_the_dimension,
        "Unflatten(dim=1, unflattened_size=(2, 3))",
        "Unflatten(dim=1, unflattened_size=(2, 2))",
        "2×3 is 6 values, but dimension 1 of its input has 4",
    ),
    Misfit(
        checks.sizes_multiply_to_the_dimension,
        "Unflatten(dim=-2, unflattened_size=(3, 2))",
        "Unflatten(dim=-1, unflattened_size=(3, 2))",
        "3×2 is 6 values, but dimension -2 of its input has 5",
    ),
    Misfit(
        checks.sizes_multiply_to_the_dimension,
        "Unflatten(dim=4, unflattened_size=(6, 1))",
        "Unflatten(dim=3, unflattened_size=(6, 1))",
        "dim=4 does not exist: its input has dimensions 1 to 3 beside the batch",
    ),
    Misfit(
        checks.sizes_multiply_to_the_dimension,
        "Unflatten(dim=0, unflattened_size=4)",
        "Unflatten(dim=1, unflattened_size=4)",
        "dim=0 does not exist: its input has dimensions 1 to 3 beside the batch",
    ),
    Misfit(checks.size_or_scale_is_given, "Upsample()", "Upsample(size=3)", "it needs either size or scale_factor"),
    Misfit(
        checks.size_or_scale_is_given,
        "Upsample(scale_factor=2.0, size=3)",
        "Upsample(scale_factor=2.0)",
        "it needs either size or scale_factor",
    ),
    Misfit(
        checks.size_or_scale_is_given,
        "Upsample(scale_factor=2.0, align_corners=True)",
        "Upsample(scale_factor=2.0, align_corners=True, mode='bilinear')",
        "align_corners is only for mode 'bilinear' or 'bicubic'",
    ),
    Misfit(
        checks.size_or_scale_is_given,
        "Upsample(scale_factor=0.19)",
        "Upsample(scale_factor=0.2)",
        "scale_factor=0.19 leaves nothing of a 5×6 map",
    ),
    Misfit(
        checks.channels_make_pixels,
        "PixelShuffle(upscale_factor=3)",
        "PixelShuffle(upscale_factor=2)",
        "its 4 channels are not a multiple of 3² = 9",
    ),
    Misfit(
        None,
        "Conv2d(in_channels=3, out_channels=1, kernel_size=1)",
        "Conv2d(in_channels=4, out_channels=1, kernel_size=1)",
        "in_channels is 3, but its input has 4; leave it out to have it inferred",
    ),
    Misfit(
        None,
        "ConvTranspose2d(in_channels=5, out_channels=1, kernel_size=1)",
        "ConvTranspose2d(in_channels=4, out_channels=1, kernel_size=1)",
        "in_channels is 5, but its input has 4; leave it out to have it inferred",
    ),
    Misfit(
        None,
        "BatchNorm2d(num_features=3)",
        "BatchNorm2d(num_features=4)",
        "num_features is 3, but its input has 4; leave it out to have it inferred",
    ),
    Misfit(
        None,
        "GroupNorm(num_groups=1, num_channels=3)",
        "GroupNorm(num_groups=1, num_channels=4)",
        "num_channels is 3, but its input has 4; leave it out to have it inferred",
    ),
    Misfit(
        None,
        "Linear(in_features=5, out_features=1)",
        "Linear(in_features=120, out_features=1)",
        "in_features is 5, but its input has 120; leave it out to have it inferred",
        after="Flatten()",
    ),
    Misfit(
        None,
        "LayerNorm(normalized_shape=(4, 6))",
        "LayerNorm(normalized_shape=(5, 6))",
        "normalized_shape is 4×6, but its input has 5×6; leave it out to have it inferred",
    ),
    Misfit(
        None,
        "LayerNorm(normalized_shape=(3, 4, 5, 6))",
        "LayerNorm(normalized_shape=(5, 6))",
        "normalized_shape is 3×4×5×6, but its input has 4×5×6; leave it out to have it inferred",
    ),
)
