"""Reading a person's images once, into arrays that are kept under a name."""

import os
import shutil
import tempfile
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import psutil
from numpy.typing import NDArray

from cnnviz.errors import DataError, shorten
from cnnviz.formatting import bytes_text
from cnnviz.training.data.own.keeping import Meta, check_new_name, keep, own_folder
from cnnviz.training.data.own.layout import Layout, lay_out
from cnnviz.training.data.own.reading import Reading, settle
from cnnviz.training.data.own.source import Source, open_source

MIN_SIDE, MAX_SIDE = 8, 1024
MEMORY_SHARE = 0.5  # of the memory that is available: training needs some too
DISK_RESERVE_BYTES = 200_000_000
_MOST_NAMED = 5
_SCRATCH = ".adding-"

OnProgress = Callable[[int, int], None]
"""Called with how many images have been read, of how many."""


@dataclass(frozen=True)
class Import:
    """How images are read: each becomes a square of `side` pixels, with `channels`: 1 (grey), 3 (colour) or None.

    None is grey where all images are, and else colour. With `skip_broken` images that cannot be read are left out;
    otherwise they are named and nothing is kept.
    """

    side: int = 64
    channels: Literal[1, 3] | None = None
    skip_broken: bool = False

    def __post_init__(self) -> None:
        if not MIN_SIDE <= self.side <= MAX_SIDE:
            raise DataError(f"the size must be {MIN_SIDE} to {MAX_SIDE} pixels, not {self.side}")


def import_images(path: Path, name: str, how: Import = Import(), *, on_progress: OnProgress | None = None) -> str:
    """Read a folder or zip with a folder for each class, keep it as a data set, and return its name.

    Each image's short side is resized, and its middle cut out. Nothing is kept unless all of it is.
    Raises DataError for a name that is taken, for what is no folder of images, and where memory or disk are too small.
    """
    name = check_new_name(name)
    with open_source(path) as source, warnings.catch_warnings(action="ignore"):  # of what Pillow can read yet
        layout = lay_out(source.names, folders=source.folders)
        _check_room(len(layout.train) + len(layout.test), how)
        own_folder().mkdir(parents=True, exist_ok=True)
        _clear_leftovers()
        scratch = Path(tempfile.mkdtemp(dir=own_folder(), prefix=f"{_SCRATCH}{os.getpid()}-"))
        try:
            meta = _read_all(source, layout, how, scratch, on_progress or _ignore, origin=path.name)
            keep(name, scratch, meta)
        except OSError as error:
            raise DataError(f"the images cannot be kept in {own_folder()}: {error.strerror or error}") from error
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    return name


def _clear_leftovers() -> None:
    """Remove what an import whose process was killed has left."""
    for folder in own_folder().glob(f"{_SCRATCH}*"):
        if not psutil.pid_exists(int(folder.name.removeprefix(_SCRATCH).split("-")[0])):
            shutil.rmtree(folder, ignore_errors=True)


def _check_room(num_images: int, how: Import) -> None:
    """Raise DataError, with what to change, where the images would not leave room in memory or on the disk."""
    needed = num_images * (how.channels or 3) * how.side**2
    what = f"{num_images:,} images of {how.side}×{how.side} pixels take {bytes_text(needed)}"
    remedy = "choose a smaller size" + (", or grey," if how.channels != 1 else "") + " or take fewer images"
    memory = psutil.virtual_memory().available
    if needed > MEMORY_SHARE * memory:
        raise DataError(f"{what}, and of the memory {bytes_text(memory)} are free: {remedy}")
    disk = shutil.disk_usage(own_folder().parents[1]).free
    if 2 * needed + DISK_RESERVE_BYTES > disk:  # for a moment they are there twice
        raise DataError(f"{what}, and on the disk {bytes_text(disk)} are free: {remedy}")


def _read_all(
    source: Source, layout: Layout, how: Import, scratch: Path, on_progress: OnProgress, *, origin: str
) -> Meta:
    """Read all images into arrays in a folder, and return what describes them."""
    parts = {"train": layout.train, "test": layout.test}
    reading = Reading(source, how.side, grey=how.channels == 1)
    num_images = sum(map(len, parts.values()))
    labels = {
        part: reading.read(examples, scratch / part, lambda: on_progress(reading.num_read, num_images))
        for part, examples in parts.items()
    }
    _check_read(reading, labels, layout.class_names, how)
    channels = how.channels or (1 if reading.all_grey else 3)
    for part in parts:
        np.save(scratch / f"{part}_labels.npy", labels[part])
        settle(scratch / part, scratch / f"{part}_images.npy", (len(labels[part]), channels, how.side, how.side))
    return Meta(
        class_names=layout.class_names,
        image_shape=(channels, how.side, how.side),
        num_train=len(labels["train"]),
        num_test=len(labels["test"]),
        origin=origin,
        fingerprint=source.fingerprint,
        created_at=time.time(),
        notes=(*layout.notes, *_links_note(source), *_broken_note(reading)),
    )


def _check_read(
    reading: Reading, labels: Mapping[str, NDArray[np.int64]], class_names: Sequence[str], how: Import
) -> None:
    """Raise DataError, naming them, where images are broken that must not be, or too few are left."""
    if reading.broken and not how.skip_broken:
        raise DataError(f"{_broken_text(reading)}. Mend them or take them out, or choose to leave out what is broken")
    if missing := sorted(set(range(len(class_names))) - set(labels["train"].tolist())):
        raise DataError(f"no image of {shorten(class_names[missing[0]])} can be read: {_broken_text(reading)}")
    if not labels["test"].size:
        raise DataError(f"no image for testing can be read: {_broken_text(reading)}")


def _broken_text(reading: Reading) -> str:
    named = "; ".join(reading.broken[:_MOST_NAMED])
    more = len(reading.broken) - _MOST_NAMED
    count = f"{len(reading.broken):,} of {reading.num_read:,} images cannot be read"
    return f"{count}: {named}" + (f"; and {more:,} more" if more > 0 else "")


def _broken_note(reading: Reading) -> tuple[str, ...]:
    return (f"{_broken_text(reading)}; they were left out",) if reading.broken else ()


def _links_note(source: Source) -> tuple[str, ...]:
    return (f"links that lead elsewhere, and were not followed: {source.num_links:,}",) if source.num_links else ()


def _ignore(num_read: int, num_images: int) -> None:
    """Take no notice."""
