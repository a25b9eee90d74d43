import pytest
from hypothesis import given

from cnnviz.ui.items import ids_of, items_of, with_ids
from tests.network.running import networks
from tests.ui.conftest import do, ids, nested


@given(networks())
def test_layers_get_back_the_ids_that_were_noted(spec):
    items = items_of(spec.layers)
    assert with_ids(spec.layers, ids_of(items)) == items


def test_layers_that_were_moved_into_a_container_keep_theirs():
    editor = nested()
    moved = do(editor, "move", ids=ids(editor)[:1], to={"container": ids(editor)[3], "part": 0, "before": None})
    assert with_ids(moved.network.layers, ids_of(moved.version.items)) == moved.version.items


@pytest.mark.parametrize(
    "wrong",
    [None, "a", [], [["a", []]] * 4, [["a", []], ["b", []], ["c", []], ["d", []]], [["a:1", []]], [[1, []]], [["a"]]],
)
def test_ids_of_other_layers_are_not_taken(wrong):
    assert with_ids(nested().network.layers, wrong) is None
