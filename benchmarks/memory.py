"""The memory of a training step as predicted without taking it, against a real step on the CPU.

Prints for each network the predicted peak, what tensors really held at most (each storage that an operation gives out,
until it is freed) and what PyTorch's allocator had given out at most (its profiler), which besides tensors is the
workspace inside operations.

    python benchmarks/memory.py [--batch-size 16]
"""

import argparse
import sys
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.profiler import ProfilerActivity, profile

import cnnviz
from cnnviz.network.costs.rehearsal import Alive

NETWORKS = ("alexnet", "vgg11-narrow", "resnet18", "googlenet", "densenet")
TOLERANCE = 0.10


def main() -> None:
    """Measure and print; exit code 1 where a prediction is off by more than a tenth."""
    batch_size = _arguments().batch_size
    print(f"Largest memory of a training step, batch {batch_size}, plain SGD, in MB")
    print(f"{'network':<14}{'predicted':>10}{'tensors':>10}{'ratio':>7}{'allocated':>11}{'ratio':>7}")
    ratios = [_compare(name, batch_size) for name in NETWORKS]
    if any(abs(ratio - 1) > TOLERANCE for ratio in ratios):
        sys.exit(f"a prediction is off by more than {TOLERANCE:.0%}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--batch-size", type=int, default=16)
    return parser.parse_args()


def _compare(name: str, batch_size: int) -> float:
    """Print one network's line and return predicted by measured bytes of tensors."""
    network = cnnviz.load(name)
    predicted = cnnviz.memory(network, batch_size=batch_size).peak_bytes
    held, step = _real_step(network, batch_size)
    tensors, allocated = _tensor_peak(held, step), _allocated_peak(held, step)
    line = f"{name:<14}{predicted / 1e6:>10.1f}{tensors / 1e6:>10.1f}{predicted / tensors:>7.3f}"
    print(f"{line}{allocated / 1e6:>11.1f}{predicted / allocated:>7.3f}")
    return predicted / tensors


def _real_step(network: cnnviz.Network, batch_size: int) -> tuple[list[Tensor], Callable[[], None]]:
    """Return the tensors that are there before a step, and the step."""
    torch.manual_seed(0)
    module: nn.Module = cnnviz.build(network).train()
    optimizer = torch.optim.SGD(module.parameters(), lr=0.01)
    images, labels = torch.rand(batch_size, *network.input_shape), torch.randint(10, (batch_size,))

    def step() -> None:
        cross_entropy(module(images), labels).backward()
        optimizer.step()
        optimizer.zero_grad()

    return [*module.parameters(), *module.buffers(), images, labels], step


def _tensor_peak(held: list[Tensor], step: Callable[[], None]) -> int:
    with Alive(*held) as alive:
        step()
    return max(alive.after)


def _allocated_peak(held: list[Tensor], step: Callable[[], None]) -> int:
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as profiled:
        step()
    events = [event for event in profiled.profiler.kineto_results.events() if event.name() == "[memory]"]
    now = peak = sum(tensor.untyped_storage().nbytes() for tensor in held)
    for event in sorted(events, key=lambda event: event.start_ns()):
        now += event.nbytes()
        peak = max(peak, now)
    return peak


if __name__ == "__main__":
    main()
