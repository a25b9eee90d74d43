import pytest

from cnnviz.drawing.charts import cost_chart
from cnnviz.drawing.colours import ROLE_COLOURS, kind_colour
from cnnviz.network.layers import LAYERS
from cnnviz.network.presets import preset
from cnnviz.network.spec import Layer, make_network
from cnnviz.network.summary import summarize


def test_bars_are_shares_of_the_network_and_carry_shape_and_exact_count():
    parameters, mult_adds = cost_chart(summarize(preset("alexnet"))).data
    assert len(parameters.x) == len(mult_adds.x) == 8  # five convolutions, three linear layers
    assert parameters.x[0] == "0 Conv2d<br>96×54×54"
    assert sum(parameters.y[5:]) == pytest.approx(0.92, abs=0.005)  # where AlexNet's parameters are
    assert sum(mult_adds.y[5:]) == pytest.approx(0.05, abs=0.005)
    assert parameters.customdata[5][1] == "26,218,496"


def test_a_network_without_parameters_has_an_empty_chart():
    network = make_network(input_shape=(1, 8, 8), layers=(Layer("ReLU"),))
    assert [len(trace.x) for trace in cost_chart(summarize(network)).data] == [0, 0]


def test_every_kind_has_a_colour_of_its_role():
    assert {kind_colour(kind) for kind in LAYERS} == set(ROLE_COLOURS.values())
    assert len(set(ROLE_COLOURS.values())) == len(ROLE_COLOURS)
