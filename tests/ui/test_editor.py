import pytest

from cnnviz.errors import SpecError
from cnnviz.network.document import parse_list
from cnnviz.network.presets import PRESETS, preset
from cnnviz.network.summary import summarize
from cnnviz.ui.editor import open_network, open_preset
from cnnviz.ui.items import walk
from tests.ui.conftest import ids, lenet, nested


def test_a_new_editor_selects_the_first_layer():
    editor = lenet()
    assert editor.path == "0"
    assert len(ids(editor)) == len(set(ids(editor))) == 12


def test_a_wrong_parameter_is_refused():
    editor = lenet()
    with pytest.raises(SpecError, match="out_channels must be a whole number"):
        editor.with_layer(ids(editor)[0], lambda layer: layer.replace(out_channels=0))


def test_an_edit_that_changes_nothing_is_no_step_of_undo():
    editor = lenet()
    assert editor.with_layer(ids(editor)[0], lambda layer: layer.replace(out_channels=6)) is editor
    assert editor.with_layer("elsewhere", lambda layer: layer.replace(out_channels=7)) is editor
    assert editor.with_network(editor.network) is editor


@pytest.mark.parametrize("name", PRESETS)
def test_the_path_of_every_layer_is_that_of_a_row(name):
    editor = open_preset(name)
    rows = {row.path: row.kind for row in summarize(editor.network).rows}
    for item, _ in walk(editor.version.items):
        assert rows[editor.version.paths[item.id]] == item.layer.kind


def test_layers_inside_containers_are_found_by_their_rows_and_edited():
    editor = nested()
    rows = [row for row in summarize(editor.network).rows if not row.path.startswith("3.1")]
    paths = [editor.version.paths[item.id] for item, _ in walk(editor.version.items)]
    assert paths == [row.path for row in rows if row.path != "3.0"]  # the first copy as a whole
    inside = editor.selecting_path("3.1.0")
    assert inside.path == "3.0.0"  # what is repeated is written once
    wider = inside.with_layer(inside.item.id, lambda layer: layer.replace(padding=0))
    assert wider.network.layers[3].parts[0][0].params == {"out_channels": 8, "kernel_size": 3}
    assert wider.path == "3.0.0"


def test_a_path_to_no_layer_selects_nothing_else():
    editor = nested()
    for path in ("", "9", "1.body.7", "1.elsewhere.0", "-1", "x"):
        assert editor.selecting_path(path) == editor


def test_a_block_inside_a_container_is_unfolded_in_its_place():
    network = preset("lenet").replace(
        layers=parse_list("Sequential: ['VGGBlock(num_convs=2, out_channels=4)', 'ReLU()']")
    )
    editor = open_network(network).selecting_path("0.0")
    after = editor.unfolded(editor.item.id)
    assert [layer.kind for layer in after.network.layers[0].parts[0]] == ["Conv2d", "ReLU"] * 2 + ["MaxPool2d", "ReLU"]
    assert after.path == "0.0"
    assert after.undone().network == network


def test_another_network_keeps_the_ids_of_the_layers_that_stay():
    editor = lenet().selecting_path("10")
    layers = editor.network.layers
    text = (*layers[:2], *parse_list("- Conv2d(out_channels=6, kernel_size=3)\n- ReLU()"), *layers[2:])
    after = editor.with_network(editor.network.replace(layers=text))
    assert ids(after)[:2] == ids(editor)[:2]
    assert ids(after)[4:] == ids(editor)[2:]
    assert after.path == "12"
    changed = after.with_layer(ids(after)[2], lambda layer: layer.replace(out_channels=7))
    assert ids(after.with_network(changed.network)) == ids(after)


def test_a_selection_that_is_gone_moves_to_what_stands_in_its_place():
    editor = lenet().selecting_path("11")
    short = editor.with_network(editor.network.replace(layers=editor.network.layers[:3]))
    assert short.path == "2"
    assert short.undone().path == "11"


def test_opening_another_network_can_be_undone():
    editor = lenet()
    other = editor.opened(preset("alexnet"), "alexnet")
    assert (other.preset, other.path) == ("alexnet", "0")
    assert other.epoch != editor.epoch
    assert other.undone().network == editor.network
