from dataclasses import replace

import pytest

from cnnviz.network.document import to_text
from cnnviz.network.presets import preset
from cnnviz.training.recipe import make_recipe
from cnnviz.training.records import Run
from cnnviz.training.store import open_store
from cnnviz.ui.runs.coordinates import coordinates, result_axes, setting_axes


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Run:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CNNVIZ_HOME", str(tmp_path_factory.mktemp("home")))
        with open_store() as store:
            return store.run(store.create_run(to_text(preset("lenet")), make_recipe(), "a run"))


def varied(run: Run, **settings: tuple) -> list[Run]:
    """Runs that differ in these settings, with results."""
    rows = [dict(zip(settings, values, strict=True)) for values in zip(*settings.values(), strict=True)]
    return [
        replace(run, recipe=make_recipe(**row), test_acc=0.5 + 0.1 * place, loss=1.0) for place, row in enumerate(rows)
    ]


def test_only_settings_in_which_the_runs_differ_have_an_axis(run):
    axes = setting_axes(varied(run, batch_size=(32, 64), epochs=(3, 3)))
    assert [(axis.label, axis.values) for axis in axes] == [("batch_size", (32.0, 64.0))]


def test_rates_far_apart_stand_on_a_logarithmic_axis_with_their_own_values(run):
    (axis,) = setting_axes(varied(run, lr=(0.001, 0.1, 1.0)))
    assert axis.values == pytest.approx((-3, -1, 0))
    assert list(axis.ticks) == pytest.approx([-3, -1, 0])
    assert list(axis.ticks.values()) == ["0.001", "0.1", "1"]


def test_what_is_no_number_has_a_place_and_a_name_on_its_axis(run):
    axes = {axis.label: axis for axis in setting_axes(varied(run, data=("shapes", "fashion-mnist"), resize=(None, 32)))}
    assert axes["data"].values == (1.0, 0.0)
    assert axes["data"].ticks == {0.0: "fashion-mnist", 1.0: "shapes"}
    assert axes["resize"].ticks[axes["resize"].values[0]] == "none"
    assert axes["resize"].ticks[axes["resize"].values[1]] == "32"


def test_the_network_has_an_axis_where_it_differs(run):
    other = replace(run, network=to_text(preset("alexnet")))
    (axis,) = setting_axes([run, other])
    assert axis.label == "network"
    assert [axis.ticks[value] for value in axis.values] == ["LeNet", "AlexNet"]


def test_a_result_that_a_run_lacks_has_no_axis(run):
    runs = varied(run, lr=(0.1, 0.2))
    assert [axis.label for axis in result_axes(runs)] == ["loss", "test acc"]  # no training accuracy was recorded
    assert [axis.label for axis in result_axes([*runs, replace(runs[0], loss=None)])] == ["test acc"]


def test_there_is_nothing_to_compare_with_fewer_than_two_results(run):
    runs = varied(run, lr=(0.1, 0.2))
    assert coordinates([run, runs[0]], is_dark=False) is None
    figure = coordinates([run, *runs], is_dark=True)
    assert [dimension.label for dimension in figure.data[0].dimensions] == ["lr", "loss", "test acc"]
    assert list(figure.data[0].line.color) == [0.5, 0.6]
