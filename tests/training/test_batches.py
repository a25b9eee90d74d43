import pytest
import torch

from cnnviz.training.batches import Batches, batch_order, split_places
from cnnviz.training.recipe import make_recipe
from tests.training.examples import random_dataset


def test_batch_order_depends_on_seed_and_epoch_alone() -> None:
    torch.manual_seed(0)
    first = batch_order(3, 1, 100)
    torch.manual_seed(1)
    state = torch.random.get_rng_state()
    assert torch.equal(batch_order(3, 1, 100), first)
    assert torch.equal(torch.random.get_rng_state(), state)
    assert sorted(first.tolist()) == list(range(100))
    assert not torch.equal(batch_order(3, 2, 100), first)
    assert not torch.equal(batch_order(4, 1, 100), first)


def test_what_is_held_out_depends_on_the_seed_and_is_never_trained_on() -> None:
    recipe = make_recipe(data="shapes", validation=0.25, seed=1)
    trained, held_out = split_places(recipe, 40)
    assert (len(trained), len(held_out)) == (30, 10)
    assert sorted([*trained.tolist(), *held_out.tolist()]) == list(range(40))
    assert torch.equal(split_places(recipe, 40)[1], held_out)
    assert not torch.equal(split_places(make_recipe(data="shapes", validation=0.25, seed=2), 40)[1], held_out)


@pytest.mark.parametrize("num_processes", [1, 2, 3, 5])
def test_processes_share_each_batch(num_processes: int) -> None:
    """13 examples in batches of 5: the last has fewer examples than there are processes."""
    dataset, recipe = random_dataset(13, 7), make_recipe(data="shapes", batch_size=5, seed=4)
    whole = list(Batches(dataset, recipe).training(2))
    shares = [
        list(Batches(dataset, recipe, process=process, num_processes=num_processes).training(2))
        for process in range(num_processes)
    ]
    assert [part.total for part in whole] == [5, 5, 3]
    for number, part in enumerate(whole):
        mine = [share[number] for share in shares]
        counted = [each for each in mine if each.num_counted]
        assert sum(each.num_counted for each in mine) == part.total
        assert torch.equal(torch.cat([each.images for each in counted]), part.images)
        assert torch.equal(torch.cat([each.labels for each in counted]), part.labels)
        assert [each.first for each in counted] == [sum(e.num_counted for e in mine[:i]) for i in range(len(counted))]
        assert all(len(each.labels) >= 1 for each in mine)


def test_an_epoch_goes_on_from_any_batch() -> None:
    batches = Batches(random_dataset(13), make_recipe(data="shapes", batch_size=5))
    labels = [part.labels.tolist() for part in batches.training(0)]
    assert [part.labels.tolist() for part in batches.training(0, start=2)] == labels[2:]
    assert list(batches.training(0, start=3)) == []
