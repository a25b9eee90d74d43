import pytest

from cnnviz.errors import SpecError
from cnnviz.ui.block_folds import folded, offer
from cnnviz.ui.editor import open_preset
from cnnviz.ui.items import walk
from tests.ui.conftest import do, ids, nested


def test_a_block_is_unfolded_and_folded_again_by_operations_and_undone():
    editor = open_preset("vgg11")
    block = ids(editor)[0]
    loose = do(editor, "unfold", id=block)
    assert [layer.kind for layer in loose.network.layers[:4]] == ["Conv2d", "ReLU", "MaxPool2d", "VGGBlock"]
    again = do(loose, "fold", ids=ids(loose)[1:2])  # any one of its layers
    assert again.network == editor.network
    assert again.version.selected == (ids(loose)[0],)
    assert again.undone().network == loose.network
    assert do(loose, "fold", ids=ids(loose)[:3]).network == editor.network


def test_what_is_offered_is_a_block_of_layers_that_stand_side_by_side():
    editor = open_preset("vgg11")
    loose = editor.unfolded(ids(editor)[0])
    items = loose.version.items
    assert offer(loose, (items[2].id,)).items == items[:3]
    assert offer(loose, tuple(item.id for item in items[:3])).block == editor.network.layers[0]
    assert offer(loose, (items[0].id, items[2].id)) is None
    assert offer(loose, tuple(item.id for item in items[:2])) is None
    assert offer(editor, (items[0].id,)) is None  # no longer there


def test_layers_that_are_no_block_are_not_folded_and_the_reason_is_told():
    editor = nested()
    inside = next(item for item, slot in walk(editor.version.items) if slot.container)
    for chosen in (ids(editor)[:1], [inside.id], [f"{ids(editor)[1]}:0"], []):
        with pytest.raises(SpecError, match="not exactly what a block stands for"):
            folded(editor, chosen)
    after = do(editor, "fold", ids=ids(editor)[:2])
    assert after.network == editor.network
    assert "not exactly what a block stands for" in after.mistake
