import pytest

from cnnviz.network.document import to_text
from cnnviz.network.presets import PRESETS, preset
from cnnviz.training.published import published_recipe
from cnnviz.training.records import Run
from cnnviz.training.store import open_store
from cnnviz.ui.runs.filters import network_name, passes


@pytest.fixture
def run() -> Run:
    """A waiting run of LeNet on Shapes, called Baseline, with two tags and a note."""
    network = preset("lenet")
    with open_store() as store:
        run_id = store.create_run(to_text(network), published_recipe(network, data="shapes"), "Baseline")
        store.set_tags(run_id, ("sweep", "Keep"))
        store.set_notes(run_id, "with a larger rate")
        return store.run(run_id)


@pytest.mark.parametrize(
    ("words", "is_found"),
    [
        ("", True),
        ("base", True),
        ("LENET", True),
        ("shapes larger", True),
        ("keep", True),
        ("queued", True),
        ("baseline alexnet", False),
        ("finished", False),
    ],
)
def test_every_word_must_be_somewhere_in_what_is_said_of_a_run(run, words, is_found):
    assert passes(run, words, {}) == is_found
    assert passes(run, f"{words} {run.id}", {}) == is_found


@pytest.mark.parametrize(
    ("chosen", "is_found"),
    [
        ({"Status": []}, True),
        ({"Status": ["queued"]}, True),
        ({"Status": ["finished", "queued"], "Network": ["LeNet"]}, True),
        ({"Status": ["finished"]}, False),
        ({"Data": ["fashion-mnist"]}, False),
        ({"Tags": ["Keep", "other"]}, True),
        ({"Tags": ["other"]}, False),
        ({"Data": ["shapes"], "Network": ["AlexNet"]}, False),
    ],
)
def test_one_of_what_is_chosen_in_each_box_must_be_the_runs(run, chosen, is_found):
    assert passes(run, "", chosen) == is_found


def test_a_networks_name_is_read_from_its_first_line():
    assert {network_name(to_text(preset(name))) for name in PRESETS} == {preset(name).name for name in PRESETS}
    odd = preset("lenet").replace(name='a: "b" # c')
    assert network_name(to_text(odd)) == 'a: "b" # c'
