"""Which checkpoints a run's folder has, and which of them are whole and are kept; known without PyTorch."""

import hashlib
import logging
import re
import shutil
from contextlib import suppress
from pathlib import Path

from cnnviz.errors import StoreError

TENSORS, STATE, CHECKSUMS = "tensors.safetensors", "state.json", "SHA256SUMS"
UNFINISHED = ".unfinished-"
_NAME = re.compile(r"step-(\d{9,})(?:-(\d+))?")  # the second number tells checkpoints of one step apart

logger = logging.getLogger(__name__)


def checkpoints(folder: Path) -> tuple[Path, ...]:
    """Return the places of a folder's checkpoints, the oldest first; damaged ones are among them."""
    return tuple(sorted((path for path in folder.glob("step-*") if _NAME.fullmatch(path.name)), key=_order))


def steps(folder: Path) -> tuple[int, ...]:
    """Return the steps that a folder has checkpoints of, each once, the first step first."""
    return tuple(dict.fromkeys(map(step_of, checkpoints(folder))))


def step_of(path: Path) -> int:
    """Return after how many steps a checkpoint was saved."""
    return _order(path)[0]


def newest(folder: Path) -> Path | None:
    """Return the place of the newest checkpoint that is whole, or None; damaged ones are told in the log."""
    return next(filter(_is_whole, reversed(checkpoints(folder))), None)


def go_back(folder: Path, step: int) -> None:
    """Remove the checkpoints after a step, so that a run goes on from there. Raises StoreError where none is whole."""
    of_step = [path for path in checkpoints(folder) if step_of(path) == step]
    path = next(filter(_is_whole, reversed(of_step)), None)
    if path is None:
        there = ", ".join(f"{each:,}" for each in steps(folder)) or "none"
        raise StoreError(f"there is no whole checkpoint of step {step:,}; the steps of those that are there: {there}")
    remove_all_but(folder, path)


def _is_whole(path: Path) -> bool:
    try:
        check(path)
    except (OSError, ValueError) as error:
        logger.warning("the checkpoint %s is damaged and left out: %s", path.name, error)
        return False
    return True


def check(path: Path) -> None:
    """Raise OSError or ValueError when a file is missing or is not as it was written."""
    lines = (path / CHECKSUMS).read_text(encoding="utf-8").splitlines()
    wanted = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    for name in (TENSORS, STATE):
        if wanted.get(name) != checksum(path / name):
            raise ValueError(f"{name} is not what was written")


def checksum(path: Path) -> str:
    """Return a file's SHA-256 as `sha256sum` prints it. Raises OSError when it cannot be read."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def free_name(folder: Path, step: int) -> Path:
    """Return a name that sorts after all others of the step: one step can be saved before and after its test."""
    numbers = [number for of_step, number in map(_order, checkpoints(folder)) if of_step == step]
    name = f"step-{step:09d}"
    return folder / (f"{name}-{max(numbers) + 1}" if numbers else name)


def _order(path: Path) -> tuple[int, int]:
    match = _NAME.fullmatch(path.name)
    assert match
    return int(match[1]), int(match[2] or 1)


def remove_all_but(folder: Path, path: Path, kept: int | None = None) -> None:
    """Keep a checkpoint and those before it, so many in all; what is after it is of steps that will be taken again."""
    there = checkpoints(folder)
    end = there.index(path) + 1
    start = 0 if kept is None else max(0, end - kept)
    for other in (*there[:start], *there[end:]):
        with suppress(OSError):  # in the way of nobody: it goes next time
            shutil.rmtree(other.rename(folder / f"{UNFINISHED}{other.name}"), ignore_errors=True)


def remove_unfinished(folder: Path) -> None:
    """Remove what an earlier process left when it was killed; only one process at a time saves here."""
    for path in folder.glob(f"{UNFINISHED}*"):
        shutil.rmtree(path, ignore_errors=True)
