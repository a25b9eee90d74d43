"""Every layer explained: what is said of it, and its formulas computed and held against what PyTorch measures."""

from collections import Counter

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import nn

from cnnviz.errors import SpecError
from cnnviz.network.explanation import Explanation, Formula, explain
from cnnviz.network.explanation.lessons import LESSONS
from cnnviz.network.layers import LAYERS
from cnnviz.network.presets import PRESETS, preset
from cnnviz.network.spec import Layer, Network
from cnnviz.network.summary import Row, summarize
from tests.network import running
from tests.network.examples import network
from tests.network.explanation.evaluation import compute, sides
from tests.network.misfits import MISFITS
from tests.network.test_layers import with_new

AS_THEY_ARE_DRAWN = [HealthCheck.too_slow, HealthCheck.data_too_large]
SYMBOLIC = ("Each value", "Each share", "While training", "With", "Rows of output j", "Columns of output j")
GIVEN_SIZE = ("Upsample", "AdaptiveAvgPool2d", "AdaptiveMaxPool2d", "Linear")  # or may be given


def formulas(explanation: Explanation) -> dict[str, Formula]:
    named = {formula.name: formula for formula in explanation.formulas}
    assert len(named) == len(explanation.formulas)
    return named


def value(formula: Formula) -> float:
    """Return what a formula says, once both of its sides are found to be equal."""
    left, right = sides(formula.latex)
    assert left == pytest.approx(right, abs=1e-4), formula.latex
    return right


def along(named: dict[str, Formula], prefix: str, height: str, width: str) -> tuple[float, float] | None:
    """Return what is said of height and width, in one formula or in two."""
    if prefix in named:
        return (value(named[prefix]),) * 2
    return (value(named[height]), value(named[width])) if height in named else None


def hold_against_what_is_measured(explanation: Explanation, row: Row) -> Counter:
    """Every formula's two sides are equal, and they are the row's numbers; return the names of those held."""
    named = formulas(explanation)
    for name, formula in named.items():
        if not name.startswith(SYMBOLIC):
            value(formula)
    held = Counter()
    for name, measured in (("Parameters", row.num_params), ("Mult-adds", row.mult_adds)):
        assert (value(named[name]) if name in named else 0) == measured
        held[name] += name in named
    if size := along(named, "Height and width", "Height", "Width"):
        assert size == row.output_shape[1:]
        held["size"] += 1
    elif len(row.input_shape) == len(row.output_shape) == 3 and row.is_leaf and row.kind not in GIVEN_SIZE:
        assert row.input_shape[1:] == row.output_shape[1:]
    if field := along(named, "Receptive field", "Receptive field, height", "Receptive field, width"):
        assert field == row.receptive_field.size
        held["field"] += 1
    if step := along(named, "Step", "Step, height", "Step, width"):
        assert step == pytest.approx(row.receptive_field.stride, abs=1e-4)  # a fraction is written with four digits
    if "Channels" in named:
        assert value(named["Channels"]) == row.output_shape[0]
        held["channels"] += 1
    if row.kind in ("Flatten", "Unflatten") and row.input_shape != row.output_shape:
        assert value(named["Values"]) in (*row.input_shape, *row.output_shape)
    return held


@pytest.mark.parametrize("name", PRESETS)
def test_the_formulas_of_every_layer_of_a_preset_give_what_pytorch_measures(name):
    summary, held = summarize(preset(name)), Counter()
    for row in summary.rows:
        explanation = explain(preset(name), row.path)
        held += hold_against_what_is_measured(explanation, row)
        assert explanation.fits
    assert held["Parameters"] == sum(row.num_params > 0 for row in summary.rows)
    assert held["Mult-adds"] == sum(row.mult_adds > 0 for row in summary.rows)
    assert held["size"] >= sum(row.kind in ("Conv2d", "MaxPool2d", "AvgPool2d") for row in summary.rows)
    assert held["field"] >= 3


def test_the_formulas_of_random_networks_give_what_pytorch_measures():
    held, kinds = Counter(), Counter()

    @settings(max_examples=1_500, suppress_health_check=AS_THEY_ARE_DRAWN)
    @given(running.networks())
    def hold(drawn: Network) -> None:
        for row in summarize(drawn).rows:
            explanation = explain(drawn, row.path)
            assert len(explanation.what) == 2
            if row.output_shape is not None:
                held.update(hold_against_what_is_measured(explanation, row))
                kinds[row.kind] += 1

    hold()
    assert min(held[name] for name in ("Parameters", "Mult-adds", "size", "field", "channels")) >= 100
    assert len(kinds) > 40


@pytest.mark.parametrize("kind", ["Conv2d", "ConvTranspose2d", "MaxPool2d", "AvgPool2d", "Upsample", "ZeroPad2d"])
@settings(max_examples=150, suppress_health_check=AS_THEY_ARE_DRAWN)
@given(st.data())
def test_the_output_size_of_any_window_is_what_pytorch_makes(kind, data):
    shape = data.draw(st.tuples(st.integers(1, 8), st.integers(1, 19), st.integers(1, 19)))
    drawn = Network(input_shape=shape, layers=(running.leaf(data.draw, kind, torch.zeros(1, *shape)),))
    for row in summarize(drawn).rows:
        hold_against_what_is_measured(explain(drawn, row.path), row)


# Every kind


def test_there_is_a_lesson_for_every_kind():
    assert LESSONS.keys() == LAYERS.keys()


@pytest.mark.parametrize("kind", LAYERS)
def test_every_kind_is_explained_in_two_sentences_with_its_numbers(kind):
    drawn = with_new(kind)
    path = str(len(drawn.layers) - 1)
    explanation = explain(drawn, path)
    hold_against_what_is_measured(explanation, summarize(drawn).top_rows[-1])
    assert (explanation.title, explanation.fits) == (f"Layer {path} · {kind}", True)
    for sentence in (*explanation.what, *explanation.notes):
        assert sentence[0].isupper() or sentence[0].isdigit()
        assert sentence.endswith(".")
        assert ".." not in sentence
        assert "  " not in sentence
    assert any(character.isdigit() for character in "".join(explanation.what)) or kind == "Sequential"


ACTIVATIONS = [kind for kind, entry in LAYERS.items() if entry.role == "activation" and "Softmax" not in kind]


OTHER_PARAMS = {"GELU": [{"approximate": "tanh"}], "ELU": [{"alpha": 2.5}], "LeakyReLU": [{"negative_slope": 0.3}]}


@pytest.mark.parametrize("kind", ACTIVATIONS)
def test_the_formula_of_an_activation_is_what_pytorch_computes(kind):
    for params in ({}, *OTHER_PARAMS.get(kind, ())):
        formulas = explain(Network(input_shape=(1, 1, 1), layers=(Layer(kind, params),)), "0").formulas
        written = dict(formula.latex.split(" = ") for formula in formulas if formula.name in SYMBOLIC)
        module = getattr(nn, kind)(**params)
        for x in (-7.0, -2.5, -0.75, 0.0, 0.5, 2.0, 6.5):
            known = {"x": x, "a": 0.25}
            known |= {"u": compute(written["u"], **known)} if "u" in written else {}
            real = float(module(torch.tensor([x], dtype=torch.float32)).detach())
            assert compute(written.get("y", "x"), **known) == pytest.approx(real, abs=1e-5)


def test_the_formula_of_a_local_response_normalisation_is_what_pytorch_computes():
    params = {"size": 3, "alpha": 2.0, "beta": 0.5, "k": 1.5}
    (formula,) = explain(Network(input_shape=(3, 1, 1), layers=(Layer("LocalResponseNorm", params),)), "0").formulas
    x = torch.tensor([1.0, -2.0, 3.0]).reshape(1, 3, 1, 1)
    right = formula.latex.removeprefix("y = ").replace(r"\sum_j x_j**2", "s").replace(r"\sum_j x_j^2", "s")
    assert compute(right, x=-2.0, s=14.0) == pytest.approx(float(nn.LocalResponseNorm(**params)(x)[0, 1, 0, 0]))


# What is said


def said(*layers: str, input_shape: tuple[int, int, int] = (1, 224, 224), path: str = "0") -> Explanation:
    return explain(network(*layers, input_shape=input_shape), path)


def test_alexnets_first_layer_is_explained_as_in_the_book():
    explanation = explain(preset("alexnet"), "0")
    named = formulas(explanation)
    assert named["Height and width"].latex == (r"\left\lfloor \frac{224 + 2\cdot 0 - 11}{4} \right\rfloor + 1 = 54")
    assert named["Height and width"].text == "⌊(224 + 2·0 − 11)/4⌋ + 1 = 54"
    assert named["Height and width"].result == "the last row and column are never seen"
    assert named["Parameters"].latex == r"96\cdot \left(1\cdot 11\cdot 11\right) + 96 = 11{,}712"
    assert named["Mult-adds"].text == "(54·54)·96·(1·11·11) = 33,872,256"
    assert named["Receptive field"].text == "1 + (11 − 1)·1 = 11"
    assert named["Step"].text == "1·4 = 4"
    assert explanation.what == (
        "Slides 96 filters of 1×11×11 weights over the map, 4 pixels at a time; "
        "each filter makes one of the channels that come out.",
        "At each of the 54×54 positions a filter multiplies the 121 values under it by its weights, "
        "and adds up the products and its bias.",
    )


def test_receptive_fields_of_alexnets_second_convolution_follow_from_its_inputs():
    named = formulas(explain(preset("alexnet"), "3"))
    assert named["Receptive field"].text == "19 + (5 − 1)·8 = 51"
    assert "Step" not in named


@pytest.mark.parametrize(
    ("layer", "input_shape", "height", "result"),
    [
        (
            "MaxPool2d(kernel_size=5, stride=4)",
            (1, 31, 31),
            "⌊(31 + 2·0 − 5)/4⌋ + 1 = 7",
            "the last 2 rows and columns are never seen",
        ),
        ("MaxPool2d(kernel_size=2)", (1, 5, 6), "⌊(5 + 2·0 − 2)/2⌋ + 1 = 2", "the last row is never seen"),
        (
            "MaxPool2d(kernel_size=3, stride=2, padding=1)",
            (1, 48, 48),
            "⌊(48 + 2·1 − 3)/2⌋ + 1 = 24",
            "what rounding down leaves out is padding",
        ),
        (
            "MaxPool2d(kernel_size=3, stride=2, ceil_mode=True)",
            (1, 6, 6),
            "⌈(6 + 2·0 − 3)/2⌉ + 1 = 3",
            "rounded up, so that the last window reaches over the edge",
        ),
        (
            "MaxPool2d(kernel_size=2, stride=3, ceil_mode=True)",
            (1, 9, 9),
            "⌈(9 + 2·0 − 2)/3⌉ + 1 − 1 = 3",
            "the step is longer than the window, which skips what lies between",
        ),
        (
            "Conv2d(out_channels=2, kernel_size=3, dilation=2)",
            (1, 9, 9),
            "⌊(9 + 2·0 − (2·(3 − 1) + 1))/1⌋ + 1 = 5",
            "the last window ends at the edge",
        ),
        (
            "Conv2d(out_channels=2, kernel_size=4, padding='same')",
            (1, 9, 9),
            "⌊(9 + (1 + 2) − 4)/1⌋ + 1 = 9",
            "the map keeps its size",
        ),
        (
            "ConvTranspose2d(out_channels=2, kernel_size=3, stride=2, padding=1, output_padding=1)",
            (1, 7, 7),
            "(7 − 1)·2 − 2·1 + 3 + 1 = 14",
            "",
        ),
    ],
)
def test_the_size_is_written_out_and_what_is_lost_is_said(layer, input_shape, height, result):
    formula = said(layer, input_shape=input_shape).formulas[0]
    assert (formula.text, formula.result) == (height, result)


def test_groups_divide_the_weights_of_a_filter():
    explanation = said("Conv2d(out_channels=256, kernel_size=5, groups=2)", input_shape=(96, 27, 27))
    assert (
        formulas(explanation)["Parameters"].latex
        == r"256\cdot \left(\frac{96}{2}\cdot 5\cdot 5\right) + 256 = 307{,}456"
    )


@pytest.mark.parametrize(
    ("name", "path", "quantity", "text"),
    [
        ("googlenet", "8", "Channels", "64 + 128 + 32 + 32 = 256"),
        ("googlenet", "8.0", "Channels", "64 + 128 + 32 + 32 = 256"),
        ("densenet", "4", "Channels", "64 + 4·32 = 192"),
        ("vgg19", "4", "Parameters", "4·2,359,808 = 9,439,232"),
        ("alexnet", "13", "Values", "256·5·5 = 6,400"),
        ("alexnet", "20", "Parameters", "10·4,096 + 10 = 40,970"),
    ],
)
def test_blocks_and_rows_are_written_out(name, path, quantity, text):
    assert formulas(explain(preset(name), path))[quantity].text == text


def test_a_layer_inside_a_block_says_whose_it_is():
    assert "It is one of the layers that layer 0 (VGGBlock) stands for." in explain(preset("vgg11"), "0.0").notes


def test_what_the_width_ratio_makes_of_the_written_channels_is_said():
    explanation = explain(preset("alexnet").replace(width=0.25), "0")
    assert "Written as out_channels=96; the width ratio 0.25 makes it 24." in explanation.notes
    assert formulas(explanation)["Parameters"].text == "24·(1·11·11) + 24 = 2,928"


def test_shares_are_of_the_network_with_a_rank_among_layers():
    shares = {share.cost: share for share in explain(preset("alexnet"), "14").shares}
    assert shares["parameters"].text == "56 % of the parameters, the most of 8 layers with weights"
    assert shares["mult-adds"].text == "2.8 % of the mult-adds, rank 6 of 8 layers that multiply"
    assert shares["parameters"].share == pytest.approx(26_218_496 / 46_764_746)
    assert shares["output memory"].amount == 4 * 4096


@pytest.mark.parametrize("name", ["alexnet", "vgg16", "resnet18", "googlenet", "densenet"])
def test_shares_of_the_networks_own_layers_add_up_to_one(name):
    rows, sums = summarize(preset(name)).top_rows, Counter()
    for row in rows:
        sums.update({share.cost: share.share for share in explain(preset(name), row.path).shares})
    assert sums == {cost: pytest.approx(1) for cost in ("parameters", "mult-adds", "output memory")}


# What does not fit


@pytest.mark.parametrize("misfit", MISFITS, ids=lambda misfit: misfit.refused)
def test_a_layer_that_does_not_fit_is_explained_by_its_reason(misfit):
    explanation = said(misfit.after, misfit.refused, input_shape=misfit.input_shape, path="1")
    assert not explanation.fits
    assert misfit.reason in explanation.what[1]
    assert explanation.notes[0].startswith("It takes ")
    for formula in explanation.formulas:
        value(formula)


@pytest.mark.parametrize(
    ("layer", "name", "text", "result"),
    [
        (
            "Conv2d(out_channels=4, kernel_size=11)",
            "Height and width",
            "⌊(5 + 2·0 − 11)/1⌋ + 1 = −5",
            "less than 1: no window fits",
        ),
        (
            "Conv2d(out_channels=4, kernel_size=1, groups=3)",
            "Input channels of each group",
            "4/3 ≈ 1.3333",
            "not a whole number",
        ),
        ("Linear(in_features=400, out_features=2)", "Values that reach it", "4·5·5 = 100", "and in_features is 400"),
        ("PixelShuffle(upscale_factor=3)", "Channels", "4/3² ≈ 0.4444", "not a whole number"),
        ("Unflatten(dim=1, unflattened_size=(2, 3))", "Values wanted", "2·3 = 6", "but dimension 1 of its input has 4"),
    ],
)
def test_the_number_that_is_wrong_is_shown(layer, name, text, result):
    formula = said(layer, input_shape=(4, 5, 5)).formulas[0]
    assert (formula.name, formula.text, formula.result) == (name, text, result)


def test_branches_that_do_not_go_together_are_shown_by_their_shapes():
    layer = "Concat([MaxPool2d(kernel_size=2)], [Conv2d(out_channels=3, kernel_size=1)])"
    explanation = said("Residual([Conv2d(out_channels=2, kernel_size=1)])", input_shape=(4, 8, 8))
    assert [(f.name, f.text) for f in explanation.formulas] == [("Its body makes", "2×8×8"), ("Its input is", "4×8×8")]
    assert [(f.name, f.text) for f in said(layer, input_shape=(4, 8, 8)).formulas] == [
        ("Branch 0 makes", "4×4×4"),
        ("Branch 1 makes", "3×8×8"),
    ]


VGG = "VGGBlock(num_convs=1, out_channels=4)"
BROKEN = (
    "ReLU()",
    VGG,
    "Residual([Conv2d(out_channels=2, kernel_size=9)])",
    "Sigmoid()",
)


@pytest.mark.parametrize(
    ("path", "kind", "says"),
    [
        ("0", "ReLU", "keeps the shape 1×8×8"),
        ("1.2", "MaxPool2d", "8×8 becomes 4×4"),
        ("2", "Residual", "Layer 2.body.0 (Conv2d) inside it does not fit: its 9×9 window"),
        ("2.body.0", "Conv2d", "It cannot take a 4×4×4 map: its 9×9 window"),
        ("3", "Sigmoid", "Its numbers are known once layer 2.body.0 (Conv2d) fits"),
    ],
)
def test_layers_before_around_and_behind_a_problem_are_explained(path, kind, says):
    explanation = said(*BROKEN, input_shape=(1, 8, 8), path=path)
    assert (explanation.path, explanation.kind) == (path, kind)
    assert says in " ".join(explanation.what)


def test_a_layer_inside_an_unmeasured_block_is_explained_as_the_block():
    explanation = said("MaxPool2d(kernel_size=99)", VGG, input_shape=(1, 8, 8), path="1.0")
    assert (explanation.path, explanation.kind, explanation.formulas) == ("1", "VGGBlock", ())


@pytest.mark.parametrize("path", ["4", "x", "", "1.7", "0.0.0", "-1", "9" * 100])
def test_a_path_to_no_layer_is_told(path):
    with pytest.raises(SpecError, match="there is no layer"):
        said("ReLU()", VGG, input_shape=(1, 8, 8), path=path)


def test_an_explanation_is_json():
    shown = explain(preset("lenet"), "0").to_dict()
    assert shown.keys() == {"path", "kind", "title", "what", "formulas", "shares", "notes", "fits"}
