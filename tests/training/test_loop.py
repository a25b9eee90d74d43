"""Our loop against the book's, written out plainly: a loader of PIL images, `.item()` metrics, its points."""

import math
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader
from torchvision import transforms

from cnnviz.errors import RecipeError
from cnnviz.training.batches import batch_order, split_places
from cnnviz.training.data import Dataset
from cnnviz.training.events import Point, Progress, Result, TestPoint
from cnnviz.training.initialization import initialize
from cnnviz.training.loop import train
from cnnviz.training.recipe import Recipe, make_recipe
from tests.training.examples import (
    CPU,
    blocks_of_16,
    dropout_net,
    fresh,
    lenet,
    norm_net,
    random_dataset,
    small_alexnet,
    small_resnet,
    small_vgg,
)

pytestmark = pytest.mark.usefixtures("one_thread")  # two of them take longer over so little


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


def points_of(module: nn.Module, dataset: Dataset, recipe: Recipe) -> list[tuple[float, ...]]:
    """Train, and return the points as the reference gives them."""
    initialize(module, recipe.initialization)
    points: list[tuple[float, ...]] = []
    for event in train(module, dataset, recipe, device=CPU):
        if isinstance(event, Point):
            points.append((event.epoch, event.train_loss, event.train_acc))
        if isinstance(event, TestPoint):
            points.append((event.epoch, event.test_acc))
    return points


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
    assert_alike(*both(make, dataset, recipe))


@pytest.mark.parametrize("make", [lenet, small_alexnet, small_vgg, small_resnet])
def test_networks_of_the_books_kinds_train_bit_for_bit_as_the_plain_loop(make: Callable[[], nn.Module]) -> None:
    """Bytes resized in batches, fused steps, overwritten activations and statistics change nothing at all."""
    dataset = random_dataset(52)
    recipe = make_recipe(data="shapes", batch_size=8, lr=0.1, epochs=2, seed=5, channels_last=False)
    module, plain, ours, theirs = both(make, dataset, recipe)
    assert ours == theirs
    for name, weight in plain.state_dict().items():
        assert torch.equal(module.state_dict()[name], weight), name


def test_channels_together_change_nothing_beyond_rounding() -> None:
    recipe = make_recipe(data="shapes", batch_size=8, lr=0.01, epochs=1, seed=5)
    module, plain, ours, theirs = both(blocks_of_16, random_dataset(52), recipe)
    weights = [weight for weight in module.parameters() if weight.dim() == 4]
    assert all(weight.is_contiguous(memory_format=torch.channels_last) for weight in weights)
    assert_alike(module, plain, ours, theirs)


@pytest.mark.skipif(not (shutil.which("g++") or shutil.which("clang++")), reason="torch.compile needs a C++ compiler")
@pytest.mark.filterwarnings("ignore")  # the compiler's own
def test_compiled_network_trains_as_the_plain_loop_but_for_rounding() -> None:
    recipe = make_recipe(data="shapes", batch_size=8, lr=0.1, epochs=1, seed=5, compile=True)
    assert_alike(*both(norm_net, random_dataset(20), recipe))


def both(make: Callable[[], nn.Module], dataset: Dataset, recipe: Recipe) -> tuple[nn.Module, nn.Module, Any, Any]:
    """Train by our loop and by the book's from the same weights and draws: both modules, and the points of both."""
    module = fresh(make, recipe.seed, recipe.resize or 28)
    ours = points_of(module, dataset, recipe)
    plain = fresh(make, recipe.seed, recipe.resize or 28)
    return module, plain, ours, list(reference(plain, dataset, recipe))


def assert_alike(
    module: nn.Module, plain: nn.Module, ours: list[tuple[float, ...]], theirs: list[tuple[float, ...]]
) -> None:
    """Points and weights are the same but for rounding."""
    assert [len(point) for point in ours] == [len(point) for point in theirs]
    for our, their in zip(ours, theirs, strict=True):
        assert our[0] == their[0]
        assert our[1:] == pytest.approx(their[1:], rel=1e-4, abs=1e-7)
    for our_weight, their_weight in zip(module.state_dict().values(), plain.state_dict().values(), strict=True):
        torch.testing.assert_close(our_weight, their_weight, rtol=1e-4, atol=1e-5)


def test_precisions_that_only_accelerators_have_are_refused_on_the_cpu() -> None:
    for precision in ("tf32", "fp16"):
        recipe = make_recipe(data="shapes", precision=precision)
        with pytest.raises(RecipeError, match=f"fp32 or bf16 on the CPU, not {precision}"):
            train(fresh(norm_net, 0, 28), random_dataset(8), recipe, device=CPU)


def test_bf16_trains_near_float32() -> None:
    dataset, losses = random_dataset(64), {}
    for precision in ("fp32", "bf16"):
        recipe = make_recipe(data="shapes", batch_size=32, lr=0.1, epochs=2, precision=precision)
        module = fresh(small_vgg, 0, 28)
        losses[precision] = [point[1] for point in points_of(module, dataset, recipe) if len(point) == 3]
        assert {weight.dtype for weight in module.parameters()} == {torch.float32}
    assert losses["bf16"] == pytest.approx(losses["fp32"], rel=0.02)
    assert losses["bf16"] != losses["fp32"]


def test_label_smoothing_clipping_and_validation_are_pytorchs() -> None:
    """One step on one batch, against the same step written out."""
    dataset = random_dataset(20)
    settings = {"label_smoothing": 0.2, "clip_norm": 0.01, "validation": 4, "weight_decay": 0.1}
    recipe = make_recipe(data="shapes", batch_size=16, lr=0.5, epochs=1, channels_last=False, **settings)
    module, plain = (fresh(dropout_net, 3, 28) for _ in range(2))
    torch.manual_seed(1)
    events = list(train(module, dataset, recipe, device=CPU))
    torch.manual_seed(1)
    trained, held_out = split_places(recipe, 20)
    places = trained[batch_order(recipe.seed, 0, 16)]
    optimizer = torch.optim.SGD(plain.parameters(), lr=0.5, weight_decay=0.1)
    plain.train()
    output = plain(dataset.train_images[places] / 255)
    loss = nn.functional.cross_entropy(output, dataset.train_labels[places], label_smoothing=0.2)
    loss.backward()
    nn.utils.clip_grad_norm_(plain.parameters(), 0.01)
    optimizer.step()
    assert next(event.train_loss for event in events if isinstance(event, Point)) == pytest.approx(loss.item())
    for name, weight in plain.state_dict().items():
        torch.testing.assert_close(module.state_dict()[name], weight)
    guesses = plain.eval()(dataset.train_images[held_out] / 255).argmax(dim=1)
    right = (guesses == dataset.train_labels[held_out]).float().mean().item()
    assert next(event.valid_acc for event in events if isinstance(event, TestPoint)) == right


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
