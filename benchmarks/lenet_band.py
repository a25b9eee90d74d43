"""LeNet on Fashion-MNIST against the book: 28 px, batch 256, learning rate 0.9, 10 epochs, on the CPU.

Prints loss and test accuracy beside the band of the book's published builds (5th to 95th percentile), and our
wall-clock rate against the book's plain loop, one epoch of each, taken in turns in the same process.

    python benchmarks/lenet_band.py [--epochs 10] [--seed 0] [--turns 3]
"""

import argparse
import statistics
import time
import warnings
from typing import Any

import torch
from torch import nn
from torch.utils.data import DataLoader
from torchvision import transforms

import cnnviz
from cnnviz.training.data import Dataset, load_dataset
from cnnviz.training.events import Result, summary_lines
from cnnviz.training.initialization import initialize
from cnnviz.training.loop import train
from cnnviz.training.recipe import Recipe, make_recipe

LOSS_BAND, TEST_ACC_BAND = (0.455, 0.485), (0.774, 0.824)
CPU = torch.device("cpu")
NUM_WORKERS = 4  # as in the book


def main() -> None:
    """Train, compare and print."""
    args = _arguments()
    recipe = make_recipe(data="fashion-mnist", batch_size=256, lr=0.9, epochs=args.epochs, seed=args.seed, device="cpu")
    dataset = load_dataset(recipe.data)
    result = _train(dataset, recipe)
    print(f"LeNet on Fashion-MNIST, {torch.get_num_threads()} threads, seed {args.seed}")
    print(*summary_lines(result), sep="\n")
    print(_beside("loss", result.loss, LOSS_BAND))
    print(_beside("test acc", result.test_acc, TEST_ACC_BAND))
    print(_rates(dataset, recipe, args.turns))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--turns", type=int, default=3)
    return parser.parse_args()


def _lenet(seed: int) -> nn.Module:
    torch.manual_seed(seed)
    module = cnnviz.build(cnnviz.load("lenet"))
    initialize(module)
    return module


def _train(dataset: Dataset, recipe: Recipe) -> Result:
    *_, result = train(_lenet(recipe.seed), dataset, recipe, device=CPU)
    assert isinstance(result, Result)
    return result


def _beside(name: str, value: float, band: tuple[float, float]) -> str:
    verdict = "inside" if band[0] <= value <= band[1] else "OUTSIDE"
    return f"{name:<8} {value:.3f}  book's band {band[0]:.3f} to {band[1]:.3f}: {verdict}"


def _rates(dataset: Dataset, recipe: Recipe, turns: int) -> str:
    one_epoch = recipe.model_copy(update={"epochs": 1})
    ours, plain = [], []
    for _ in range(turns):
        ours.append(_train(dataset, one_epoch).wall_examples_per_s)
        plain.append(_plain_rate(dataset, one_epoch))
    ratio = statistics.median(our / theirs for our, theirs in zip(ours, plain, strict=True))
    return (
        f"wall clock, one epoch with its test, {turns} turns: ours {_list(ours)} examples/s,"
        f" the book's loop with {NUM_WORKERS} loader workers {_list(plain)}; median ratio {ratio:.2f}"
    )


def _list(rates: list[float]) -> str:
    return ", ".join(f"{rate:.0f}" for rate in rates)


class _Images(torch.utils.data.Dataset[Any]):
    """Fashion-MNIST as torchvision gives it: one PIL image at a time."""

    def __init__(self, images: torch.Tensor, labels: torch.Tensor) -> None:
        self.images, self.labels = images, labels
        self.transform = transforms.Compose([transforms.ToPILImage(), transforms.ToTensor()])

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
        return self.transform(self.images[index]), int(self.labels[index])


def _plain_rate(dataset: Dataset, recipe: Recipe) -> float:
    """Train as the book does and return examples/s by the wall clock."""
    net = _lenet(recipe.seed)
    options: dict[str, Any] = {"batch_size": recipe.batch_size, "num_workers": NUM_WORKERS}
    warnings.filterwarnings("ignore", message="This DataLoader will create")
    train_iter = DataLoader(_Images(dataset.train_images, dataset.train_labels), shuffle=True, **options)
    test_iter = DataLoader(_Images(dataset.test_images, dataset.test_labels), **options)
    optimizer, loss = torch.optim.SGD(net.parameters(), lr=recipe.lr), nn.CrossEntropyLoss()
    started_s = time.perf_counter()
    for _ in range(recipe.epochs):
        metric = [0.0, 0.0, 0.0]
        net.train()
        for images, labels in train_iter:
            optimizer.zero_grad()
            output = net(images)
            mean = loss(output, labels)
            mean.backward()
            optimizer.step()
            with torch.no_grad():
                metric[0] += (mean * len(labels)).item()
                metric[1] += (output.argmax(dim=1) == labels).sum().item()
                metric[2] += len(labels)
        net.eval()
        with torch.no_grad():
            sum((net(images).argmax(dim=1) == labels).sum().item() for images, labels in test_iter)
    return recipe.epochs * len(dataset.train_labels) / (time.perf_counter() - started_s)


if __name__ == "__main__":
    main()
