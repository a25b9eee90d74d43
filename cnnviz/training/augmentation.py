"""Random changes to training images, each image its own, on whatever device the batch is.

torchvision's transforms draw one change for a whole batch; here each image of it gets its own. What a change does to
an image is what `torchvision.transforms.v2` does with the same numbers.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from cnnviz.training.recipe import Recipe

ERASED_AREA = 0.02, 0.33  # shares of the image, and the ratio of height to width: RandomErasing's defaults
ERASED_RATIO = 0.3, 3.3
GREY = 0.2989, 0.587, 0.114  # weights of red, green and blue in torchvision's grey


class Augmentation:
    """A recipe's random changes, with a generator of their own.

    It draws on the CPU: the changes of a seed are the same on every device, and nothing else draws other numbers.
    """

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe
        self.generator = torch.Generator().manual_seed(recipe.seed)

    def __call__(self, images: Tensor, *, total: int | None = None, first: int = 0) -> Tensor:
        """Return images, float32 (N, C, H, W) in 0…1, with each changed at random.

        Where they are a part of a batch of `total` images that begins with number `first`, they are changed as they
        would be among all of them.
        """
        recipe, draw = self.recipe, _Draw(self.generator, images, len(images) if total is None else total, first)
        if recipe.flip:
            images = flip(images, draw.uniform() < 0.5)
        if recipe.crop:
            images = crop(images, recipe.crop, *(draw.whole(2 * recipe.crop) for _ in range(2)))
        if recipe.rotation:
            images = rotate(images, draw.uniform(-1, 1) * recipe.rotation)
        if recipe.color:
            for change in (adjust_brightness, adjust_contrast, adjust_saturation):
                images = change(images, 1 + draw.uniform(-1, 1) * recipe.color)
        if recipe.erasing:
            images = erase(images, *_rectangles(draw, images.shape[-2], images.shape[-1], recipe.erasing))
        return images


class _Draw:
    """Random numbers for some images of a batch: drawn for all of it, so that the others have the same."""

    def __init__(self, generator: torch.Generator, images: Tensor, total: int, first: int) -> None:
        self.generator, self.device, self.total = generator, images.device, total
        self.part = slice(first, first + len(images))

    def uniform(self, low: float = 0.0, high: float = 1.0) -> Tensor:
        return low + (high - low) * torch.rand(self.total, generator=self.generator)[self.part].to(self.device)

    def whole(self, highest: int) -> Tensor:
        return torch.randint(0, highest + 1, (self.total,), generator=self.generator)[self.part].to(self.device)


def _rectangles(draw: _Draw, height: int, width: int, probability: float) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return top, height, left and width (N,) of what is erased; the height is 0 where nothing is."""
    low, high = ERASED_AREA
    area = height * width * draw.uniform(low, high)
    ratio = torch.exp(draw.uniform(*map(math.log, ERASED_RATIO)))
    rows = (area * ratio).sqrt().round().clamp(1, height)
    columns = (area / ratio).sqrt().round().clamp(1, width)
    top, left = ((draw.uniform() * (height - rows + 1)).floor(), (draw.uniform() * (width - columns + 1)).floor())
    return top, rows * (draw.uniform() < probability), left, columns


def flip(images: Tensor, chosen: Tensor) -> Tensor:
    """Mirror the chosen (N,) of images (N, C, H, W), left for right."""
    return torch.where(_each(chosen), images.flip(-1), images)


def crop(images: Tensor, padding: int, top: Tensor, left: Tensor) -> Tensor:
    """Pad images (N, C, H, W) with black, and cut their size out from row `top` and column `left` (N,) on."""
    height, width = images.shape[-2:]
    padded = F.pad(images, (padding,) * 4)
    rows = (top[:, None] + torch.arange(height, device=images.device))[:, :, None]
    columns = (left[:, None] + torch.arange(width, device=images.device))[:, None, :]
    number = torch.arange(len(images), device=images.device)[:, None, None]
    return padded[number, :, rows, columns].permute(0, 3, 1, 2)


def rotate(images: Tensor, degrees: Tensor) -> Tensor:
    """Turn images (N, C, H, W) by `degrees` (N,) counter-clockwise about their middle; the corners become black."""
    height, width = images.shape[-2:]
    angle = torch.deg2rad(degrees)
    cosine, sine, zero = angle.cos(), angle.sin(), torch.zeros_like(angle)
    rows = (
        torch.stack([cosine, -sine * height / width, zero], dim=1),
        torch.stack([sine * width / height, cosine, zero], dim=1),
    )
    grid = F.affine_grid(torch.stack(rows, dim=1), list(images.shape), align_corners=False)
    return F.grid_sample(images, grid, mode="bilinear", padding_mode="zeros", align_corners=False)


def adjust_brightness(images: Tensor, factors: Tensor) -> Tensor:
    """Multiply images (N, C, H, W) by their factors (N,)."""
    return _blend(images, torch.zeros_like(images), factors)


def adjust_contrast(images: Tensor, factors: Tensor) -> Tensor:
    """Move images (N, C, H, W) away from the mean of their grey by factors (N,); 0 is grey, 1 the image."""
    return _blend(images, _grey(images).mean(dim=(1, 2, 3), keepdim=True), factors)


def adjust_saturation(images: Tensor, factors: Tensor) -> Tensor:
    """Move images (N, 3, H, W) away from their grey by factors (N,); images that are grey stay."""
    return images if images.shape[1] != len(GREY) else _blend(images, _grey(images), factors)


def erase(images: Tensor, top: Tensor, rows: Tensor, left: Tensor, columns: Tensor) -> Tensor:
    """Blacken a rectangle in each of images (N, C, H, W); its place and size are (N,) each, in pixels."""
    y = torch.arange(images.shape[-2], device=images.device)[None, :, None]
    x = torch.arange(images.shape[-1], device=images.device)[None, None, :]
    top, rows, left, columns = (each[:, None, None] for each in (top, rows, left, columns))
    inside = (y >= top) & (y < top + rows) & (x >= left) & (x < left + columns)
    return images.masked_fill(inside[:, None], 0.0)


def _grey(images: Tensor) -> Tensor:
    if images.shape[1] != len(GREY):
        return images
    weights = torch.tensor(GREY, device=images.device, dtype=images.dtype)
    return (images * weights[:, None, None]).sum(dim=1, keepdim=True)


def _blend(images: Tensor, others: Tensor, factors: Tensor) -> Tensor:
    factors = _each(factors)
    return (factors * images + (1 - factors) * others).clamp(0, 1)


def _each(values: Tensor) -> Tensor:
    return values[:, None, None, None]
