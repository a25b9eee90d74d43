"""Expected numbers are the medians and percentiles over the book's builds, as its results publish them."""

from dataclasses import replace

import pytest

from cnnviz.network.document import to_text
from cnnviz.network.presets import preset
from cnnviz.network.spec import Network
from cnnviz.training.band import PUBLISHED, standing, standing_text
from cnnviz.training.events import Result
from cnnviz.training.published import published_recipe
from cnnviz.training.records import Run
from cnnviz.training.store import open_store


def finished(network: Network, *, loss: float = 0.3, test_acc: float = 0.9, **settings: object) -> Run:
    with open_store() as store:
        run_id = store.create_run(to_text(network), published_recipe(network, **settings), "any name")
        store.claim(run_id, pid=1, pid_started=0.0, device="cpu")
        store.finish(run_id, Result(loss, 0.9, test_acc, 1000.0, 900.0, "cpu"))
        return store.run(run_id)


def text_of(run: Run) -> str:
    found = standing(run)
    assert found
    return standing_text(found)


def test_the_seeds_alexnet_run_lies_where_the_books_do():
    assert text_of(finished(preset("alexnet"), loss=0.327, test_acc=0.878)) == (
        "Test accuracy 0.878 is inside 0.871 to 0.885 and loss 0.327 is inside 0.325 to 0.333, "
        "where 90 % of the book's own results lie."
    )


@pytest.mark.parametrize(
    ("test_acc", "place"), [(0.8709, "below"), (0.871, "inside"), (0.885, "inside"), (0.886, "above")]
)
def test_a_result_lies_below_inside_or_above(test_acc, place):
    assert f"is {place} 0.871 to 0.885" in text_of(finished(preset("alexnet"), test_acc=test_acc))


def test_another_recipe_is_told_and_what_changes_no_result_is_not():
    assert text_of(finished(preset("lenet"), test_acc=0.7, loss=0.9, epochs=1, lr=0.5)).startswith(
        "Not the book's recipe (epochs 10 → 1, lr 0.9 → 0.5), so its results are only for orientation: "
        "test accuracy 0.700 is below 0.774 to 0.824"
    )
    assert text_of(finished(preset("lenet"), seed=7, device="cpu")).startswith("Test accuracy")


def test_other_data_is_another_recipe():
    assert "(data fashion-mnist → shapes)" in text_of(finished(preset("lenet"), data="shapes"))


def test_a_run_that_learned_nothing_is_told_that_the_books_own_do_so_at_times():
    assert text_of(finished(preset("nin"), loss=2.303, test_acc=0.1)).endswith(
        "It learned nothing, as about 8% of the book's own runs of this network."
    )
    assert "learned nothing" not in text_of(finished(preset("alexnet"), loss=2.303, test_acc=0.1))


def test_a_network_by_another_name_is_known_by_its_layers():
    assert standing(finished(preset("lenet").replace(name="Mine")))
    assert standing(finished(preset("lenet").replace(width=0.5))) is None
    assert standing(finished(preset("vgg11"))) is None  # of which the book publishes no results


def test_a_run_that_is_not_finished_stands_nowhere():
    run = finished(preset("lenet"))
    assert standing(replace(run, status="stopped")) is None


def test_every_network_with_published_results_is_a_preset_and_its_median_lies_in_its_band():
    for name, published in PUBLISHED.items():
        assert preset(name).recipe
        for spread in (published.loss, published.test_acc):
            assert spread.low <= spread.median <= spread.high
