import pytest

from cnnviz.drawing.cost_curves import METRICS, cost_curves
from cnnviz.network.presets import preset
from cnnviz.network.summary import summarize


def curves(metric: str, *names: str, running: bool = False):
    return cost_curves([summarize(preset(name)) for name in names], names, metric, running=running).data


def test_a_curve_has_a_point_for_every_layer_that_costs():
    lenet, alexnet = curves("num_params", "lenet", "alexnet")
    assert list(zip(lenet.x, lenet.y, strict=True)) == [(1, 156), (4, 2416), (8, 48_120), (10, 10_164), (12, 850)]
    assert sum(alexnet.y) == 46_764_746
    assert lenet.customdata[0][:3] == ["Conv2d(out_channels=6, kernel_size=5, padding=2)", "6×28×28", "156"]


def test_layers_inside_blocks_are_counted_and_blocks_are_not():
    (vgg,) = curves("mult_adds", "vgg11")
    assert len(vgg.x) == 11
    assert sum(vgg.y) == summarize(preset("vgg11")).mult_adds


def test_the_running_total_is_a_share_of_the_whole_and_ends_at_all_of_it():
    (alexnet,) = curves("num_params", "alexnet", running=True)
    assert list(alexnet.x) == list(range(1, 22))
    assert alexnet.y[-1] == 1
    assert alexnet.y[13] == pytest.approx(3_723_968 / 46_764_746)  # the five convolutions
    assert sorted(alexnet.y) == list(alexnet.y)


def test_a_receptive_field_does_not_add_up():
    (alone,) = curves("receptive_field", "lenet")
    (running,) = curves("receptive_field", "lenet", running=True)
    assert alone.y == running.y
    assert alone.y[:6] == (5, 5, 6, 14, 14, 16)  # the window of each layer on the image, by hand


@pytest.mark.parametrize("metric", METRICS)
def test_four_networks_differ_in_colour_and_in_line_and_in_marker(metric):
    four = curves(metric, "vgg11", "vgg13", "vgg16", "vgg19")
    looks = [(each.line.color, each.line.dash, each.marker.symbol) for each in four]
    assert all(len(set(kind)) == 4 for kind in zip(*looks, strict=True))
    assert [each.name for each in four] == ["vgg11", "vgg13", "vgg16", "vgg19"]


def test_a_network_of_which_nothing_fits_has_an_empty_curve():
    tiny = preset("alexnet").replace(input_shape=(1, 5, 5))
    (curve,) = cost_curves([summarize(tiny)], ["tiny"], "num_params").data
    assert curve.x == ()
