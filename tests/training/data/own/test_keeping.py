from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from cnnviz.errors import DataError, RecipeError
from cnnviz.training.data import datasets, find_dataset, load_dataset
from cnnviz.training.data.own.importing import Import, import_images
from cnnviz.training.data.own.keeping import check_new_name, kept_entry, load, own_folder, remove
from cnnviz.training.recipe import Recipe, make_recipe

Draw = Callable[..., Path]


@pytest.fixture
def flowers(draw: Draw, home_folder: Path) -> str:
    return import_images(draw("rose", "tulip", count=10, grey=True), "Flowers 1", Import(side=8))


def test_own_data_is_found_beside_the_others_and_fits_a_recipe(flowers: str) -> None:
    assert list(datasets())[-1] == "Flowers 1"
    recipe = make_recipe(data=flowers, examples=4)
    assert recipe.image_shape == (1, 8, 8)
    assert recipe.dataset.class_names == ("rose", "tulip")
    assert len(load_dataset(flowers, examples=4).train_labels) == 4
    with pytest.raises(RecipeError, match="at most 16"):
        make_recipe(data=flowers, examples=17)


def test_a_run_is_told_of_when_its_data_is_gone_and_no_new_one_begins(flowers: str) -> None:
    stored = make_recipe(data=flowers, examples=16).model_dump_json()
    dataset = load_dataset(flowers)
    before = dataset.train_images.clone()
    remove(flowers)
    assert list(own_folder().iterdir()) == []
    assert torch.equal(dataset.train_images, before)  # what is loaded stays
    recipe = Recipe.model_validate_json(stored)
    assert recipe.data == flowers
    with pytest.raises(RecipeError, match=r"data should be one of fashion-mnist, .*, not 'Flowers 1'"):
        make_recipe(**recipe.model_dump())
    with pytest.raises(RecipeError, match="there is no data set 'Flowers 1'"):
        load_dataset(flowers)
    with pytest.raises(DataError, match="no own data set 'Flowers 1' to remove"):
        remove(flowers)


def test_what_is_changed_in_memory_does_not_change_the_files(flowers: str) -> None:
    before = load_dataset(flowers).train_images.clone()
    load_dataset(flowers).train_images.zero_()
    assert torch.equal(load_dataset(flowers).train_images, before)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "cannot be the name"),
        (" ", "cannot be the name"),
        ("../runs", "cannot be the name"),
        ("a/b", "cannot be the name"),
        (".hidden", "cannot be the name"),
        ("x" * 61, "cannot be the name"),
        ("a\x00b", "cannot be the name"),
        ("MNIST", "there is already a data set 'MNIST'"),
        ("flowers 1", "there is already a data set 'flowers 1'"),
    ],
)
def test_names_that_cannot_be_are_refused(flowers: str, name: str, words: str) -> None:
    with pytest.raises(DataError, match=words):
        check_new_name(name)
    assert kept_entry(name) is None or name == "flowers 1"


def test_names_in_any_script_are_taken() -> None:
    assert check_new_name("  花 ") == "花"
    assert check_new_name("cafe\N{COMBINING ACUTE ACCENT}") == "caf\xe9"


def test_removing_leads_nowhere_else(flowers: str) -> None:
    for name in ("..", ".", "../../runs", ""):
        with pytest.raises(DataError, match="no own data set"):
            remove(name)
    assert find_dataset(flowers)


@pytest.mark.parametrize("file", ["train_images.npy", "test_labels.npy", "meta.json"])
@pytest.mark.parametrize("content", [None, b"", b"rubbish" * 100])
def test_damaged_files_are_told_and_do_not_hide_other_data(flowers: str, file: str, content: bytes | None) -> None:
    path = own_folder() / flowers / file
    if content is None:
        data = path.read_bytes()
        path.write_bytes(data[: len(data) // 2])
    else:
        path.write_bytes(content)
    with pytest.raises(DataError, match=r"'Flowers 1' is damaged: .* remove it and add the images again"):
        load_dataset(flowers)
    assert "shapes" in datasets()
    remove(flowers)
    assert flowers not in datasets()


def test_arrays_that_do_not_go_together_are_told(flowers: str) -> None:
    folder = own_folder() / flowers
    (folder / "train_labels.npy").write_bytes((folder / "test_labels.npy").read_bytes())
    with pytest.raises(DataError, match="files of Flowers 1 are damaged: they hold images 16×1×8×8 and 4 labels"):
        load_dataset(flowers)


def test_no_array_runs_code(flowers: str) -> None:
    import pickle

    (own_folder() / flowers / "train_labels.npy").write_bytes(pickle.dumps([1, 2]))
    with pytest.raises(DataError, match="damaged"):
        load(flowers)
