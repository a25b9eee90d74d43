"""Measuring a network without running it, against `torchinfo.summary` as people call it.

Prints medians of interleaved turns in one process, each from a network's definition to its table: ours, torchinfo's
(real weights, a forward pass of one image on the CPU), their ratio and the ratio to reach; what of ours goes to the
constructors of torchvision's own modules, which leaves the rest to measure them; then a network already seen, and the
growth with depth. Ours starts from nothing in every turn: all that cnnviz remembers of networks and layers is
cleared. What PyTorch does only once in a process, its first operation on the meta device above all, is told apart, as
measured in fresh processes.

Other work on the machine slows torchinfo, which computes with several threads, far more than us: only on an idle
machine are the ratios worth telling.
"""

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial

import torchinfo
import torchvision
from torch import nn

import cnnviz
from cnnviz.drawing.table import table_text
from cnnviz.network import infer, summary
from cnnviz.network.torchvision_models import built_without_data, torchvision_summary

Turn = Callable[[], object]

TARGETS = {
    "AlexNet": 30,
    "VGG-11": 70,
    "VGG-19": 60,
    "ResNet-18": 9,
    "ResNet-152": 4,
    "DenseNet-201": 6,
    "GoogLeNet": 3.5,
}
PRESETS = {"AlexNet": "alexnet", "VGG-11": "vgg11", "VGG-19": "vgg19"}
MODELS = {
    "ResNet-18": "resnet18",
    "ResNet-152": "resnet152",
    "DenseNet-201": "densenet201",
    "GoogLeNet": "googlenet",
}
DEPTHS = (10, 100, 1000)


def main() -> None:
    """Measure and print."""
    turns = _arguments().turns
    busy, cores = os.getloadavg()[0], os.cpu_count() or 1
    print(f"{busy:.1f} processes were running on {cores} cores" + (": NOT IDLE" if busy > cores / 2 else ""))
    print(f"{'network':<14}{'ours, ms':>10}{'torchinfo, ms':>15}{'ratio':>8}{'target':>8}   {turns} turns, medians")
    for name, target in TARGETS.items():
        ours, theirs, *building = medians_ms(*contestants(name), turns=turns)
        verdict = "" if theirs / ours >= target else "  MISSED"
        of_it = "".join(f"  {elapsed:.1f} ms of ours construct it" for elapsed in building)
        print(f"{name:<14}{ours:>10.1f}{theirs:>15.1f}{theirs / ours:>7.1f}×{target:>7g}×{of_it}{verdict}")
    print_seen(turns)
    print_growth(turns)
    print_first()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=5)
    return parser.parse_args()


def medians_ms(*contestants: Turn, turns: int) -> list[float]:
    """Return each one's median time in ms; they take turns, after one turn that does not count."""
    times: list[list[float]] = [[] for _ in contestants]
    for turn in range(turns + 1):
        for contestant, elapsed in zip(contestants, times, strict=True):
            started = time.perf_counter()
            contestant()
            if turn:
                elapsed.append(1000 * (time.perf_counter() - started))
    return [statistics.median(elapsed) for elapsed in times]


def contestants(name: str) -> tuple[Turn, ...]:
    """Return our turn and torchinfo's on one network, each from its definition to a summary.

    For a model of torchvision a third builds it only, as ours does first.
    """
    if name in PRESETS:
        network = cnnviz.load(PRESETS[name])
        return lambda: summarize_cold(network), lambda: as_people_do(cnnviz.build(network), network.input_shape)
    model = partial(torchvision.models.get_model, MODELS[name], weights=None)
    if name == "GoogLeNet":
        model = partial(model, init_weights=False)  # which would take it seconds
    return (
        lambda: table(torchvision_summary(MODELS[name])),
        lambda: as_people_do(model(), (3, 224, 224)),
        lambda: built_without_data(MODELS[name]),
    )


def summarize_cold(network: cnnviz.Network) -> str:
    """Return the table of a network as of one never seen before."""
    forget()
    return table(cnnviz.summarize(network))


def table(found: cnnviz.Summary) -> str:
    """Return a summary as text, every level shown."""
    return table_text(found, depth=100)


def forget() -> None:
    """Clear all that cnnviz remembers of networks and layers."""
    infer._measure.cache_clear()
    summary._summary.cache_clear()


def as_people_do(module: nn.Module, input_shape: tuple[int, ...]) -> str:
    """Return torchinfo's table of a module with its weights, by a forward pass on the CPU."""
    text = str(torchinfo.summary(module, input_size=(1, *input_shape), device="cpu", verbose=0))
    torchinfo.torchinfo.clear_cached_forward_pass()
    return text


def print_seen(turns: int) -> None:
    """Print the time for networks seen before."""
    for name in PRESETS:
        network = cnnviz.load(PRESETS[name])
        (seen,) = medians_ms(lambda network=network: cnnviz.summarize(network), turns=20 * turns)
        print(f"{name + ', seen before':<24}{seen:.3f} ms (target: under 1 ms)")


def print_growth(turns: int) -> None:
    """Print the time for networks of more and more layers, every one of another shape."""
    networks = [deep(depth) for depth in DEPTHS]
    cold = medians_ms(*(lambda network=network: summarize_cold(network) for network in networks), turns=turns)
    for depth, elapsed in zip(DEPTHS, cold, strict=True):
        print(f"{depth:>5} layers {elapsed:>8.1f} ms")
    print(f"1,000 layers take {cold[2] / cold[1]:.1f} times as long as 100 (target: at most 12)")


def deep(depth: int) -> cnnviz.Network:
    """Return a network of `depth` convolutions and activations, no two convolutions alike."""
    channels = (1 + index for index in range(depth // 2))
    lines = (f"  - Conv2d(out_channels={each}, kernel_size=3, padding=1)\n  - ReLU()\n" for each in channels)
    return cnnviz.parse("input_shape: [3, 32, 32]\nlayers:\n" + "".join(lines))


def print_first() -> None:
    """Print the time of the first network in a fresh process, after the imports."""
    for what, code in FIRST.items():
        done = subprocess.run([sys.executable, "-c", PRELUDE + code], capture_output=True, text=True, check=True)
        print(f"the first in a process: {what} {float(done.stdout):,.0f} ms (imports not counted)")


PRELUDE = """
import time, torch, torchinfo, cnnviz
from cnnviz import build, summarize
network = cnnviz.load("alexnet")
"""
FIRST = {
    "ours": "started = time.perf_counter(); summarize(network); print(1000 * (time.perf_counter() - started))",
    "torchinfo's": (
        "module = build(network); started = time.perf_counter();"
        "torchinfo.summary(module, input_size=(1, 1, 224, 224), verbose=0, device='cpu');"
        "print(1000 * (time.perf_counter() - started))"
    ),
}
