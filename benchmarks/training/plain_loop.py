"""The book's training loop as its readers run it: a loader of PIL images with four workers, `.item()` every batch."""

import warnings
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader
from torchvision import transforms

NUM_WORKERS = 4  # as in the book


class Images(torch.utils.data.Dataset[Any]):
    """Bytes (N, C, H, W) as torchvision gives its data sets: one PIL image at a time, resized, then scaled."""

    def __init__(self, images: Tensor, labels: Tensor, resize: int | None = None) -> None:
        resizing = [] if resize is None else [transforms.Resize((resize, resize))]
        self.images, self.labels = images, labels
        self.transform = transforms.Compose([transforms.ToPILImage(), *resizing, transforms.ToTensor()])

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        return self.transform(self.images[index]), int(self.labels[index])


def loader(
    images: Images, batch_size: int, *, order: Sequence[int] | None = None, shuffle: bool = False
) -> DataLoader[Any]:
    """Return what loads batches; it takes no numbers from the generator that dropout draws from."""
    warnings.filterwarnings("ignore", message="This DataLoader will create")
    options: dict[str, Any] = {"num_workers": NUM_WORKERS, "generator": torch.Generator()}
    return DataLoader(images, batch_size, sampler=order, shuffle=shuffle, **options)


def plain_epoch(net: nn.Module, optimizer: torch.optim.Optimizer, batches: Iterable[Any]) -> Iterator[float]:
    """Train an epoch, giving the loss averaged over it so far after every step."""
    metric, criterion = [0.0, 0.0, 0.0], nn.CrossEntropyLoss()
    net.train()
    for images, labels in batches:
        optimizer.zero_grad()
        output = net(images)
        loss = criterion(output, labels)
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            metric[0] += (loss * len(labels)).item()
            metric[1] += (output.argmax(dim=1) == labels).sum().item()
            metric[2] += len(labels)
        yield metric[0] / metric[2]
