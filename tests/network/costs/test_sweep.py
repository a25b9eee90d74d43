"""The sweep over image sizes, held against hand arithmetic and against the network summarised at each size."""

import math

import pytest

from cnnviz.errors import SpecError
from cnnviz.network.costs.sweep import resolution_sweep
from cnnviz.network.presets import PRESETS, preset
from cnnviz.network.spec import Network
from cnnviz.network.summary import summarize
from tests.network.examples import network


def sides(sweep):
    return [point.side for point in sweep.points]


def resized(spec: Network, height: int, width: int) -> Network:
    return spec.replace(input_shape=(spec.input_shape[0], height, width))


def test_counts_by_hand():
    spec = network("Conv2d(out_channels=2, kernel_size=3)", "Flatten()", "Linear(out_features=5)")
    small, large = resolution_sweep(spec, [4, 10]).points[0], resolution_sweep(spec, [4, 10]).points[-1]
    assert (small.side, large.side) == (4, 10)
    assert small.num_params == 2 * 9 + 2 + 5 * (2 * 2 * 2) + 5
    assert large.num_params == 2 * 9 + 2 + 5 * (2 * 8 * 8) + 5
    assert small.mult_adds == 18 * 2 * 2 + 5 * 8
    assert large.mult_adds == 18 * 8 * 8 + 5 * 128
    assert small.output_bytes == 4 * (8 + 8 + 5)  # convolution, Flatten, Linear
    assert large.output_bytes == 4 * (128 + 128 + 5)
    assert small.output_shape == large.output_shape == (5,)


@pytest.mark.parametrize("name", PRESETS)
def test_each_point_is_the_networks_summary_at_that_size(name):
    spec = preset(name)
    sweep = resolution_sweep(spec, [33, 130])
    assert len(sweep.points) == 3
    for point in sweep.points:
        summary = summarize(resized(spec, point.side, point.side))
        assert point.input_shape == summary.input_shape
        assert point.output_shape == summary.output_shape
        assert point.problem == summary.problem
        assert (point.num_params, point.mult_adds) == (summary.num_params, summary.mult_adds)
        assert point.output_bytes == summary.output_bytes


@pytest.mark.parametrize(
    ("name", "present", "smallest"), [("lenet", 28, 12), ("alexnet", 224, 67), ("densenet", 96, 29)]
)
def test_sides_reach_twice_the_present_one_and_find_the_smallest_that_works(name, present, smallest):
    sweep = resolution_sweep(preset(name))
    assert sweep.present.side == present
    assert sweep.present in sweep.points
    assert sides(sweep) == sorted(set(sides(sweep)))
    assert sides(sweep)[-1] == 2 * present
    assert sweep.working[0].side == smallest  # by hand, in test_smallest.py
    assert smallest - 1 in sides(sweep)
    assert len(sweep.points) <= 50


def test_given_in_features_work_from_the_first_to_the_last_size_that_makes_them():
    spec = network(
        "MaxPool2d(kernel_size=4)", "Flatten()", "Linear(in_features=100, out_features=2)", input_shape=(1, 41, 41)
    )
    sweep = resolution_sweep(spec)  # ⌊side ÷ 4⌋ is 10
    assert (sweep.working[0].side, sweep.working[-1].side) == (40, 43)
    assert {39, 44} <= set(sides(sweep))
    assert all("in_features is 100" in point.problem.reason for point in sweep.points if point.side in (39, 44))


def test_where_the_present_size_does_not_work_the_smallest_that_does_is_there():
    spec = network(
        "Conv2d(out_channels=1, kernel_size=6, stride=40)",
        "Flatten()",
        "Linear(in_features=9, out_features=2)",
        input_shape=(1, 300, 300),
    )
    sweep = resolution_sweep(spec)  # three positions from 2 × 40 + 6 on
    assert sweep.present.problem is not None
    assert sweep.working[0].side == 86


def test_a_network_that_no_size_suits_has_only_problems():
    spec = network("Linear(in_features=3, out_features=2)", "Conv2d(out_channels=1, kernel_size=99, in_channels=7)")
    sweep = resolution_sweep(spec)
    assert sweep.working == ()
    assert all(point.output_shape is None for point in sweep.points)


def test_the_width_follows_in_proportion():
    spec = network("Conv2d(out_channels=1, kernel_size=1)", input_shape=(3, 100, 50))
    assert [point.input_shape for point in resolution_sweep(spec, [1, 30]).points] == [
        (3, 1, 1),
        (3, 30, 15),
        (3, 100, 50),
    ]


def test_the_largest_image_is_not_exceeded():
    sweep = resolution_sweep(network("ReLU()", input_shape=(1, 8000, 8000)))
    assert sides(sweep)[-1] == 8192


@pytest.mark.parametrize("side", [0, -3, 8193, 2.0, True, "28", math.inf])
def test_a_side_that_is_none_is_refused_in_words(side):
    with pytest.raises(SpecError, match="a side must be a whole number of pixels from 1 to 8192"):
        resolution_sweep(network("ReLU()"), [side])


def test_json_holds_every_point():
    data = resolution_sweep(network("ReLU()"), [4]).to_dict()
    assert [point["input_shape"] for point in data["points"]] == [(1, 4, 4), (1, 8, 8)]
