import pytest

from cnnviz.errors import SpecError
from cnnviz.ui.editor import apply_log, open_preset


@pytest.fixture
def lenet():
    return open_preset("lenet")


def log(editor, *operations):
    """A layer list's log: every operation with its number, as the browser sends it."""
    numbered = [{"number": editor.ack + place + 1, **op} for place, op in enumerate(operations)]
    return {"epoch": editor.epoch, "operations": numbered}


def kinds(editor):
    return [layer.kind for layer in editor.network.layers]


def test_a_new_editor_selects_the_first_layer(lenet):
    assert lenet.index == 0
    assert len(lenet.ids) == len(set(lenet.ids)) == 12


def test_operations_are_applied_in_order_and_acknowledged(lenet):
    first = lenet.ids[0]
    after = apply_log(
        lenet,
        log(
            lenet,
            {"action": "duplicate", "id": first, "new_id": "a"},
            {"action": "add", "id": "a", "kind": "BatchNorm2d", "new_id": "b"},
            {"action": "move", "id": "b", "to": 0},
            {"action": "delete", "id": "a"},
        ),
    )
    assert kinds(after)[:3] == ["BatchNorm2d", "Conv2d", "Sigmoid"]
    assert after.ids[:2] == ("b", first)
    assert (after.selected, after.ack) == ("b", 4)


def test_an_operation_sent_twice_is_applied_once(lenet):
    sent = log(lenet, {"action": "delete", "id": lenet.ids[0]})
    once = apply_log(lenet, sent)
    assert apply_log(once, sent) == once
    assert len(once.ids) == 11


def test_a_log_of_another_network_changes_nothing(lenet):
    other = open_preset("lenet")
    assert apply_log(lenet, log(other, {"action": "delete", "id": other.ids[0]})) == lenet


def test_deleting_the_selected_layer_selects_the_next_or_the_last(lenet):
    selected = apply_log(lenet, log(lenet, {"action": "select", "id": lenet.ids[3]}))
    after = apply_log(selected, log(selected, {"action": "delete", "id": lenet.ids[3]}))
    assert after.selected == lenet.ids[4]
    last = apply_log(
        after, log(after, {"action": "select", "id": lenet.ids[-1]}, {"action": "delete", "id": lenet.ids[-1]})
    )
    assert last.selected == lenet.ids[-2]


def test_the_last_layer_cannot_be_deleted(lenet):
    after = apply_log(lenet, log(lenet, *({"action": "delete", "id": layer_id} for layer_id in lenet.ids)))
    assert len(after.ids) == len(after.network.layers) == 1
    assert after.selected in after.ids


@pytest.mark.parametrize(
    "operation",
    [
        {"action": "explode"},
        {"action": "move", "to": -1},
        {"action": "move", "to": 12},
        {"action": "move", "to": "0"},
        {"action": "move"},
        {"action": "add", "kind": "Transformer", "new_id": "a"},
        {"action": "add", "kind": "ReLU"},
        {"action": "duplicate", "new_id": 7},
        {"action": "delete", "id": "unknown"},
        {"action": "delete", "id": None},
    ],
)
def test_an_operation_that_makes_no_sense_changes_nothing_but_is_acknowledged(lenet, operation):
    after = apply_log(lenet, log(lenet, {"id": lenet.ids[0], **operation}))
    assert (after.network, after.ids, after.selected) == (lenet.network, lenet.ids, lenet.selected)
    assert after.ack == 1


@pytest.mark.parametrize("rubbish", [{}, {"operations": 3}, {"operations": [3, {}, {"number": "1"}, {"number": True}]}])
def test_a_log_that_is_rubbish_changes_nothing(lenet, rubbish):
    assert apply_log(lenet, {"epoch": lenet.epoch, **rubbish}) == lenet


def test_a_wrong_parameter_is_refused(lenet):
    with pytest.raises(SpecError, match="kernel_size must be a whole number from 1 to 1024"):
        lenet.with_layer(lenet.ids[0], lambda layer: layer.replace(kernel_size=0))
