"""Where a person's own data sets are kept: a folder each in cnnviz's home, with a description and four arrays."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cnnviz.errors import DataError, shorten
from cnnviz.formatting import bytes_text
from cnnviz.training.data.entries import DatasetEntry
from cnnviz.training.data.table import DATASETS
from cnnviz.training.home import home

if TYPE_CHECKING:
    from cnnviz.training.data.entries import Split

META = "meta.json"
ARRAYS = ("train_images", "train_labels", "test_images", "test_labels")
_NAME = re.compile(r"[^\W_][\w .-]{0,59}")


class Meta(BaseModel):
    """What is written beside the arrays. `origin` and `fingerprint` tell what they were read from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    class_names: tuple[str, ...] = Field(min_length=2)
    image_shape: tuple[int, int, int]
    num_train: int = Field(ge=1)
    num_test: int = Field(ge=1)
    origin: str
    fingerprint: str
    created_at: float
    notes: tuple[str, ...] = ()


def own_folder() -> Path:
    """Return the folder of all own data sets, which need not exist."""
    return home() / "data" / "own"


def is_name(name: str) -> bool:
    """Whether an own data set could be called so."""
    return bool(_NAME.fullmatch(name)) and name == name.strip(" .") and name == unicodedata.normalize("NFC", name)


def check_new_name(name: str) -> str:
    """Return the name, without space around it, if a new data set can have it.

    Raises DataError saying what is allowed.
    """
    name = unicodedata.normalize("NFC", name.strip())
    if not is_name(name):
        raise DataError(
            f"{shorten(name)} cannot be the name of a data set: take up to 60 letters, digits, spaces, dots, - and _,"
            " with a letter or digit first"
        )
    if name.casefold() in {each.casefold() for each in (*DATASETS, *kept_names())}:
        raise DataError(f"there is already a data set {name!r}: choose another name, or remove that one first")
    return name


def kept_names() -> tuple[str, ...]:
    """Return the names of all own data sets, in order."""
    folder = own_folder()
    if not folder.is_dir():
        return ()
    return tuple(sorted(path.parent.name for path in folder.glob(f"*/{META}") if is_name(path.parent.name)))


def kept_entries() -> Mapping[str, DatasetEntry]:
    """Return the own data sets by their names; one that is damaged is left out."""
    entries = {}
    for name in kept_names():
        try:
            entry = kept_entry(name)
        except DataError:
            continue
        if entry:
            entries[name] = entry
    return entries


def kept_entry(name: str) -> DatasetEntry | None:
    """Return what is known about an own data set, or None where there is none of that name.

    Raises DataError when its description is damaged.
    """
    meta = read_meta(name)
    if meta is None:
        return None
    return DatasetEntry(
        title=name,
        help=f"Your own images, read from {meta.origin}.",
        class_names=meta.class_names,
        image_shape=meta.image_shape,
        num_train=meta.num_train,
        num_test=meta.num_test,
        load=partial(load, name),
    )


def read_meta(name: str) -> Meta | None:
    """Return the description of an own data set, or None where there is none of that name.

    Raises DataError when it is damaged.
    """
    if not is_name(name):
        return None
    path = own_folder() / name / META
    try:
        return Meta.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as error:
        raise _damaged(name, f"{path} cannot be read") from error


def load(name: str) -> tuple[Split, Split]:
    """Return the two splits, mapped into memory: processes that use the same data set share it.

    Raises DataError when an array is missing or damaged.
    """
    import numpy as np

    folder = own_folder() / name
    try:  # mode "c" keeps what is changed to oneself
        arrays = [np.load(folder / f"{each}.npy", mmap_mode="c", allow_pickle=False) for each in ARRAYS]
    except (OSError, ValueError, EOFError) as error:
        raise _damaged(name, f"an array in {folder} cannot be read: {error}") from error
    return (arrays[0], arrays[1]), (arrays[2], arrays[3])


def keep(name: str, scratch: Path, meta: Meta) -> None:
    """Give a finished folder its name: with that, all of the data set is there at once.

    Raises DataError when the name has been given meanwhile.
    """
    (scratch / META).write_text(meta.model_dump_json(indent=1), encoding="utf-8")
    check_new_name(name)
    try:
        os.rename(scratch, own_folder() / name)
    except OSError as error:
        raise DataError(f"the data set {name!r} cannot be kept in {own_folder()}: {error}") from error


def remove(name: str) -> None:
    """Remove an own data set; a run that trains on it goes on with what it has.

    Raises DataError when there is none of that name.
    """
    folder = own_folder() / name
    if not is_name(name) or not folder.is_dir():
        raise DataError(f"there is no own data set {shorten(name)} to remove")
    try:
        grave = Path(tempfile.mkdtemp(dir=own_folder(), prefix=".removed-"))
        os.rename(folder, grave / name)
        shutil.rmtree(grave)
    except OSError as error:
        raise DataError(f"the data set {name!r} cannot be removed: {error}") from error


def size_text(name: str) -> str:
    """Return how much room an own data set takes on the disk."""
    return bytes_text(sum(path.stat().st_size for path in (own_folder() / name).glob("*.npy")))


def _damaged(name: str, what: str) -> DataError:
    return DataError(f"the data set {name!r} is damaged: {what}; remove it and add the images again")
