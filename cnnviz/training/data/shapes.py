"""Shapes: ten classes of 28×28 grey drawings that cnnviz makes itself, always the same ones."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from cnnviz.training.data.table import DATASETS

Floats = NDArray[np.floating]
Split = tuple[NDArray[np.uint8], NDArray[np.int64]]

SIDE = 28  # pixels
CHUNK = 500  # drawings made at once, so that the arrays stay in the processor's cache


def _max(*distances: Floats) -> Floats:
    largest: Floats = np.maximum.reduce(distances)
    return largest


def _box(u: Floats, v: Floats, half_width: float, half_height: float) -> Floats:
    return _max(np.abs(u) - half_width, np.abs(v) - half_height)


def _triangle(u: Floats, v: Floats) -> Floats:
    return _max(v - 0.6, 0.85 * np.abs(u) - 0.5 * v - 0.45)


def _cross(u: Floats, v: Floats) -> Floats:
    bars: Floats = np.minimum(_box(u, v, 0.95, 0.2), _box(u, v, 0.2, 0.95))
    return bars


def _star(u: Floats, v: Floats) -> Floats:
    reach: Floats = 0.65 + 0.35 * np.cos(5 * np.arctan2(u, -v))
    distance: Floats = np.hypot(u, v) - reach
    return distance


def _stripes(along: Floats) -> Floats:
    wave: Floats = 0.2 * np.cos(along * 2.5 * np.pi)
    return wave


# Each drawing is where its function of the coordinates (u, v), about -1…1, is negative.
OUTLINES: dict[str, Callable[[Floats, Floats], Floats]] = {
    "circle": lambda u, v: np.hypot(u, v) - 0.85,
    "ring": lambda u, v: np.abs(np.hypot(u, v) - 0.8) - 0.13,
    "square": lambda u, v: _box(u, v, 0.85, 0.85),
    "triangle": _triangle,
    "diamond": lambda u, v: 0.85 * np.abs(u) + 0.53 * np.abs(v) - 0.53,
    "cross": _cross,
    "star": _star,
    "horizontal bars": lambda u, v: _stripes(v),
    "vertical bars": lambda u, v: _stripes(u),
    "checkerboard": lambda u, v: 0.25 * np.sin(u * 3.4) * np.sin(v * 3.4),
}


def load() -> tuple[Split, Split]:
    """Return the training and the test split: images uint8 (N, 1, 28, 28), labels int64 (N,)."""
    entry = DATASETS["shapes"]
    return draw(entry.num_train, seed=1), draw(entry.num_test, seed=2)


def draw(num_images: int, *, seed: int) -> Split:
    """Draw images of random class, place, size, rotation, brightness and noise; the same for the same seed."""
    random = np.random.RandomState(seed)  # its stream is frozen, unlike a Generator's
    labels = random.permutation(np.arange(num_images, dtype=np.int64) % len(OUTLINES))
    images = np.empty((num_images, 1, SIDE, SIDE), np.uint8)
    for label, outline in enumerate(OUTLINES.values()):
        places = np.flatnonzero(labels == label)
        for start in range(0, len(places), CHUNK):
            chunk = places[start : start + CHUNK]
            images[chunk, 0] = _draw(outline, len(chunk), random)
    return images, labels


def _draw(
    outline: Callable[[Floats, Floats], Floats], num_images: int, random: np.random.RandomState
) -> NDArray[np.uint8]:
    def uniform(low: float, high: float) -> Floats:
        return random.uniform(low, high, (num_images, 1, 1)).astype(np.float32)

    radius, angle = uniform(10, 13), uniform(-0.2, 0.2)  # pixels, radians
    pixels = np.arange(SIDE, dtype=np.float32) - (SIDE - 1) / 2
    x = pixels[None, None, :] - uniform(-1.5, 1.5)
    y = pixels[None, :, None] - uniform(-1.5, 1.5)
    u = (x * np.cos(angle) + y * np.sin(angle)) / radius
    v = (y * np.cos(angle) - x * np.sin(angle)) / radius
    cover = np.clip(0.5 - outline(u, v) * radius, 0, 1)  # soft edges, one pixel wide
    noise = random.standard_normal(cover.shape).astype(np.float32) * uniform(5, 20)
    grey = cover * uniform(190, 255) + noise
    return np.clip(np.rint(grey), 0, 255).astype(np.uint8)
