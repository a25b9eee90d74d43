import numpy as np
import pytest
import torch
from PIL import Image

from cnnviz.training.pixels import network_input, resize_batch, scale


@pytest.mark.parametrize("size", [14, 28, 64, 96, 224])
@pytest.mark.parametrize("channels", [1, 3])
def test_resize_is_bit_identical_to_pil(size: int, channels: int) -> None:
    images = torch.randint(0, 256, (5, channels, 28, 28), dtype=torch.uint8, generator=torch.Generator().manual_seed(1))
    ours = resize_batch(images, size)
    planes = [
        Image.fromarray(plane.numpy()).resize((size, size), Image.Resampling.BILINEAR) for plane in images.flatten(0, 1)
    ]
    assert torch.equal(ours.flatten(0, 1), torch.from_numpy(np.stack([np.asarray(plane) for plane in planes])))
    assert ours.dtype == torch.uint8


def test_scale_divides_bytes_by_255_in_single_precision() -> None:
    every = torch.arange(256, dtype=torch.uint8)
    assert torch.equal(scale(every), every.float() / 255)
    assert torch.equal(every, torch.arange(256, dtype=torch.uint8))


def test_images_are_resized_before_they_are_scaled() -> None:
    image = torch.zeros(1, 1, 28, 28, dtype=torch.uint8)
    image[..., ::2] = 1
    assert torch.equal(network_input(image, 56) * 255, resize_batch(image, 56).float())
    assert network_input(image, None).shape == (1, 1, 28, 28)
