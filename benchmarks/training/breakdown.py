"""Where a step's time goes, and how near to the machine's fastest arithmetic it comes."""

from collections.abc import Mapping

import torch
from torch.autograd.profiler import profile
from torch.utils.flop_counter import FlopCounterMode

import cnnviz
from cnnviz.training.pixels import network_input
from training.contestants import book_recipe, take_turn
from training.timing import median_s

KINDS: Mapping[str, tuple[str, ...]] = {
    "convolutions, forward": ("mkldnn_convolution", "_slow_conv2d_forward", "thnn_conv2d"),
    "convolutions, backward": ("convolution_backward", "mkldnn_convolution_backward"),
    "linear layers": ("mm", "addmm"),
    "pooling": ("pool",),
    "activations": ("relu", "threshold_backward", "sigmoid", "sigmoid_backward"),
    "dropout": ("dropout", "bernoulli_", "native_dropout"),
    "optimizer": ("_fused_sgd_", "_foreach"),
    "copies and layouts": ("copy_", "contiguous", "clone", "fill_", "zero_", "sum", "add_"),
}
"""What PyTorch's operations belong to; the first kind that names one, by equality or as its beginning or a part."""
_SIDE = 2048  # of the two matrices


def shares(num_steps: int) -> dict[str, float]:
    """Return the share of the bare step's time that each kind of operation takes itself; a contestant's process."""
    with profile() as profiled:
        take_turn("bare", num_steps)
    seconds = dict.fromkeys((*KINDS, "other"), 0.0)
    for event in profiled.key_averages():
        seconds[_kind(event.key)] += event.self_cpu_time_total
    total = sum(seconds.values())
    return {kind: each / total for kind, each in seconds.items()}


def _kind(operation: str) -> str:
    name = operation.removeprefix("aten::")
    for kind, names in KINDS.items():
        if any(name == each or (each in ("pool", "_foreach") and each in name) for each in names):
            return kind
    return "other"


def peak_flops() -> float:
    """Return the operations a second of PyTorch's product of two large float32 matrices on this machine."""
    left, right = torch.rand(_SIDE, _SIDE), torch.rand(_SIDE, _SIDE)
    return 2 * _SIDE**3 / median_s(lambda: torch.mm(left, right))


def step_flops(name: str) -> float:
    """Return the floating-point operations of a step, forward and backward, counted without taking it."""
    network, recipe = cnnviz.load(name), book_recipe(name)
    module = cnnviz.build(network).to("meta")
    with FlopCounterMode(display=False) as counter:
        module(torch.empty(1, *network.input_shape, device="meta")).sum().backward()
    return float(counter.get_total_flops() * recipe.batch_size)


def input_s(name: str) -> float:
    """Return the seconds in which a batch's images are resized and scaled."""
    recipe = book_recipe(name)
    images = torch.randint(0, 256, (recipe.batch_size, *recipe.dataset.image_shape), dtype=torch.uint8)
    return median_s(lambda: network_input(images, recipe.resize))
