"""Receptive fields, held against PyTorch: which lines of the image change which lines of the output."""

from collections.abc import Mapping
from itertools import takewhile

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnviz.network.build import build
from cnnviz.network.costs.fields import Field
from cnnviz.network.costs.receptive import ReceptiveField, fields_along_sides, receptive_fields
from cnnviz.network.infer import infer_shapes
from cnnviz.network.layers import LAYERS
from cnnviz.network.notation import parse_layer
from cnnviz.network.presets import preset
from cnnviz.network.spec import Network
from tests.network.examples import network

# PyTorch's remark on how fast such a layer is.
pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")


def seen(spec: Network, side: int, change: float) -> torch.Tensor:
    """Run PyTorch and return which output lines (columns) change with each line of the image (rows)."""
    torch.manual_seed(1)
    module = build(spec).double().eval()
    for parameter in module.parameters():
        torch.nn.init.uniform_(parameter, 0.5, 1.5)  # positive, so that no change cancels out
    image = torch.rand(1, *spec.input_shape, dtype=torch.double)
    images = image.repeat(image.shape[2 + side], 1, 1, 1)
    for line in range(len(images)):
        at = images.select(2 + side, line)[line]
        at += change * (1 + torch.rand(at.shape))
    with torch.no_grad():
        changed = (module(images) - module(image)).abs() > 1e-6
    if changed.dim() != 4:
        return changed.flatten(1).any(1, keepdim=True)
    return changed.amax((1, 3 - side))


def last_fields(spec: Network) -> tuple[Field, Field]:
    inferred = infer_shapes(spec)
    assert inferred.problem is None
    return fields_along_sides(inferred.nodes, spec.input_shape)[inferred.nodes[-1].path][0]


def check_positions(field: Field, truth: torch.Tensor) -> None:
    """Compare each position's field with the lines that change it; at the edges of a map fewer may do so."""
    pixels, positions = truth.shape
    for position in range(positions):
        lines = truth[:, position].nonzero().flatten().tolist()
        low, high = field.at(position)
        if 0 <= low <= high < pixels and field.stride(positions):
            assert (lines[0], lines[-1]) == (low, high)
        elif lines:
            assert low <= lines[0] <= lines[-1] <= high


def last(fields: Mapping[str, ReceptiveField], path: str) -> tuple[int, float]:
    return fields[path].size[0], fields[path].stride[0]


def test_alexnet_is_as_published():
    # Araujo, Norris and Sim 2019, alexnet_v2: size 195, stride 32; padded by 64, so that it starts at 97 − 64 = 33
    # where nothing is padded before the second convolution.
    fields = receptive_fields(preset("alexnet"))
    assert fields["12"] == ReceptiveField((195, 195), (32, 32), (33, 33))
    assert fields["0"] == ReceptiveField((11, 11), (4, 4), (5, 5))


def test_vgg16_is_as_published():
    # Araujo, Norris and Sim 2019: size 212, stride 32, padding 90; (212 − 1) / 2 − 90 = 15.5.
    *_, pool = [node.path for node in infer_shapes(preset("vgg16")).nodes if node.layer.kind == "VGGBlock"]
    assert receptive_fields(preset("vgg16"))[pool] == ReceptiveField((212, 212), (32, 32), (15.5, 15.5))


def test_mobilenet_is_as_published():
    # Araujo, Norris and Sim 2019, mobilenet_v1: size 315, stride 32.
    strides = (1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1)
    blocks = [f"DepthwiseSeparable(out_channels=8, stride={stride})" for stride in strides]
    spec = network("Conv2d(out_channels=8, kernel_size=3, stride=2, padding=1)", *blocks, input_shape=(3, 224, 224))
    assert last(receptive_fields(spec), "13") == (315, 32)


def test_resnet50_by_hand():
    # 7 and 2 × 2 in the stem; then each 3×3 convolution adds twice the stride before it: 3 × 2 × 4, 2 × 4 + 3 × 2 × 8,
    # 2 × 8 + 5 × 2 × 16 and 2 × 16 + 2 × 2 × 32.
    size = 7 + 4 + 24 + 56 + 176 + 160
    spec = preset("resnet50")
    block = next(str(index - 1) for index, layer in enumerate(spec.layers) if layer.kind == "AdaptiveAvgPool2d")
    assert last(receptive_fields(spec), block) == (size, 32) == (427, 32)


def test_a_network_that_enlarges_the_map_has_a_fraction_as_stride():
    spec = network("ConvTranspose2d(out_channels=1, kernel_size=2, stride=2)", "Conv2d(out_channels=1, kernel_size=3)")
    fields = receptive_fields(spec)
    assert fields["0"] == ReceptiveField((1, 1), (0.5, 0.5), (0, 0))
    assert fields["1"] == ReceptiveField((2, 2), (0.5, 0.5), (0.5, 0.5))  # three of the lines 0 0 1 1 2 2 …


def test_what_mixes_all_positions_sees_the_whole_image_at_every_position():
    spec = network(
        "Conv2d(out_channels=2, kernel_size=3)", "Flatten()", "Linear(out_features=3)", input_shape=(1, 9, 8)
    )
    fields = receptive_fields(spec)
    assert fields["1"] == fields["2"] == ReceptiveField((9, 8), (0, 0), (4, 3.5))


def test_branches_of_different_strides_have_the_stride_on_average():
    # Positions 0 to 3 of the pool see lines 0–1, 2–3, 4–5, 6–7; those of the convolution see 0–4, 1–5, 2–6, 3–7.
    spec = network("Concat([MaxPool2d(kernel_size=2)], [Conv2d(out_channels=1, kernel_size=5)])")
    field = receptive_fields(spec)["0"]
    assert field.size == (5, 5)
    assert field.start == (2, 2)
    assert field.stride == ((5 - 2) / 3, (5 - 2) / 3)


def test_a_layer_that_sees_nothing_has_size_0():
    spec = network("ZeroPad2d(padding=9)", "Upsample(size=1)", "Flatten()", input_shape=(1, 4, 4))
    assert receptive_fields(spec)["2"].size == (0, 0)


def test_layers_that_do_not_fit_have_no_field():
    spec = network("ReLU()", "Residual([ReLU(), Conv2d(out_channels=1, kernel_size=9)], [Tanh()])", "ReLU()")
    assert list(receptive_fields(spec)) == ["0", "1.body.0"]


LINES = [
    ["Conv2d(out_channels=2, kernel_size=3)"],
    ["Conv2d(out_channels=2, kernel_size=(3, 5), stride=(2, 1), padding=(1, 3), dilation=(1, 2))"],
    ["Conv2d(out_channels=2, kernel_size=4, padding='same', dilation=3)", "Conv2d(out_channels=1, kernel_size=2)"],
    ["Conv2d(out_channels=2, kernel_size=3, padding=2, padding_mode='replicate')"],
    ["MaxPool2d(kernel_size=3, dilation=2)", "MaxPool2d(kernel_size=2, padding=1)"],
    ["MaxPool2d(kernel_size=3, stride=2, ceil_mode=True)", "AvgPool2d(kernel_size=2, stride=1)"],
    ["AvgPool2d(kernel_size=(2, 3), padding=1, ceil_mode=True)", "Conv2d(out_channels=2, kernel_size=3, padding=1)"],
    ["AvgPool2d(kernel_size=2)", "Flatten()"],  # the last of 17 lines is lost, and nothing after it sees it
    ["Conv2d(out_channels=2, kernel_size=5, stride=4)", "AdaptiveAvgPool2d(output_size=1)"],
    ["AdaptiveAvgPool2d(output_size=(5, 3))", "Conv2d(out_channels=2, kernel_size=2)"],
    ["AdaptiveMaxPool2d(output_size=(1, 4))"],
    ["AdaptiveAvgPool2d(output_size=1)", "Upsample(size=6)", "Conv2d(out_channels=2, kernel_size=3)"],
    ["ConvTranspose2d(out_channels=2, kernel_size=2, stride=2)"],
    ["ConvTranspose2d(out_channels=2, kernel_size=(3, 5), stride=(2, 3), padding=1, output_padding=(1, 2))"],
    ["ConvTranspose2d(out_channels=2, kernel_size=1, stride=3)"],  # two of three lines hold only the bias
    ["ConvTranspose2d(out_channels=2, kernel_size=2, stride=2, dilation=2)", "Conv2d(out_channels=2, kernel_size=2)"],
    [
        "Conv2d(out_channels=2, kernel_size=3, stride=2)",
        "ConvTranspose2d(out_channels=2, kernel_size=4, stride=2)",
        "Conv2d(out_channels=2, kernel_size=2, dilation=3)",
    ],
    ["Upsample(scale_factor=2.0)", "Conv2d(out_channels=1, kernel_size=3, padding=1)"],
    ["Upsample(size=(20, 9))", "Conv2d(out_channels=1, kernel_size=2)"],
    ["Upsample(scale_factor=3.0, mode='bilinear')", "AvgPool2d(kernel_size=2)"],
    ["Upsample(size=(31, 10), mode='bilinear', align_corners=True)"],
    ["Upsample(size=(31, 7), mode='bilinear')"],
    ["Upsample(scale_factor=0.4)"],
    ["Upsample(scale_factor=2.0, mode='bicubic')"],
    ["ZeroPad2d(padding=(1, 2, 3, 0))", "Conv2d(out_channels=1, kernel_size=3, stride=3)"],
    ["Conv2d(out_channels=8, kernel_size=3, stride=2)", "PixelShuffle(upscale_factor=2)"],
    ["Linear(in_features=15, out_features=4)"],
    ["Conv2d(out_channels=2, kernel_size=1)", "Softmax(dim=1)"],
    ["Softmax(dim=2)"],
    ["Softmax(dim=-1)"],
    ["LogSoftmax(dim=-2)"],
    ["BatchNorm2d()"],
    ["BatchNorm2d(track_running_stats=False)"],
    ["InstanceNorm2d()"],
    ["InstanceNorm2d(track_running_stats=True)"],
    ["GroupNorm(num_groups=1)"],
    ["LayerNorm()"],
    ["LayerNorm(normalized_shape=(17, 15))"],
    ["LayerNorm(normalized_shape=(15,))"],
    ["LocalResponseNorm(size=3)"],
    ["Flatten(start_dim=2)"],
    ["Flatten()", "Unflatten(dim=1, unflattened_size=(3, 17, 5))", "Conv2d(out_channels=2, kernel_size=3)"],
    ["Residual([Conv2d(out_channels=1, kernel_size=(5, 3), padding=(2, 1))])"],
    ["Residual([Conv2d(out_channels=1, kernel_size=3)], [Conv2d(out_channels=1, kernel_size=3, dilation=1)])"],
    ["Concat([], [AvgPool2d(kernel_size=2, stride=1), ZeroPad2d(padding=(1, 0, 1, 0))])"],
    ["Concat([MaxPool2d(kernel_size=2)], [Conv2d(out_channels=1, kernel_size=(10, 9))])"],  # strides 2 and 1
    ["Concat([Upsample(scale_factor=2.0)], [ConvTranspose2d(out_channels=1, kernel_size=2, stride=2)])"],
    ["Gate([Conv2d(out_channels=1, kernel_size=3, padding=1)])", "AvgPool2d(kernel_size=3)"],
    ["AvgPool2d(kernel_size=2)", "Gate([AdaptiveAvgPool2d(output_size=1), Conv2d(out_channels=1, kernel_size=1)])"],
    ["Gate([Conv2d(out_channels=1, kernel_size=(17, 15))])"],
    ["Gate([Conv2d(out_channels=1, kernel_size=(17, 15), stride=4)])", "Conv2d(out_channels=1, kernel_size=3)"],
    ["Repeat([Conv2d(out_channels=2, kernel_size=3, stride=2, padding=1), ReLU()], n=3)"],
    ["Sequential([Conv2d(out_channels=2, kernel_size=3), Residual([Conv2d(out_channels=2, kernel_size=1)])])"],
]  # fmt: skip


@pytest.mark.parametrize("lines", LINES, ids=lambda lines: " ".join(lines)[:80])
def test_the_field_is_what_changes_the_output_in_pytorch(lines):
    change = 0.5 if "Softmax" in lines[-1] else 1e6  # a large one wins every maximum, and overflows in Softmax
    spec = network(*lines, input_shape=(1, 17, 15))
    for side, field in enumerate(last_fields(spec)):
        truth = seen(spec, side, change)
        check_positions(field, truth)
        lines_seen = truth.any(1).nonzero()
        assert field.reach == (lines_seen[0], lines_seen[-1])


def test_every_kind_that_moves_or_mixes_positions_is_held_against_pytorch():
    used = {parse_layer(line).kind for lines in LINES for line in lines}
    special = {kind for kind, entry in LAYERS.items() if entry.sees is not LAYERS["ReLU"].sees}
    assert special <= used


SIZES = st.integers(1, 4)
PAIRS = st.tuples(SIZES, SIZES)
SIDES = st.integers(6, 30)


@st.composite
def inside(draw) -> str:
    """Return a layer of which each position sees some of the map, and not only padding."""
    kernel, stride, size = draw(PAIRS), draw(PAIRS), draw(PAIRS)
    window = f"kernel_size={kernel}, stride={stride}, padding={draw(st.integers(0, min(kernel) // 2))}"
    layers = (
        f"Conv2d(out_channels=4, {window})",
        f"Conv2d(out_channels=4, kernel_size={kernel}, padding='same')",
        f"ConvTranspose2d(out_channels=4, kernel_size={kernel}, stride={tuple(map(min, kernel, stride))})",
        f"MaxPool2d({window}, ceil_mode={draw(st.booleans())})",
        f"AvgPool2d({window}, ceil_mode={draw(st.booleans())})",
        f"AdaptiveAvgPool2d(output_size={size})",
        f"Upsample(size={draw(st.tuples(st.integers(1, 40), st.integers(1, 40)))})",
        "Upsample(scale_factor=2.0, mode='bilinear')",
        "PixelShuffle(upscale_factor=2)",
        "ReLU()",
    )
    return draw(st.sampled_from(layers))


@st.composite
def outside(draw) -> str:
    """Return a layer of which some positions may see padding alone, or nothing."""
    kernel, dilation = draw(PAIRS), draw(PAIRS)
    layers = (
        f"Conv2d(out_channels=4, kernel_size={kernel}, padding={draw(SIZES)}, dilation={dilation})",
        f"Conv2d(out_channels=4, kernel_size={kernel}, padding='same', dilation={dilation})",
        f"ConvTranspose2d(out_channels=4, kernel_size={kernel}, stride={draw(PAIRS)}, dilation={dilation})",
        f"ZeroPad2d(padding=({draw(SIZES)}, 0, 1, {draw(SIZES)}))",
    )
    return draw(st.sampled_from(layers))


@st.composite
def branching(draw) -> str:
    """Return branches of any strides, brought to one size."""
    size = draw(PAIRS)
    branches = [
        [
            *draw(st.lists(inside(), max_size=3)),
            draw(st.sampled_from([f"AdaptiveMaxPool2d(output_size={size})", f"Upsample(size={size})"])),
            "Conv2d(out_channels=4, kernel_size=1)",
        ]
        for _ in range(2)
    ]
    body, other = (f"[{', '.join(branch)}]" for branch in branches)
    gate = f"Gate([{draw(st.sampled_from(['AdaptiveAvgPool2d(output_size=1)', 'ReLU()']))}])"
    return draw(st.sampled_from([f"Concat({body}, {other})", f"Residual({body}, {other})", f"Concat([], [{gate}])"]))


@given(
    lines=st.lists(inside() | branching(), min_size=1, max_size=4),
    last_lines=st.lists(outside(), max_size=2),
    size=st.tuples(SIDES, SIDES),
)
@settings(max_examples=50)
def test_random_networks_with_branches_see_what_they_see_in_pytorch(lines, last_lines, size):
    spec = network("Conv2d(out_channels=4, kernel_size=1)", *lines, *last_lines, input_shape=(1, *size))
    nodes = takewhile(lambda node: node.output_shape and max(node.output_shape) < 100, infer_shapes(spec).nodes)
    spec = spec.replace(layers=spec.layers[: len(list(nodes))])
    fields = last_fields(spec)
    truths = [seen(spec, side, change=1e6) for side in (0, 1)]
    if not truths[0].any():  # only padding is left
        return
    for field, truth in zip(fields, truths, strict=True):
        check_positions(field, truth)
        assert all(field.reach[0] <= line <= field.reach[1] for line in truth.any(1).nonzero())
