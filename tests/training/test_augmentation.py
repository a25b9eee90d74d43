"""Random changes, each against what torchvision does to a single image with the same numbers."""

import pytest
import torch
from torch import Tensor
from torchvision.transforms import InterpolationMode
from torchvision.transforms.v2 import functional

from cnnviz.training import augmentation
from cnnviz.training.augmentation import Augmentation
from cnnviz.training.recipe import make_recipe

pytestmark = pytest.mark.usefixtures("one_thread")  # two of them take longer over so little

ALL = {"flip": True, "crop": 3, "rotation": 20.0, "color": 0.4, "erasing": 0.5}


def images_of(channels: int, count: int = 6) -> Tensor:
    return torch.rand(count, channels, 9, 12, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize("channels", [1, 3])
def test_flips_and_crops_are_torchvisions(channels: int) -> None:
    images, chosen = images_of(channels), torch.tensor([True, False, True, False, True, False])
    top, left = torch.tensor([0, 1, 2, 3, 4, 4]), torch.tensor([4, 0, 3, 1, 2, 4])
    flipped, cropped = augmentation.flip(images, chosen), augmentation.crop(images, 2, top, left)
    for number, image in enumerate(images):
        assert torch.equal(flipped[number], functional.horizontal_flip(image) if chosen[number] else image)
        padded = functional.pad(image, [2, 2, 2, 2])
        assert torch.equal(cropped[number], functional.crop(padded, int(top[number]), int(left[number]), 9, 12))


@pytest.mark.parametrize("channels", [1, 3])
def test_rotations_are_torchvisions(channels: int) -> None:
    images, degrees = images_of(channels), torch.tensor([0.0, 10.0, -35.0, 90.0, 180.0, -120.0])
    turned = augmentation.rotate(images, degrees)
    for number, image in enumerate(images):
        expected = functional.rotate(image, float(degrees[number]), InterpolationMode.BILINEAR)
        torch.testing.assert_close(turned[number], expected, rtol=0, atol=2e-5)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("name", ["adjust_brightness", "adjust_contrast", "adjust_saturation"])
def test_changes_of_colour_are_torchvisions(name: str, channels: int) -> None:
    images, factors = images_of(channels), torch.tensor([0.0, 0.5, 0.9, 1.0, 1.3, 2.0])
    changed = getattr(augmentation, name)(images, factors)
    for number, image in enumerate(images):
        expected = getattr(functional, name)(image, float(factors[number]))
        torch.testing.assert_close(changed[number], expected, rtol=0, atol=1e-6)


def test_what_is_erased_is_a_rectangle() -> None:
    images = images_of(3, count=2)
    numbers = ([1, 0], [3, 0], [2, 0], [4, 5])  # top, height, left, width of each
    erased = augmentation.erase(images, *map(torch.tensor, numbers))
    assert torch.equal(erased[0], functional.erase(images[0], 1, 2, 3, 4, torch.zeros(3, 1, 1)))
    assert torch.equal(erased[1], images[1])


def test_erased_rectangles_have_the_sizes_of_random_erasing() -> None:
    erased = Augmentation(make_recipe(erasing=1.0))(torch.ones(500, 1, 40, 40))
    shares = (erased == 0).float().mean(dim=(1, 2, 3))
    assert 0.01 < shares.min() < 0.04
    assert 0.27 < shares.max() < 0.36
    assert shares.mean() == pytest.approx((0.02 + 0.33) / 2, abs=0.02)


def test_about_half_of_the_images_are_flipped_and_each_its_own_way() -> None:
    images = images_of(1, count=1).repeat(400, 1, 1, 1)
    flipped = (Augmentation(make_recipe(flip=True))(images) != images).flatten(1).any(dim=1)
    assert 150 < flipped.sum() < 250


@pytest.mark.parametrize("channels", [1, 3])
def test_a_seed_draws_the_same_and_leaves_other_generators_alone(channels: int) -> None:
    images, state = images_of(channels), torch.get_rng_state()
    first, second = (Augmentation(make_recipe(seed=5, **ALL)) for _ in range(2))
    once = first(images)
    assert torch.equal(once, second(images))
    assert not torch.equal(once, first(images))
    assert not torch.equal(once, Augmentation(make_recipe(seed=6, **ALL))(images))
    assert torch.equal(torch.get_rng_state(), state)
    assert once.shape == images.shape
    assert once.min() >= 0
    assert once.max() <= 1


def test_parts_of_a_batch_are_changed_as_within_it() -> None:
    images = images_of(3)
    whole = Augmentation(make_recipe(**ALL))(images)
    parts = [Augmentation(make_recipe(**ALL))(images[start : start + 2], total=6, first=start) for start in (0, 2, 4)]
    assert torch.equal(torch.cat(parts), whole)


def test_no_change_asked_for_is_none() -> None:
    images = images_of(3)
    assert Augmentation(make_recipe())(images) is images
