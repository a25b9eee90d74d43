"""LeNet on Fashion-MNIST against the book: 28 px, batch 256, learning rate 0.9, 10 epochs, on the CPU.

Prints loss and test accuracy beside the band of the book's published builds (5th to 95th percentile), and our
wall-clock rate against the book's plain loop, one epoch of each, taken in turns in the same process.

    python benchmarks/lenet_band.py [--epochs 10] [--seed 0] [--turns 3]
"""

import argparse
import statistics
import time

import torch
from torch import nn
from training.plain_loop import NUM_WORKERS, Images, loader, plain_epoch

import cnnviz
from cnnviz.training.data import Dataset, load_dataset
from cnnviz.training.events import Result, summary_lines
from cnnviz.training.initialization import initialize
from cnnviz.training.loop import train
from cnnviz.training.recipe import Recipe, make_recipe

LOSS_BAND, TEST_ACC_BAND = (0.455, 0.485), (0.774, 0.824)
CPU = torch.device("cpu")


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


def _plain_rate(dataset: Dataset, recipe: Recipe) -> float:
    """Train as the book does and return examples/s by the wall clock."""
    net = _lenet(recipe.seed)
    train_images = Images(dataset.train_images, dataset.train_labels)
    test_images = Images(dataset.test_images, dataset.test_labels)
    optimizer = torch.optim.SGD(net.parameters(), lr=recipe.lr)
    started_s = time.perf_counter()
    for _ in range(recipe.epochs):
        for _ in plain_epoch(net, optimizer, loader(train_images, recipe.batch_size, shuffle=True)):
            pass
        net.eval()
        with torch.no_grad():
            for images, labels in loader(test_images, recipe.batch_size):
                (net(images).argmax(dim=1) == labels).sum().item()
    return recipe.epochs * len(dataset.train_labels) / (time.perf_counter() - started_s)


if __name__ == "__main__":
    main()
