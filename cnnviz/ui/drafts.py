"""Networks as they were last edited, kept on disk so that a reload, a closed tab or a new server loses nothing."""

import hashlib
import json
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cnnviz.errors import CnnvizError, StoreError
from cnnviz.network.document import parse, to_text
from cnnviz.network.presets import PRESETS
from cnnviz.network.spec import Network
from cnnviz.training.home import home

_MOST = 200  # of them are kept
_ID = re.compile(r"[0-9a-f]{8,32}", re.ASCII)


@dataclass(frozen=True)
class Progress:
    """How far the layer list is that edits a network: the ids of its layers, and the last operation applied.

    With them, a new server can go on with what the browser sent and the one before did not hear.
    """

    epoch: str
    ack: int
    ids: list[Any]


@dataclass(frozen=True)
class Draft:
    """A network that is being edited, and the preset it began as; `revision` tells what its file held from others."""

    network: Network
    preset: str | None
    progress: Progress | None = field(default=None, compare=False)
    revision: str = field(default="", compare=False)


def save_draft(draft_id: str, draft: Draft) -> None:
    """Write a draft in the place of what it was before, and drop the oldest of too many.

    Raises StoreError when it cannot be written.
    """
    try:
        path = _path(draft_id)
        is_new = not path.exists()
        half = path.with_suffix(f".{os.getpid()}.half")
        half.write_bytes(_text(draft))
        half.replace(path)
        if is_new:
            for old in _newest_first()[_MOST:]:
                old.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(f"your edits are not kept on disk: {error.strerror} ({home() / 'drafts'})") from error


def load_draft(draft_id: str) -> Draft | None:
    """Return a draft, or None where there is none that can be read."""
    if not _ID.fullmatch(draft_id):
        return None
    try:
        return _read(_path(draft_id))
    except (CnnvizError, OSError):
        return None


def revision_of(draft: Draft) -> str:
    """Return the revision that a draft has once it is saved."""
    return _revision(_text(draft))


def saved_revision(draft_id: str) -> str | None:
    """Return the revision of a draft as it is on disk, or None where there is none."""
    try:
        return _revision(_path(draft_id).read_bytes())
    except (CnnvizError, OSError):
        return None


def newest_draft() -> Draft | None:
    """Return the draft that was edited last, or None where there is none."""
    try:
        return next(filter(None, map(_read, _newest_first())), None)
    except (CnnvizError, OSError):
        return None


def _text(draft: Draft) -> bytes:
    progress = draft.progress and {name: getattr(draft.progress, name) for name in ("epoch", "ack", "ids")}
    content = {"preset": draft.preset, "network": to_text(draft.network), "progress": progress}
    return json.dumps(content, ensure_ascii=False).encode()


def _read(path: Path) -> Draft | None:
    try:
        text = path.read_bytes()
        content = json.loads(text)
        preset = content["preset"] if content["preset"] in PRESETS else None
        return Draft(parse(content["network"]), preset, _progress(content.get("progress")), _revision(text))
    except (OSError, ValueError, TypeError, KeyError, CnnvizError):  # gone meanwhile, or damaged by hand
        return None


def _progress(content: object) -> Progress | None:
    match content:
        case {"epoch": str(epoch), "ack": int(ack), "ids": list(ids)}:
            return Progress(epoch, ack, ids)
    return None


def _revision(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _path(draft_id: str) -> Path:
    return _folder() / f"{draft_id}.json"


def _newest_first() -> list[Path]:
    return sorted(_folder().glob("*.json"), key=lambda path: path.stat().st_mtime_ns, reverse=True)


def _folder() -> Path:
    folder = home() / "drafts"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
