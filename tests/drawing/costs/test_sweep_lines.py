"""The lines of a sweep, and the sentences over and under them."""

import pytest

from cnnviz.drawing.costs import sweep_lines
from cnnviz.drawing.costs.sweep_wording import refusals, sweep_sentences
from cnnviz.drawing.scene import Line
from cnnviz.network.costs.sweep import resolution_sweep
from cnnviz.network.presets import PRESETS, preset
from tests.drawing.test_scenes import labels, overlapping
from tests.network.examples import network

GIVEN = ("MaxPool2d(kernel_size=4)", "Flatten()", "Linear(in_features=100, out_features=2)")


def curves(scene):
    return [shape for shape in scene.shapes if isinstance(shape, Line) and shape.stroke.name == "convolution"]


@pytest.mark.parametrize("name", PRESETS)
def test_no_label_overlaps_another(name):
    scene = sweep_lines(resolution_sweep(preset(name)))
    assert len(labels(scene)) > 20
    assert overlapping(scene) == []


def test_mult_adds_of_four_times_the_pixels_are_four_times_as_high():
    sweep = resolution_sweep(network("Conv2d(out_channels=4, kernel_size=1)"), [4])
    parameters, mult_adds, outputs = curves(sweep_lines(sweep))
    assert parameters.points[0][1] == parameters.points[1][1]  # 8 of 8 k parameters with any size
    for line in (mult_adds, outputs):
        (_, small), (_, large) = line.points
        bottom = large + (small - large) * 4 / 3  # 1 − 1/4 of the height lies between them
        assert (bottom - small) / (bottom - large) == pytest.approx(0.25)
    assert {"256", "1.02 kB"} <= {label.text for label in labels(sweep_lines(sweep))}  # 4 × 64, and 4 bytes each


def test_sentences_of_alexnet_by_hand():
    sentences = sweep_sentences(resolution_sweep(preset("alexnet")))
    # 448 pixels make maps of 256 × 12 × 12 instead of 5 × 5: 36,864 × 4096 parameters instead of 6400 × 4096
    assert sentences[0] == "It works from 67×67 pixels on."
    assert sentences[1].startswith("448×448 instead of 224×224 pixels takes 3.7 × the parameters, ")
    assert sentences[2] == "The output is 10 with every size that works."


def test_what_stays_the_same_is_said():
    sentences = sweep_sentences(resolution_sweep(network("Conv2d(out_channels=4, kernel_size=1)")))
    assert sentences == (
        "It works with every size that was tried.",
        "16×16 instead of 8×8 pixels takes 4.0 × the mult-adds and 4.0 × the outputs; parameters stay the same.",
        "The output grows with the image, from 4×1×1 to 4×16×16.",
    )


def test_why_sizes_are_refused_is_said_below_and_above_those_that_work():
    sweep = resolution_sweep(network(*GIVEN, input_shape=(1, 41, 41)))
    assert sweep_sentences(sweep)[0] == "It works from 40×40 to 43×43 pixels."
    below, above = refusals(sweep)
    assert below.startswith("Does not work up to 39: layer 2 (Linear) cannot take 81: in_features is 100")
    assert above.startswith("Does not work from 44 on: layer 2 (Linear) cannot take 121: in_features is 100")


def test_an_edge_that_was_not_searched_for_is_not_claimed():
    sweep = resolution_sweep(preset("lenet"), [8, 16])
    assert sweep_sentences(sweep)[0] == "Of 3 sizes that were tried 2 work, from 16×16 to 28×28 pixels."


def test_sizes_refused_in_between_are_told_apart():
    branches = ["MaxPool2d(kernel_size=2)", "Conv2d(out_channels=1, kernel_size=1, stride=2)"]
    spec = network("Concat:" + "".join(f"\n    - ['{branch}']" for branch in branches))  # ⌊n ÷ 2⌋ and ⌈n ÷ 2⌉
    sweep = resolution_sweep(spec, [2, 3, 4, 5, 6])
    assert [point.side for point in sweep.working] == [2, 4, 6, 8]
    assert [line.split(":")[0] for line in refusals(sweep)] == ["Does not work with 3", "Does not work with 5"]
    assert overlapping(sweep_lines(sweep)) == []


def test_where_nothing_works_it_is_said_and_nothing_is_drawn():
    sweep = resolution_sweep(network("Conv2d(out_channels=1, kernel_size=99, in_channels=7)"))
    assert sweep_sentences(sweep) == ("It works with none of the sizes that were tried.",)
    assert refusals(sweep)[0].startswith("Does not work from 1 to 16: layer 0 (Conv2d)")
    assert curves(sweep_lines(sweep)) == []


@pytest.mark.parametrize("side", [1, 2, 3, 8192])
def test_tiny_and_huge_images_have_labels_that_keep_apart(side):
    spec = network("Conv2d(out_channels=2, kernel_size=1)", input_shape=(1, side, side))
    assert overlapping(sweep_lines(resolution_sweep(spec))) == []
