"""What is worth knowing of layers that fit: said with numbers that PyTorch run for real bears out, and mended."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from cnnviz.network.build import build
from cnnviz.network.diagnosis import diagnose
from cnnviz.network.diagnosis.findings import FINDINGS
from cnnviz.network.diagnosis.fitting import Fitting
from cnnviz.network.infer import infer_shapes
from cnnviz.network.presets import PRESETS, preset
from cnnviz.network.spec import Layer, Network
from tests.network.examples import network

CONV = "Conv2d(out_channels=4, kernel_size=3, padding=1)"
HEAD = ("AdaptiveAvgPool2d(output_size=1)", "Flatten()", "Linear(out_features=10)")

FOUND = [
    (
        "Pixels at the edge are never looked at",
        ("Conv2d(out_channels=4, kernel_size=11, stride=4)", "MaxPool2d(kernel_size=3, stride=2)", *HEAD),
        (1, 224, 224),
        ("0", "1"),
        "layer 0 leaves out the last row and column of 224×224: (224 − 11) mod 4 = 1; "
        "layer 1 leaves out the last row and column of 54×54: (54 − 3) mod 2 = 1",
        # (224 + 2 · 2 − 11) mod 4 = 1, which is padding then
        "Set padding=2 in layer 0 (Conv2d), and ceil_mode=True in layer 1 (MaxPool2d)",
    ),
    (
        "Pixels at the edge are never looked at",
        ("MaxPool2d(kernel_size=4, padding=1)", *HEAD),  # 20 + 2 = 5 · 4 + 2, 17 + 2 = 4 · 4 + 3
        (1, 20, 17),
        ("0",),
        "layer 0 leaves out the last row and 2 columns of 20×17: (20 + 2 − 4) mod 4 = 2, 1 of it padding",
        "Set ceil_mode=True in layer 0 (MaxPool2d)",
    ),
    (
        "ReLU after the last layer",
        (CONV, *HEAD, "ReLU()"),
        (1, 8, 8),
        ("4",),
        "layer 4 bends the 10 scores, which should be free to take any value",
        "Remove layer 4",
    ),
    (
        "Softmax before cross-entropy",
        (CONV, *HEAD, "Softmax(dim=1)"),
        (1, 8, 8),
        ("4",),
        "layer 4 squeezes the scores; cross-entropy does that itself, and twice makes learning slow",
        "Remove layer 4",
    ),
    (
        "LogSoftmax before cross-entropy",
        (CONV, *HEAD, "LogSoftmax(dim=1)"),
        (1, 8, 8),
        ("4",),
        "layer 4 does what cross-entropy does itself; the loss is the same without it",
        "Remove layer 4",
    ),
    (
        "Dropout after the last layer",
        (CONV, *HEAD, "Dropout()"),
        (1, 8, 8),
        ("4",),
        "while training, layer 4 sets some of the 10 scores to 0",
        "Remove layer 4",
    ),
    (
        "Two activations in a row",
        (CONV, "ReLU()", "Sigmoid()", CONV, "ELU()", "Identity()", "ReLU()", *HEAD),
        (1, 8, 8),
        ("2", "6"),
        "layers 2 and 6: Sigmoid after ReLU and ReLU after ELU, with nothing learned between them",
        "Remove layers 2 and 6",
    ),
    (
        "Two linear layers with no activation between them",
        ("Flatten()", "Linear(out_features=50)", "Dropout()", "Linear(out_features=10)"),
        (1, 8, 8),
        ("1", "3"),
        "layers 1 and 3 together compute only what one Linear layer can",
        "Insert ReLU() before layer 3",
    ),
    (
        "A bias before a normalisation has no effect",
        (CONV, "BatchNorm2d()", "ReLU()", "ResidualBlock(out_channels=4, bias=True)", *HEAD),
        (1, 8, 8),
        ("0", "3.0.body.0", "3.0.body.3"),
        "the normalisation right after layers 0, 3.0.body.0 and 3.0.body.3 subtracts each channel's mean, and with it "
        "the bias: 12 parameters without effect",
        "Set bias=False in layers 0 and 3",
    ),
    (
        "Dropout right before a batch normalisation",
        (CONV, "Dropout2d()", "BatchNorm2d()", *HEAD),
        (1, 8, 8),
        ("1",),
        "dropping values in layer 1 raises the variance that the normalisation sees while training, and it keeps that "
        "for evaluation, when nothing is dropped",
        "Remove layer 1",
    ),
    (
        "Windows look at a single pixel",
        ("Repeat([MaxPool2d(kernel_size=2)], n=5)", CONV, "ReLU()", CONV, *HEAD),
        (1, 32, 32),
        ("1", "3"),
        "the maps that reach layers 1 and 3 are 1×1: of the 9 weights in a 3×3 window, 8 only ever meet padding",
        "Enlarge the input from 1×32×32 to 1×64×64",
    ),
    (
        "Most parameters are in the linear layers",
        (CONV, "Flatten()", "Linear(out_features=4096)", "ReLU()", "Linear(out_features=10)"),
        (1, 8, 8),
        ("2", "4"),
        # 40 + 256 · 4096 + 4096 + 4096 · 10 + 10
        "100 % of 1.09 M parameters are in 2 linear layers (layers 2 and 4)",
        "Insert AdaptiveAvgPool2d(output_size=1) before layer 1 (Flatten)",
    ),
    (
        "The output is not a row of scores",
        ("Conv2d(out_channels=10, kernel_size=3)",),
        (1, 8, 8),
        ("0",),
        "the network makes 10×6×6, and a classifier one value for each class",
        "Append a global pool and Flatten",
    ),
    (
        "The output is not a row of scores",
        (CONV, "AdaptiveAvgPool2d(output_size=1)"),
        (1, 8, 8),
        ("1",),
        "the network makes 4×1×1, and a classifier one value for each class",
        "Append Flatten",
    ),
    (
        "An in-place layer overwrites what is still needed",
        (f"Residual([ReLU(inplace=True), {CONV}])", f"Concat([{CONV}], [Sequential([ELU(inplace=True)])])", *HEAD),
        (4, 8, 8),
        ("0.body.0", "1.1.0.0"),
        "the input of layers 0.body.0 and 1.1.0.0 is written over in place, but has still to be added, joined or "
        "multiplied",
        "Set inplace=False in layers 0.body.0 and 1.1.0.0",
    ),
    (
        "Softmax over the batch",
        (CONV, "Softmax(dim=0)", *HEAD),
        (1, 8, 8),
        ("1",),
        "in layer 1 the values of different images add up to 1, because dimension 0 is the batch",
        "Set dim=1 in layer 1",
    ),
    (
        "The input's channels seem to come last",
        (CONV, *HEAD),
        (32, 48, 3),
        ("0",),
        "32×48×3 is read as 32 channels of 48×3 pixels, channels first",
        "Give the input as 3×32×48",
    ),
]


@pytest.mark.parametrize(("title", "layers", "input_shape", "paths", "reason", "fix"), FOUND)
def test_it_is_found_and_mended(title, layers, input_shape, paths, reason, fix):
    spec = network(*layers, input_shape=input_shape)
    (finding,) = [each for each in diagnose(spec).warnings if each.title == title]
    assert (finding.paths, finding.reason, finding.fix.title) == (paths, reason, fix)
    mended = diagnose(finding.fix.network)
    assert mended.problem is None
    assert title not in {each.title for each in mended.warnings}


@pytest.mark.parametrize("look", FINDINGS, ids=lambda look: look.__name__)
def test_every_sort_is_among_those_shown(look):
    specs = [network(*layers, input_shape=shape) for _, layers, shape, *_ in FOUND]
    assert any(list(look(Fitting(spec, infer_shapes(spec), classes=3))) for spec in specs)


NOT_MEANT_BUT_RIGHT = [
    (CONV, *HEAD),
    (CONV, "Sigmoid()"),  # makes an image
    ("Conv2d(out_channels=4, kernel_size=1, stride=2)", *HEAD),  # leaves every other pixel out on purpose
    ("Conv2d(out_channels=4, kernel_size=3, stride=2, padding=1)", *HEAD),  # what remains is padding
    ("MaxPool2d(kernel_size=3, stride=2, ceil_mode=True)", *HEAD),
    ("Conv2d(out_channels=4, kernel_size=3, bias=False)", "BatchNorm2d()", "ReLU()", *HEAD),
    (CONV, "GroupNorm(num_groups=2)", *HEAD),  # its mean is over two channels, and their biases differ
    ("Flatten()", "Linear(out_features=9)", "ReLU()", "Dropout()", "Linear(out_features=3)"),
    (f"Residual([{CONV}, ReLU(inplace=True), {CONV}])", *HEAD),
    ("AdaptiveAvgPool2d(output_size=1)", "Conv2d(out_channels=4, kernel_size=1)", "Flatten()"),
    ("SqueezeExcite(reduction=2)", *HEAD),
    ("Conv2d(out_channels=4, kernel_size=3)", "ConvTranspose2d(out_channels=1, kernel_size=5)"),  # enlarges again
    ("Flatten()", "Linear(out_features=64)", "Unflatten(dim=1, unflattened_size=(1, 8, 8))"),
]


@pytest.mark.parametrize("layers", NOT_MEANT_BUT_RIGHT)
def test_nothing_is_found_where_nothing_is_wrong(layers):
    assert diagnose(network(*layers, input_shape=(4, 8, 8))).warnings == ()


def test_the_number_of_classes_is_held_against_the_data():
    spec = network(CONV, *HEAD)
    assert diagnose(spec).warnings == diagnose(spec, classes=10).warnings == ()
    (finding,) = diagnose(spec, classes=7).warnings
    assert finding.reason == "the network makes 10 values, and the data has 7 classes"
    assert diagnose(finding.fix.network, classes=7).warnings == ()
    (finding,) = diagnose(network("Flatten()"), classes=7).warnings
    assert finding.fix is None  # no layer sets how many there are


def test_warnings_come_before_notes():
    found = diagnose(network("Conv2d(out_channels=9, kernel_size=5, stride=2)", "BatchNorm2d()", *HEAD, "ReLU()"))
    assert [each.severity for each in found.warnings] == ["warning", "note", "note"]


def test_what_fits_of_a_broken_network_is_looked_at_too():
    broken = diagnose(network(CONV, "ReLU()", "ReLU()", "MaxPool2d(kernel_size=9)", "Softmax(dim=1)"))
    assert broken.problem.path == "3"
    (finding,) = broken.warnings
    assert (finding.title, finding.paths) == ("Two activations in a row", ("2",))
    assert diagnose(finding.fix.network).problem.path == "2"


def test_inside_blocks_it_is_found_and_mended_by_the_blocks_own_parameters_or_not_at_all():
    (finding,) = diagnose(network("NiNBlock(out_channels=4, kernel_size=5, stride=2)", *HEAD)).warnings
    assert (finding.paths, finding.fix.title) == (("0.0",), "Set padding=1 in layer 0 (NiNBlock)")
    odd = diagnose(network("VGGBlock(num_convs=1, out_channels=4)", *HEAD, input_shape=(1, 9, 9))).warnings
    assert [(each.paths, each.fix) for each in odd] == [(("0.2",), None)]


# The presets get few of them, all true

LOST, BIAS, HEAVY = (title for title, *_ in (FOUND[0], FOUND[8], FOUND[11]))
PRESET_FINDINGS = {
    **{name: [HEAVY] for name in ("alexnet-2012", "vgg11", "vgg11-narrow", "vgg13", "vgg16", "vgg19")},
    **{name: [BIAS] for name in ("bn-lenet", "densenet", "resnet18")},
    **{name: [LOST] for name in ("nin", "squeezenet1.1")},
    "alexnet": [LOST, HEAVY],
}


@pytest.mark.parametrize("name", PRESETS)
def test_the_presets_are_found_little_amiss(name):
    found = diagnose(preset(name))
    assert found.problem is None
    assert [each.title for each in found.warnings] == PRESET_FINDINGS.get(name, [])
    assert {each.severity for each in found.warnings} <= {"note"}


def test_alexnet_holds_92_percent_of_its_parameters_in_its_linear_layers():
    linear = 6400 * 4096 + 4096 + 4096 * 4096 + 4096 + 4096 * 10 + 10
    assert round(100 * linear / 46_764_746) == 92
    finding = diagnose(preset("alexnet")).warnings[-1]
    assert finding.reason == "92 % of 46.8 M parameters are in 3 linear layers (layers 14, 17 and 20)"
    assert finding.fix.effect == "25.2 M parameters fewer"  # 4096 · (6400 − 256)


# PyTorch bears it out


@settings(max_examples=200)
@given(
    kind=st.sampled_from(["Conv2d", "AvgPool2d"]),
    sides=st.tuples(st.integers(3, 20), st.integers(3, 20)),
    kernel=st.integers(2, 5),
    stride=st.integers(1, 5),
    padding=st.integers(0, 2),
)
def test_just_the_pixels_that_are_said_to_be_lost_have_no_influence(kind, sides, kernel, stride, padding):
    params = {"kernel_size": kernel, "stride": stride, "padding": min(padding, kernel // 2)}
    layer = Layer(kind, params | ({"out_channels": 1} if kind == "Conv2d" else {}))
    spec = Network(input_shape=(1, *sides), layers=(layer,))
    image = torch.ones(1, 1, *sides, requires_grad=True)
    diagnosis = diagnose(spec)
    if diagnosis.problem or stride > kernel:
        assert not [each for each in diagnosis.warnings if each.title.startswith("Pixels")]
        return
    module = build(spec)
    for parameter in module.parameters():
        nn.init.ones_(parameter)
    module(image).sum().backward()
    seen = image.grad[0, 0] != 0
    lost = not seen[-1].any() or not seen[:, -1].any()
    assert lost == any(each.title.startswith("Pixels") for each in diagnosis.warnings)


@pytest.mark.parametrize(
    ("layers", "input_shape"),
    [
        ((CONV, "BatchNorm2d()"), (2, 6, 6)),
        ((CONV, "InstanceNorm2d()"), (2, 6, 6)),
        ((CONV, "GroupNorm(num_groups=4)"), (2, 6, 6)),
        ((CONV, "GroupNorm(num_groups=2)"), (2, 6, 6)),
        ((CONV, "LayerNorm()"), (2, 6, 6)),
        ((CONV, "ReLU()", "BatchNorm2d()"), (2, 6, 6)),
        (("ConvTranspose2d(out_channels=4, kernel_size=3)", "BatchNorm2d()"), (2, 6, 6)),
        (("Flatten()", "Linear(out_features=5)", "BatchNorm1d()"), (2, 6, 6)),
        (("Linear(in_features=6, out_features=5)", "BatchNorm2d()"), (2, 6, 6)),  # a bias for each column
    ],
)
def test_a_bias_is_said_to_have_no_effect_just_where_it_has_none(layers, input_shape):
    spec = network(*layers, input_shape=input_shape)
    module, images = build(spec), torch.rand(8, *input_shape)
    before = module(images)
    biased = next(layer for layer in module if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d | nn.Linear))
    with torch.no_grad():
        biased.bias += torch.arange(len(biased.bias)) - 1.5
    without_effect = torch.allclose(module(images), before, atol=1e-4)
    said = any(each.title.startswith("A bias") for each in diagnose(spec).warnings)
    assert said == without_effect


def test_a_window_on_one_pixel_learns_one_of_its_nine_weights():
    (module,) = build(network(CONV, input_shape=(1, 1, 1)))
    module(torch.ones(1, 1, 1, 1)).sum().backward()
    assert module.weight.grad[0, 0].flatten().tolist() == [0, 0, 0, 0, 1, 0, 0, 0, 0]


@pytest.mark.parametrize(
    "text",
    [
        "Residual([ReLU(inplace=True), Conv2d(out_channels=2, kernel_size=1)])",
        "Concat([ReLU(inplace=True)], [Conv2d(out_channels=2, kernel_size=1)])",
        "Concat([], [ReLU(inplace=True)])",
        "Gate([ReLU(inplace=True), Sigmoid()])",
    ],
)
def test_an_in_place_layer_that_is_warned_of_changes_the_output_and_its_fix_does_not(text):
    spec = network(text, input_shape=(2, 4, 4))
    (fix,) = [each.fix for each in diagnose(spec).warnings if each.title.startswith("An in-place")]
    written, mended = build(spec), build(fix.network)
    mended.load_state_dict(written.state_dict())
    images = torch.randn(3, 2, 4, 4)
    with torch.no_grad():
        right = mended(images.clone())
        assert not torch.allclose(written(images.clone()), right)


def test_lost_pixels_are_written_for_four_layers_and_counted_beyond():
    layers = ["Conv2d(out_channels=1, kernel_size=2, stride=2)"] * 6  # 127 → 63 → 31 → 15 → 7 → 3 → 1
    (finding,) = [
        each for each in diagnose(network(*layers, input_shape=(1, 127, 127))).warnings if each.title[:6] == "Pixels"
    ]
    assert finding.paths == ("0", "1", "2", "3", "4", "5")
    assert finding.reason.endswith(
        "layer 3 leaves out the last row and column of 15×15: (15 − 2) mod 2 = 1; and 2 more layers"
    )
