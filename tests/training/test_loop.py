"""Our loop against the book's, written out plainly: a loader of PIL images, `.item()` metrics, its points."""

import math
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader
from torchvision import transforms

from cnnviz.errors import RecipeError
from cnnviz.training.batches import batch_order
from cnnviz.training.data import DATASETS, Dataset
from cnnviz.training.events import Point, Progress, Result, TestPoint
from cnnviz.training.initialization import initialize
from cnnviz.training.loop import train
from cnnviz.training.recipe import Recipe, make_recipe

CPU = torch.device("cpu")


def random_dataset(num_train: int, num_test: int = 25) -> Dataset:
    generator = torch.Generator().manual_seed(42)

    def split(count: int) -> tuple[torch.Tensor, torch.Tensor]:
        images = torch.randint(0, 256, (count, 1, 28, 28), dtype=torch.uint8, generator=generator)
        return images, torch.randint(0, 10, (count,), generator=generator)

    return Dataset("shapes", DATASETS["shapes"].class_names, *split(num_train), *split(num_test))


def dropout_net() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(1, 4, 5, stride=2),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.LazyLinear(16),
        nn.Dropout(0.5),
        nn.Linear(16, 10),
    )


def norm_net() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(1, 4, 3, stride=2),
        nn.BatchNorm2d(4),
        nn.Sigmoid(),
        nn.AdaptiveAvgPool2d(4),
        nn.Flatten(),
        nn.Linear(64, 10),
    )


def fresh(make: Callable[[], nn.Module], seed: int, side: int) -> nn.Module:
    torch.manual_seed(seed)
    module = make()
    module.eval()(torch.zeros(1, 1, side, side))  # lets lazy layers draw their weights
    return module


class Images(torch.utils.data.Dataset[Any]):
    def __init__(self, images: torch.Tensor, labels: torch.Tensor, resize: int | None) -> None:
        steps: list[Any] = [transforms.ToPILImage(), transforms.ToTensor()]
        if resize:
            steps.insert(1, transforms.Resize((resize, resize)))
        self.images, self.labels, self.transform = images, labels, transforms.Compose(steps)

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
        return self.transform(self.images[index]), int(self.labels[index])


def reference(net: nn.Module, dataset: Dataset, recipe: Recipe) -> Iterator[tuple[float, ...]]:
    def init_weights(m: nn.Module) -> None:
        if type(m) == nn.Linear or type(m) == nn.Conv2d:  # noqa: E721
            nn.init.xavier_uniform_(m.weight)

    def accuracy(y_hat: torch.Tensor, y: torch.Tensor) -> float:
        return float((y_hat.argmax(dim=1).type(y.dtype) == y).type(y.dtype).sum())

    net.apply(init_weights)
    optimizer = torch.optim.SGD(net.parameters(), lr=recipe.lr)
    loss = nn.CrossEntropyLoss()
    own = torch.Generator()  # the loader's, so that it takes nothing from dropout's
    train_set = Images(dataset.train_images, dataset.train_labels, recipe.resize)
    test_iter = DataLoader(
        Images(dataset.test_images, dataset.test_labels, recipe.resize), recipe.batch_size, generator=own
    )
    for epoch in range(recipe.epochs):
        order = batch_order(recipe.seed, epoch, len(train_set)).tolist()
        train_iter = DataLoader(train_set, recipe.batch_size, sampler=order, generator=own)
        num_batches = len(train_iter)
        metric = [0.0, 0.0, 0.0]
        net.train()
        for i, (X, y) in enumerate(train_iter):
            optimizer.zero_grad()
            y_hat = net(X)
            l = loss(y_hat, y)  # noqa: E741
            l.backward()
            optimizer.step()
            with torch.no_grad():
                metric[0] += (l * X.shape[0]).item()
                metric[1] += accuracy(y_hat, y)
                metric[2] += X.shape[0]
            fifth = num_batches // 5 or 1
            if (i + 1) % fifth == 0 or i == num_batches - 1:
                yield epoch + (i + 1) / num_batches, metric[0] / metric[2], metric[1] / metric[2]
        net.eval()
        with torch.no_grad():
            right = sum(accuracy(net(X), y) for X, y in test_iter)
        yield epoch + 1, right / len(dataset.test_labels)


@pytest.mark.parametrize("make", [dropout_net, norm_net])
@pytest.mark.parametrize(
    ("num_train", "batch_size", "resize"),
    [
        (64, 8, None),  # 8 batches: a point after each, since 8 // 5 is 1
        (100, 8, None),  # 13 batches, the last of 4
        (93, 8, 40),  # resized, the last of 5
        (20, 8, None),  # 3 batches: fewer than 5
        (7, 8, None),  # 1 batch, not full
    ],
)
def test_losses_and_points_are_the_books(
    make: Callable[[], nn.Module], num_train: int, batch_size: int, resize: int | None
) -> None:
    dataset = random_dataset(num_train)
    recipe = make_recipe(data="shapes", batch_size=batch_size, lr=0.1, epochs=3, resize=resize, seed=5)
    module = fresh(make, recipe.seed, resize or 28)
    initialize(module)
    ours: list[tuple[float, ...]] = []
    for event in train(module, dataset, recipe, device=CPU):
        if isinstance(event, Point):
            ours.append((event.epoch, event.train_loss, event.train_acc))
        if isinstance(event, TestPoint):
            ours.append((event.epoch, event.test_acc))
    plain = fresh(make, recipe.seed, resize or 28)
    theirs = list(reference(plain, dataset, recipe))
    assert [len(point) for point in ours] == [len(point) for point in theirs]
    for our, their in zip(ours, theirs, strict=True):
        assert our[0] == their[0]
        assert our[1:] == pytest.approx(their[1:], rel=2e-6, abs=1e-7)
    for our_weight, their_weight in zip(module.state_dict().values(), plain.state_dict().values(), strict=True):
        torch.testing.assert_close(our_weight, their_weight, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("num_batches", "steps"),
    [(469, [93, 186, 279, 372, 465, 469]), (235, [47, 94, 141, 188, 235]), (3, [1, 2, 3]), (1, [1])],
)
def test_points_stand_where_the_book_has_them(num_batches: int, steps: list[int]) -> None:
    dataset = random_dataset(num_batches, num_test=1)
    recipe = make_recipe(data="shapes", batch_size=1, epochs=1)
    net = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
    points = [event for event in train(net, dataset, recipe, device=CPU) if isinstance(event, Point)]
    assert [point.epoch for point in points] == [step / num_batches for step in steps]


def test_result_is_the_last_epochs_averages_and_test_accuracy() -> None:
    recipe = make_recipe(data="shapes", batch_size=8, epochs=2)
    events = list(train(fresh(norm_net, 0, 28), random_dataset(30), recipe, device=CPU))
    result = events[-1]
    last_point = [event for event in events if isinstance(event, Point)][-1]
    last_test = [event for event in events if isinstance(event, TestPoint)][-1]
    assert isinstance(result, Result)
    assert (result.loss, result.train_acc) == (last_point.train_loss, last_point.train_acc)
    assert (result.test_acc, result.device) == (last_test.test_acc, "cpu")
    assert result.examples_per_s > result.wall_examples_per_s > 0


def test_progress_follows_every_step() -> None:
    recipe = make_recipe(data="shapes", batch_size=8, epochs=2)
    events = train(fresh(norm_net, 0, 28), random_dataset(30), recipe, device=CPU)
    steps = [event for event in events if isinstance(event, Progress)]
    assert sorted({event.step for event in steps}) == list(range(1, 9))
    assert {event.num_steps for event in steps} == {8}
    assert [event.epoch for event in steps] == sorted(event.epoch for event in steps)


def test_closing_stops_after_the_step() -> None:
    net = fresh(norm_net, 0, 28)
    events = train(net, random_dataset(30), make_recipe(data="shapes", batch_size=8), device=CPU)
    next(events)
    before = {name: value.clone() for name, value in net.state_dict().items()}
    events.close()
    assert all(torch.equal(value, before[name]) for name, value in net.state_dict().items())
    assert list(events) == []
    assert torch.is_grad_enabled()


def test_loss_that_is_not_finite_is_reported_and_ends_nothing() -> None:
    recipe = make_recipe(data="shapes", batch_size=8, epochs=3)
    net = fresh(norm_net, 0, 28)
    nn.init.constant_(net[5].bias, math.inf)  # type: ignore[index]
    *_, result = train(net, random_dataset(64), recipe, device=CPU)
    assert isinstance(result, Result)
    assert math.isnan(result.loss)


def test_initialize_draws_xavier_weights_in_the_modules_order_and_nothing_else() -> None:
    class Special(nn.Linear):
        pass

    net = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.Sequential(nn.Linear(8, 8)), Special(4, 4))
    before = {name: value.clone() for name, value in net.state_dict().items()}
    torch.manual_seed(1)
    initialize(net)
    torch.manual_seed(1)
    expected = {"0.weight": nn.init.xavier_uniform_(torch.empty(4, 1, 3, 3))}
    expected["2.0.weight"] = nn.init.xavier_uniform_(torch.empty(8, 8))
    for name, value in net.state_dict().items():
        assert torch.equal(value, expected.get(name, before[name])), name


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


@pytest.mark.parametrize(
    ("net", "words"),
    [
        (nn.Sequential(nn.Flatten(), nn.Linear(784, 8)), "has 8 outputs, but shapes has 10 classes"),
        (nn.Sequential(nn.Conv2d(1, 2, 3)), "ends in 2×26×26"),
        (nn.Sequential(nn.Flatten(), nn.Linear(100, 10)), "does not take the 1×28×28 images of shapes"),
        (nn.Sequential(nn.AdaptiveAvgPool2d((2, 5)), nn.Flatten()), "no weights to train"),
    ],
)
def test_network_that_does_not_fit_is_refused_before_anything_is_trained(net: nn.Module, words: str) -> None:
    with pytest.raises(RecipeError) as caught:
        train(net, random_dataset(20), make_recipe(data="shapes"), device=CPU)
    assert words in str(caught.value)
