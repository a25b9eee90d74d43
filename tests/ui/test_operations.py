from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz.network.document import list_text, parse_list
from cnnviz.network.presets import preset
from cnnviz.network.spec import Layer
from cnnviz.ui.editor import open_network, open_preset
from cnnviz.ui.items import walk
from cnnviz.ui.operations import apply_log
from tests.ui.conftest import do, ids, kinds, lenet, log, nested, text


def test_operations_are_applied_in_order_and_acknowledged():
    editor = lenet()
    first = ids(editor)[0]
    after = apply_log(
        editor,
        log(
            editor,
            {"action": "duplicate", "ids": [first], "new_id": "a"},
            {"action": "add", "id": "a-0", "kind": "BatchNorm2d", "new_id": "b"},
            {"action": "move", "ids": ["b"], "to": {"container": "", "part": 0, "before": first}},
            {"action": "delete", "ids": ["a-0"]},
        ),
    )
    assert kinds(after)[:3] == ["BatchNorm2d", "Conv2d", "Sigmoid"]
    assert ids(after)[:2] == ["b", first]
    assert after.ack == 4
    assert after.layer.kind == "Sigmoid"  # what follows a layer that was deleted


def test_an_operation_sent_twice_is_applied_once():
    editor = lenet()
    sent = log(editor, {"action": "delete", "ids": ids(editor)[:1]})
    once = apply_log(editor, sent)
    assert apply_log(once, sent) == once
    assert len(ids(once)) == 11


def test_a_log_of_another_network_changes_nothing():
    editor, other = lenet(), lenet()
    after = apply_log(editor, log(other, {"action": "delete", "ids": ids(other)[:1]}))
    assert (after.network, after.past) == (editor.network, ())


def test_undo_goes_on_before_the_opening_of_a_network_however_quickly_it_is_asked_for():
    first = lenet()
    shorter = do(first, "delete", ids=ids(first)[:1])
    opened = shorter.opened(preset("alexnet"), "alexnet")
    sent = log(opened, {"action": "undo"}, {"action": "undo"})
    once = apply_log(opened, {"operations": sent["operations"][:1]})  # the second was sent before the list knew of this
    assert once.network == shorter.network
    assert apply_log(once, sent).network == first.network


def test_layers_dropped_in_their_own_place_and_an_empty_part_emptied_are_no_step_of_undo():
    editor = lenet()
    first, second = ids(editor)[:2]
    after = do(editor, "move", ids=[first], to={"container": "", "part": 0, "before": second})
    assert (after.network, after.past, after.version.selected) == (editor.network, (), (first,))
    editor = nested()
    residual = ids(editor)[1]
    after = do(editor, "delete", ids=[f"{residual}:1"])  # a shortcut that is empty already
    assert after.past == ()


def test_deleting_the_last_layer_of_a_list_selects_the_one_before():
    editor = lenet()
    after = do(editor, "delete", ids=ids(editor)[-2:])
    assert after.version.selected == (ids(editor)[-3],)


def test_the_only_layer_cannot_be_deleted_and_the_reason_is_told():
    editor = lenet()
    after = do(editor, "delete", ids=ids(editor))
    assert after.network == editor.network
    assert "layers must be a list of 1 to 5,000 layers" in after.mistake


def test_several_layers_are_moved_together_and_stay_selected():
    editor = lenet()
    chosen = [ids(editor)[5], ids(editor)[3]]
    after = do(editor, "move", ids=chosen, to={"container": "", "part": 0, "before": ids(editor)[0]})
    assert kinds(after)[:3] == ["Conv2d", "AvgPool2d", "Conv2d"]
    assert after.version.selected == (ids(editor)[3], ids(editor)[5])


def test_layers_are_moved_into_a_container_and_out_of_it():
    editor = nested()
    first, residual, concat, _ = ids(editor)
    inside = do(editor, "move", ids=[first], to={"container": residual, "part": 1, "before": None})
    assert inside.network.layers[0].parts[1] == (editor.network.layers[0],)
    assert inside.path == "0.shortcut.0"
    body = inside.version.found[residual][0].parts[0]
    out = do(inside, "move", ids=[body[1].id], to={"container": "", "part": 0, "before": concat})
    assert kinds(out) == ["Residual", "BatchNorm2d", "Concat", "Repeat"]
    branches = out.version.found[concat][0].parts
    empty = do(out, "move", ids=[branches[0][0].id], to={"container": concat, "part": 1, "before": branches[1][1].id})
    assert [len(part) for part in empty.network.layers[2].parts] == [0, 3]


def test_the_body_of_a_container_cannot_be_emptied():
    editor = nested()
    body = editor.version.found[ids(editor)[1]][0].parts[0]
    after = do(editor, "delete", ids=[item.id for item in body])
    assert after.network == editor.network
    assert "Residual needs at least one layer in its body" in after.mistake


def test_a_container_is_not_moved_into_itself():
    editor = nested()
    residual = ids(editor)[1]
    assert do(editor, "move", ids=[residual], to={"container": residual, "part": 0, "before": None}).past == ()


def test_layers_of_one_list_are_put_into_a_container():
    editor = lenet()
    after = do(editor, "group", ids=ids(editor)[:3], kind="Repeat", new_id="r")
    assert text(after).startswith(
        "- Repeat(n=2):\n    - Conv2d(out_channels=6, kernel_size=5, padding=2)\n    - Sigmoid()"
    )
    assert after.version.selected == ("r",)
    mixed = nested()
    inner = mixed.version.found[ids(mixed)[1]][0].parts[0][0].id
    assert "of one list" in do(mixed, "group", ids=[ids(mixed)[0], inner], kind="Residual", new_id="r").mistake


def test_branches_are_added_copied_and_deleted():
    editor = nested()
    concat = ids(editor)[2]
    wider = do(editor, "branch", id=concat)
    assert (len(wider.layer.parts), wider.version.selected) == (3, (f"{concat}:2",))
    filled = do(wider, "add", id=f"{concat}:2", kind="Conv2d 1×1", new_id="n")
    assert filled.path == "2.2.0"
    assert filled.layer == Layer("Conv2d", {"out_channels": 8, "kernel_size": 1})
    copied = do(filled, "duplicate", ids=[f"{concat}:1"], new_id="c")
    assert [len(part) for part in copied.network.layers[2].parts] == [1, 2, 2, 1]
    narrow = do(copied, "delete", ids=[f"{concat}:0"])
    assert [len(part) for part in narrow.network.layers[2].parts] == [2, 2, 1]


def test_the_body_of_a_residual_is_not_duplicated_into_its_shortcut():
    editor = nested()
    after = do(editor, "duplicate", ids=[f"{ids(editor)[1]}:0"], new_id="c")
    assert (after.network, after.mistake) == (
        editor.network,
        "a Residual has one body; duplicate the layers in it instead",
    )


def test_a_shortcut_is_filled_with_what_fits_there_and_emptied_again():
    editor = open_network(
        preset("lenet").replace(
            layers=parse_list("Residual: {body: ['Conv2d(out_channels=9, kernel_size=3, stride=2, padding=1)']}")
        )
    )
    (residual,) = ids(editor)
    filled = do(editor, "add", id=f"{residual}:1", kind="Conv2d", new_id="n")
    assert filled.layer.params == {"out_channels": 9, "kernel_size": 1, "stride": 2}
    assert do(filled, "delete", ids=[f"{residual}:1"]).network == editor.network


def test_a_linear_layer_after_a_map_brings_its_flatten():
    editor = lenet()
    after = do(editor, "add", id=ids(editor)[2], kind="Linear", new_id="n")
    assert kinds(after)[2:5] == ["AvgPool2d", "Flatten", "Linear"]
    assert after.version.selected == ("n",)
    assert undone(after).network == editor.network


def undone(editor):
    return do(editor, "undo")


@pytest.mark.parametrize(
    ("pasted", "expected"),
    [
        ("- ReLU()\n- Dropout(p=0.3)\n", ["ReLU", "Dropout"]),
        ("ReLU()", ["ReLU"]),
        ("ReLU(),\nDropout(),", ["ReLU", "Dropout"]),
        ('["ReLU()"]', ["ReLU"]),
        ("- Residual:\n    body:\n      - ReLU()\n", ["Residual"]),
        ("input_shape: [1, 8, 8]\nlayers: [ReLU()]", ["ReLU"]),
        ("import torch.nn as nn\nnn.Sequential(nn.Conv2d(6, 8, 3), nn.ReLU())", ["Conv2d", "ReLU"]),
        ("nn.Conv2d(6, 8, kernel_size=3),\r\n    nn.ReLU(),  # as inside nn.Sequential\r\n", ["Conv2d", "ReLU"]),
    ],
)
def test_text_from_anywhere_is_pasted_after_the_selected_layer(pasted, expected):
    editor = lenet()
    after = do(editor, "paste", id=ids(editor)[0], text=pasted, new_id="p")
    assert (after.mistake, kinds(after)[1 : 1 + len(expected)]) == (None, expected)
    assert len(after.version.selected) == len(expected)


@pytest.mark.parametrize(
    "rubbish", ["", "  ", "hello world", "ReLU(", "- Conv2d(kernel_size=3)", "{", "__import__('os')"]
)
def test_text_that_is_no_layers_is_refused_in_words(rubbish):
    editor = lenet()
    after = do(editor, "paste", id=ids(editor)[0], text=rubbish, new_id="p")
    assert after.network == editor.network
    assert after.mistake


def test_what_is_copied_can_be_pasted():
    editor = nested()
    copied = list_text(editor.network.layers)
    after = do(editor, "paste", id=ids(editor)[-1], text=copied, new_id="p")
    assert after.network.layers == editor.network.layers * 2


@pytest.mark.parametrize(
    "operation",
    [
        {"action": "explode"},
        {"action": "move", "to": {"container": "", "part": 0, "before": "elsewhere"}},
        {"action": "move", "to": {"container": "elsewhere", "part": 0, "before": None}},
        {"action": "move", "to": "0"},
        {"action": "move"},
        {"action": "add", "kind": "Transformer", "new_id": "a"},
        {"action": "add", "kind": "ReLU"},
        {"action": "add", "kind": "ReLU", "new_id": "a:1"},
        {"action": "duplicate", "ids": ["elsewhere"], "new_id": "a"},
        {"action": "duplicate", "ids": 3, "new_id": "a"},
        {"action": "group", "kind": "Conv2d", "new_id": "a"},
        {"action": "branch", "id": "elsewhere"},
        {"action": "delete", "ids": ["elsewhere"]},
        {"action": "delete", "ids": ["elsewhere:1"]},
        {"action": "select", "ids": []},
        {"action": "undo"},
        {"action": "redo"},
    ],
)
def test_an_operation_that_makes_no_sense_changes_nothing_but_is_acknowledged(operation):
    editor = lenet()
    about = {"id": ids(editor)[1], "ids": ids(editor)[1:2]}
    after = apply_log(editor, log(editor, about | operation))
    assert (after.network, after.past, after.mistake, after.ack) == (editor.network, (), None, 1)


@pytest.mark.parametrize("rubbish", [{}, {"operations": 3}, {"operations": [3, {}, {"number": "1"}, {"number": True}]}])
def test_a_log_that_is_rubbish_changes_nothing(rubbish):
    editor = lenet()
    assert apply_log(editor, rubbish) == editor


@given(st.data())
def test_every_list_of_operations_keeps_ids_and_layers_together_and_is_undone_step_by_step(data):
    editor = nested()
    networks = [editor.network]
    for number in range(data.draw(st.integers(1, 25))):
        editor = do(editor, **data.draw(operations(editor, f"n{number}")))
        if editor.network != networks[-1]:
            networks.append(editor.network)
        items = [item for item, _ in walk(editor.version.items)]
        assert len({item.id for item in items}) == len(items)
        assert tuple(item.layer for item in editor.version.items) == editor.network.layers
        for item in items:
            assert item.layer.parts == tuple(tuple(inner.layer for inner in part) for part in item.parts)
        assert editor.item in items
    steps = len(editor.past)
    for _ in range(steps):
        editor = do(editor, "undo")
    assert editor.network == networks[0]
    for _ in range(steps):
        editor = do(editor, "redo")
    assert editor.network == networks[-1]


def operations(editor, new_id):
    """Operations on what is there, in any order and any combination."""
    there = [item.id for item, _ in walk(editor.version.items)]
    parts = [f"{item.id}:{n}" for item, _ in walk(editor.version.items) if item.kind_parts for n in range(2)]
    some = st.lists(st.sampled_from(there), min_size=1, max_size=3)
    place = st.builds(
        lambda where, before: {
            "container": where.partition(":")[0],
            "part": int(where.partition(":")[2] or 0),
            "before": before,
        },
        st.sampled_from(["", *parts]),
        st.sampled_from([None, *there]),
    )
    one, new = st.sampled_from([*there, *parts]), st.just(new_id)
    kinds = st.sampled_from(["ReLU", "Linear", "Residual", "Concat", "VGGBlock"])
    return st.one_of(
        st.fixed_dictionaries({"action": st.just("select"), "ids": some}),
        st.fixed_dictionaries({"action": st.just("move"), "ids": some, "to": place}),
        st.fixed_dictionaries({"action": st.just("duplicate"), "ids": some, "new_id": new}),
        st.fixed_dictionaries({"action": st.just("duplicate"), "ids": st.lists(one, max_size=1), "new_id": new}),
        st.fixed_dictionaries({"action": st.just("add"), "id": one, "kind": kinds, "new_id": new}),
        st.fixed_dictionaries({"action": st.just("delete"), "ids": st.lists(one, min_size=1, max_size=2)}),
        st.fixed_dictionaries(
            {"action": st.just("group"), "ids": some, "kind": st.sampled_from(["Repeat", "Residual"]), "new_id": new}
        ),
        st.fixed_dictionaries({"action": st.just("branch"), "id": st.sampled_from(there)}),
        st.fixed_dictionaries({"action": st.sampled_from(["undo", "redo"])}),
    )


def test_undo_and_redo_go_through_every_edit_and_keep_the_acknowledged_number():
    editor = open_preset("alexnet")
    first = editor.network
    for number in range(200):
        editor = do(editor, "duplicate", ids=[editor.item.id], new_id=f"n{number}")
    last = editor.network
    for _ in range(200):
        editor = do(editor, "undo")
    assert (editor.network, editor.past, editor.ack) == (first, (), 400)
    for _ in range(200):
        editor = do(editor, "redo")
    assert (editor.network, editor.future) == (last, ())


def test_an_edit_after_undo_forgets_what_was_undone():
    editor = undone(do(lenet(), "delete", ids=ids(lenet())))
    editor = do(editor, "delete", ids=ids(editor)[:1])
    editor = do(undone(editor), "delete", ids=ids(editor)[:1])
    assert editor.future == ()
    assert replace(editor, ack=0).past
