"""What makes a module train faster or in other numbers, on one device or on several, by Accelerate and PyTorch."""

import os
from itertools import pairwise

import torch
from accelerate import Accelerator
from accelerate.state import AcceleratorState
from torch import nn

from cnnviz.errors import RecipeError
from cnnviz.training.recipe import Recipe

MIXED = {"bf16": "bf16", "fp16": "fp16"}  # Accelerate's names; in the others all is float32
OVERWRITABLE = (nn.Conv2d, nn.Linear, nn.BatchNorm2d)
"""Layers whose gradient does not need what they gave: the activation after them may be written over it."""


BLOCK = 16  # channels that a kernel takes at once
IMAGE_CHANNELS = 3  # at most, of what comes into a first layer


def make_accelerator(recipe: Recipe, device: torch.device) -> Accelerator:
    """Return the accelerator of a run on this device, one of several where processes were launched together.

    Accelerate keeps its settings for the whole process: those of the run before are forgotten here.
    Raises RecipeError when the device does not compute in the recipe's precision.
    """
    _check_precision(recipe, device)
    AcceleratorState._reset_state(reset_partial_state=not torch.distributed.is_initialized())
    os.environ["ACCELERATE_TORCH_DEVICE"] = str(device)  # the one way to say which of several
    try:
        return Accelerator(cpu=device.type == "cpu", mixed_precision=MIXED.get(recipe.precision, "no"))
    finally:
        del os.environ["ACCELERATE_TORCH_DEVICE"]


def set_float32(recipe: Recipe, device: torch.device) -> None:
    """Let CUDA multiply float32 in TF32 where the recipe says so, and nowhere else; other devices know no TF32."""
    if device.type == "cuda":
        precision = "tf32" if recipe.precision == "tf32" else "ieee"
        torch.backends.cuda.matmul.fp32_precision = precision
        torch.backends.cudnn.conv.fp32_precision = precision  # type: ignore[attr-defined]


def quicken(module: nn.Module, recipe: Recipe) -> None:
    """Change how the module computes, but not what, other than by rounding."""
    for chain in module.modules():
        if isinstance(chain, nn.Sequential):
            for before, layer in pairwise(chain):
                if type(layer) is nn.ReLU and isinstance(before, OVERWRITABLE):
                    layer.inplace = True
    if recipe.compile:
        module.compile()


def memory_format(module: nn.Module, recipe: Recipe, device: torch.device) -> torch.memory_format:
    """Return how images and filters are best laid out in memory: with their channels together where that is safe.

    On the CPU, PyTorch 2.14's kernels for that layout write past their memory in the backward pass of some
    convolutions of few channels (4 to 8, a short last batch): only those of whole blocks of 16 are trusted with it.
    """
    safe = device.type != "cpu" or all(map(_has_whole_blocks, filter(_is_convolution, module.modules())))
    return torch.channels_last if recipe.channels_last and safe else torch.contiguous_format


def _is_convolution(layer: nn.Module) -> bool:
    return isinstance(layer, nn.Conv2d | nn.ConvTranspose2d)


def _has_whole_blocks(layer: nn.Module) -> bool:
    assert isinstance(layer, nn.Conv2d | nn.ConvTranspose2d)
    inputs, outputs = layer.in_channels, layer.out_channels
    return (inputs <= IMAGE_CHANNELS or inputs % BLOCK == 0) and outputs % BLOCK == 0 and layer.groups == 1


def _check_precision(recipe: Recipe, device: torch.device) -> None:
    if recipe.precision in ("tf32", "fp16") and device.type == "cpu":
        raise RecipeError(
            f"precision should be fp32 or bf16 on the CPU, not {recipe.precision}, which only accelerators compute in"
        )
