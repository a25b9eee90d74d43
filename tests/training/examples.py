"""Random data sets and small networks to train, of the kinds that the book has."""

from collections.abc import Callable

import torch
from torch import nn

from cnnviz.network.build import build
from cnnviz.network.document import parse
from cnnviz.training.data import DATASETS, Dataset

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


def built(*layers: str, side: int = 28) -> Callable[[], nn.Module]:
    """What builds a network of these lines for images of one channel."""
    text = f"input_shape: [1, {side}, {side}]\nlayers:\n" + "".join(f"- {line}\n" for line in layers)
    return lambda: build(parse(text))


lenet = built(
    "Conv2d(out_channels=6, kernel_size=5, padding=2)",
    "Sigmoid()",
    "AvgPool2d(kernel_size=2)",
    "Conv2d(out_channels=16, kernel_size=5)",
    "Sigmoid()",
    "AvgPool2d(kernel_size=2)",
    "Flatten()",
    "Linear(out_features=120)",
    "Sigmoid()",
    "Linear(out_features=84)",
    "Sigmoid()",
    "Linear(out_features=10)",
)
small_alexnet = built(
    "Conv2d(out_channels=8, kernel_size=11, stride=4, padding=5)",
    "ReLU()",
    "MaxPool2d(kernel_size=3, stride=2)",
    "Conv2d(out_channels=12, kernel_size=3, padding=1)",
    "ReLU()",
    "Flatten()",
    "Linear(out_features=32)",
    "ReLU()",
    "Dropout(p=0.5)",
    "Linear(out_features=10)",
)
small_vgg = built(
    "VGGBlock(num_convs=1, out_channels=4)",
    "VGGBlock(num_convs=2, out_channels=8)",
    "Flatten()",
    "Linear(out_features=32)",
    "ReLU()",
    "Dropout(p=0.5)",
    "Linear(out_features=10)",
)
small_resnet = built(
    "Conv2d(out_channels=4, kernel_size=7, stride=2, padding=3)",
    "BatchNorm2d()",
    "ReLU()",
    "ResidualBlock(out_channels=4)",
    "ResidualBlock(out_channels=8, stride=2)",
    "AdaptiveAvgPool2d(output_size=1)",
    "Flatten()",
    "Linear(out_features=10)",
)
blocks_of_16 = built(
    "Conv2d(out_channels=16, kernel_size=3)",
    "BatchNorm2d()",
    "ReLU()",
    "MaxPool2d(kernel_size=2)",
    "Conv2d(out_channels=32, kernel_size=3, padding=1)",
    "ReLU()",
    "AdaptiveAvgPool2d(output_size=2)",
    "Flatten()",
    "Linear(out_features=10)",
)
