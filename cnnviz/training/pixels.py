"""Batches of images: resized as bytes, as PIL does it, and only then scaled to [0, 1]."""

import torch
import torch.nn.functional as F
from torch import Tensor


def resize_batch(images: Tensor, size: int) -> Tensor:
    """Resize uint8 images (N, C, H, W) to uint8 (N, C, size, size), bilinear with antialiasing.

    On the CPU the bytes are exactly those of PIL; an accelerator resizes floats and may differ by one.
    """
    if images.device.type == "cpu":
        return _interpolate(images, size).contiguous()
    return _interpolate(images.float(), size).round_().clamp_(0, 255).to(torch.uint8)


def scale(images: Tensor) -> Tensor:
    """Turn bytes 0…255 into float32 0…1."""
    return images.to(torch.float32).div_(255)


def network_input(images: Tensor, resize: int | None) -> Tensor:
    """Turn uint8 images (N, C, H, W) into what a network takes: resized when asked, then scaled."""
    return scale(images if resize is None or images.shape[-2:] == (resize, resize) else resize_batch(images, resize))


def _interpolate(images: Tensor, size: int) -> Tensor:
    return F.interpolate(images, size=(size, size), mode="bilinear", antialias=True)
