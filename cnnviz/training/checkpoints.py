"""Checkpoints on disk: each is whole or not there, tells when it is damaged, and the newest are kept."""

import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from cnnviz.errors import StoreError
from cnnviz.training.checkpoint_folder import (
    CHECKSUMS,
    STATE,
    TENSORS,
    UNFINISHED,
    check,
    checksum,
    free_name,
    remove_all_but,
    remove_unfinished,
)
from cnnviz.training.nested import put_together, take_apart


def save(folder: Path, step: int, state: object, *, kept: int = 2) -> Path:
    """Write what a run needs to go on from a step, and return its place; so many are kept, this one and those before.

    `state` is made of dicts, lists, tensors, numbers, strings, booleans and None. It has its name, such as
    step-000000123, only when all of it is on the disk. Raises StoreError when it cannot be written: the
    checkpoints that were there are then still there.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        remove_unfinished(folder)
        unfinished = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=folder))
        try:
            _write(unfinished, state)
            path = unfinished.rename(free_name(folder, step))
        except BaseException:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise
        _sync(folder)
    except (OSError, SafetensorError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise StoreError(f"the checkpoint of step {step:,} cannot be written to {folder}: {reason}") from error
    remove_all_but(folder, path, kept)
    return path


def load(path: Path) -> Any:
    """Return the state that was saved there, its tensors on the CPU.

    Raises StoreError when a file is missing or is not as it was written.
    """
    try:
        check(path)
        tree = json.loads((path / STATE).read_text(encoding="utf-8"))
        return put_together(tree, load_file(path / TENSORS))
    except (OSError, ValueError, KeyError, SafetensorError) as error:
        raise StoreError(f"the checkpoint {path} is damaged: {error}") from error


def write_tensors(path: Path, tensors: dict[str, Any]) -> None:
    """Write a safetensors file that is whole or not there. Raises StoreError when it cannot be written."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        save_file({name: tensor.detach().contiguous() for name, tensor in tensors.items()}, unfinished)
        _sync(unfinished)
        unfinished.replace(path)
        _sync(path.parent)
    except (OSError, SafetensorError) as error:
        unfinished.unlink(missing_ok=True)
        raise StoreError(f"{path} cannot be written: {error}") from error


def _write(folder: Path, state: object) -> None:
    tree, tensors = take_apart(state)
    save_file(tensors, folder / TENSORS)
    (folder / STATE).write_text(json.dumps(tree), encoding="utf-8")
    lines = (f"{checksum(folder / name)}  {name}\n" for name in (TENSORS, STATE))
    (folder / CHECKSUMS).write_text("".join(lines), encoding="utf-8")  # `sha256sum --check` reads it
    for name in (TENSORS, STATE, CHECKSUMS, "."):
        _sync(folder / name)


def _sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
