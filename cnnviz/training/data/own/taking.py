"""Images taken as they are named: a data set there is, or a folder or zip, which is read unless it was before."""

import re
from pathlib import Path

from cnnviz.errors import DataError
from cnnviz.training.data.loading import datasets
from cnnviz.training.data.own.importing import MAX_SIDE, MIN_SIDE, Import, OnProgress, import_images
from cnnviz.training.data.own.keeping import check_new_name, kept_entries, read_meta
from cnnviz.training.data.own.source import open_source


def take(data: str, *, input_shape: tuple[int, ...], on_progress: OnProgress | None = None) -> str:
    """Return the name of a data set: the one that is named, or that of a folder's or zip's images.

    Those are read as squares of the network's input shape (C, H, W), grey or in colour as it has channels, unless they
    were before and have not changed. A text that names neither is returned as it is. Raises DataError as
    `import_images` does.
    """
    path = Path(data).expanduser()
    if data in datasets() or not path.exists():
        return data
    how = _import_for(input_shape)
    with open_source(path) as source:
        fingerprint = source.fingerprint
    return _kept_already(fingerprint, how) or import_images(path, _free_name(path), how, on_progress=on_progress)


def _import_for(input_shape: tuple[int, ...]) -> Import:
    channels, height, width = input_shape
    side = height if height == width and MIN_SIDE <= height <= MAX_SIDE else Import().side
    return Import(side=side, channels=1 if channels == 1 else 3)


def _kept_already(fingerprint: str, how: Import) -> str | None:
    wanted = (how.channels, how.side, how.side)
    for name in kept_entries():
        meta = read_meta(name)
        if meta and meta.fingerprint == fingerprint and meta.image_shape == wanted:
            return name
    return None


def _free_name(path: Path) -> str:
    """Return a name like the folder's or the file's that no data set has."""
    stem = re.sub(r"[^\w .-]", "-", path.resolve().stem)[:50].strip("-_. ") or "images"
    for name in (stem, *(f"{stem}-{number}" for number in range(2, 1000))):
        try:
            return check_new_name(name)
        except DataError:
            continue
    return check_new_name(stem)
