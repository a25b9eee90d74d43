import pytest
import torch

from cnnviz.errors import RecipeError
from cnnviz.training.data import DATASETS, load_dataset


@pytest.mark.parametrize("name", ["shapes"])
def test_data_set_is_what_its_entry_says(name: str) -> None:
    entry = DATASETS[name]
    dataset = load_dataset(name)
    assert dataset.train_images.shape == (entry.num_train, *entry.image_shape)
    assert dataset.test_images.shape == (entry.num_test, *entry.image_shape)
    assert dataset.train_labels.shape == (entry.num_train,)
    assert dataset.test_labels.shape == (entry.num_test,)
    assert dataset.train_images.dtype == dataset.test_images.dtype == torch.uint8
    assert dataset.train_labels.dtype == dataset.test_labels.dtype == torch.int64
    assert set(dataset.test_labels.tolist()) == set(range(len(entry.class_names)))


def test_examples_are_the_first_ones_and_the_test_set_stays_whole() -> None:
    whole, part = load_dataset("shapes"), load_dataset("shapes", examples=37)
    assert torch.equal(part.train_images, whole.train_images[:37])
    assert torch.equal(part.train_labels, whole.train_labels[:37])
    assert torch.equal(part.test_images, whole.test_images)


def test_unknown_data_set_names_those_that_exist() -> None:
    with pytest.raises(RecipeError, match="no data set 'nist'; choose one of fashion-mnist, mnist, "):
        load_dataset("nist")
