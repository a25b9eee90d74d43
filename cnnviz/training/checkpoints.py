"""Checkpoints on disk: each is whole or not there, tells when it is damaged, and two are kept."""

import hashlib
import json
import logging
import os
import re
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from cnnviz.errors import StoreError
from cnnviz.training.nested import put_together, take_apart

NUM_KEPT = 2
_TENSORS, _STATE, _CHECKSUMS = "tensors.safetensors", "state.json", "SHA256SUMS"
_NAME = re.compile(r"step-(\d{9,})(?:-(\d+))?")  # the second number tells checkpoints of one step apart
_UNFINISHED = ".unfinished-"

logger = logging.getLogger(__name__)


def save(folder: Path, step: int, state: object) -> Path:
    """Write what a run needs to go on from a step, and return its place; the one before it is kept, others go.

    `state` is made of dicts, lists, tensors, numbers, strings, booleans and None. It has its name, such as
    step-000000123, only when all of it is on the disk. Raises StoreError when it cannot be written: the
    checkpoints that were there are then still there.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _remove_unfinished(folder)
        unfinished = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=folder))
        try:
            _write(unfinished, state)
            path = unfinished.rename(_free_name(folder, step))
        except BaseException:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise
        _sync(folder)
    except (OSError, SafetensorError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise StoreError(f"the checkpoint of step {step:,} cannot be written to {folder}: {reason}") from error
    _remove_all_but(folder, path)
    return path


def load(path: Path) -> Any:
    """Return the state that was saved there, its tensors on the CPU.

    Raises StoreError when a file is missing or is not as it was written.
    """
    try:
        _check(path)
        tree = json.loads((path / _STATE).read_text(encoding="utf-8"))
        return put_together(tree, load_file(path / _TENSORS))
    except (OSError, ValueError, KeyError, SafetensorError) as error:
        raise StoreError(f"the checkpoint {path} is damaged: {error}") from error


def newest(folder: Path) -> Path | None:
    """Return the place of the newest checkpoint that is whole, or None; damaged ones are told in the log."""
    for path in reversed(checkpoints(folder)):
        try:
            _check(path)
        except (OSError, ValueError) as error:
            logger.warning("the checkpoint %s is damaged and left out: %s", path.name, error)
        else:
            return path
    return None


def checkpoints(folder: Path) -> tuple[Path, ...]:
    """Return the places of a folder's checkpoints, the oldest first; damaged ones are among them."""
    return tuple(sorted((path for path in folder.glob("step-*") if _NAME.fullmatch(path.name)), key=_order))


def step_of(path: Path) -> int:
    """Return after how many steps a checkpoint was saved."""
    return _order(path)[0]


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


def _order(path: Path) -> tuple[int, int]:
    match = _NAME.fullmatch(path.name)
    assert match
    return int(match[1]), int(match[2] or 1)


def _free_name(folder: Path, step: int) -> Path:
    """Return a name that sorts after all others of the step: one step can be saved before and after its test."""
    numbers = [number for of_step, number in map(_order, checkpoints(folder)) if of_step == step]
    name = f"step-{step:09d}"
    return folder / (f"{name}-{max(numbers) + 1}" if numbers else name)


def _write(folder: Path, state: object) -> None:
    tree, tensors = take_apart(state)
    save_file(tensors, folder / _TENSORS)
    (folder / _STATE).write_text(json.dumps(tree), encoding="utf-8")
    lines = (f"{_checksum(folder / name)}  {name}\n" for name in (_TENSORS, _STATE))
    (folder / _CHECKSUMS).write_text("".join(lines), encoding="utf-8")  # `sha256sum --check` reads it
    for name in (_TENSORS, _STATE, _CHECKSUMS, "."):
        _sync(folder / name)


def _check(path: Path) -> None:
    """Raise OSError or ValueError when a file is missing or is not as it was written."""
    lines = (path / _CHECKSUMS).read_text(encoding="utf-8").splitlines()
    wanted = {name: checksum for checksum, _, name in (line.partition("  ") for line in lines)}
    for name in (_TENSORS, _STATE):
        if wanted.get(name) != _checksum(path / name):
            raise ValueError(f"{name} is not what was written")


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove_all_but(folder: Path, path: Path) -> None:
    """Keep a checkpoint and the ones before it; what is after it is of steps that are going to be taken again."""
    others = checkpoints(folder)
    place = others.index(path)
    for other in (*others[: max(0, place + 1 - NUM_KEPT)], *others[place + 1 :]):
        with suppress(OSError):  # in the way of nobody: it goes next time
            shutil.rmtree(other.rename(folder / f"{_UNFINISHED}{other.name}"), ignore_errors=True)


def _remove_unfinished(folder: Path) -> None:
    """Remove what an earlier process left when it was killed; only one process at a time saves here."""
    for path in folder.glob(f"{_UNFINISHED}*"):
        shutil.rmtree(path, ignore_errors=True)
