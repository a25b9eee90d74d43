"""Many images of a source, read on several threads and written one after the other."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.lib.format import open_memmap
from numpy.typing import NDArray

from cnnviz.errors import shorten
from cnnviz.training.data.own.layout import Example
from cnnviz.training.data.own.picture import is_grey, read_picture
from cnnviz.training.data.own.source import Source

_CHUNK = 64  # images in memory at once
_THREADS = 4


class Reading:
    """Reads images to squares of `side` pixels, and keeps count: `broken` says of each that could not be read why."""

    def __init__(self, source: Source, side: int, *, grey: bool) -> None:
        self.source, self.side, self.grey = source, side, grey
        self.num_read = 0
        self.all_grey = True
        self.broken: list[str] = []

    def read(self, examples: Sequence[Example], target: Path, on_image: Callable[[], None]) -> NDArray[np.int64]:
        """Write the colours (3, side, side) of all images that can be read to a file, and return their labels."""
        labels = []
        with target.open("wb") as file:
            for example, picture in self._pictures(examples):
                self.num_read += 1
                on_image()
                if isinstance(picture, str):
                    self.broken.append(f"{shorten(example.name)} ({picture})")
                    continue
                self.all_grey = self.all_grey and is_grey(picture)
                file.write(picture.data)
                labels.append(example.label)
        return np.array(labels, np.int64)

    def _pictures(self, examples: Sequence[Example]) -> Iterator[tuple[Example, NDArray[np.uint8] | str]]:
        with ThreadPoolExecutor(_THREADS) as pool:
            for start in range(0, len(examples), _CHUNK):
                chunk = examples[start : start + _CHUNK]
                yield from zip(chunk, pool.map(self._picture, chunk), strict=True)

    def _picture(self, example: Example) -> NDArray[np.uint8] | str:
        """Return an image, or why it cannot be read."""
        try:
            content = self.source.read(example.name)
        except Exception as error:  # the disk's, zipfile's and zlib's, each of its own sort
            return f"its file cannot be read: {error}"
        try:
            return read_picture(content, side=self.side, grey=self.grey)
        except ValueError as error:
            return str(error)


def settle(raw: Path, target: Path, shape: tuple[int, int, int, int]) -> None:
    """Move the colours that were written to an array (N, C, side, side) of a file of its own, without holding all."""
    num_images, channels, side, _ = shape
    colours = np.memmap(raw, np.uint8, "r", shape=(num_images, 3, side, side))
    images = open_memmap(target, "w+", np.uint8, shape)
    for start in range(0, num_images, _CHUNK):
        images[start : start + _CHUNK] = colours[start : start + _CHUNK, :channels]
    images.flush()
    raw.unlink()
