"""Networks as they were last edited, kept on disk so that a reload, a closed tab or a new server loses nothing."""

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

from cnnviz.errors import CnnvizError, StoreError
from cnnviz.network.document import parse, to_text
from cnnviz.network.presets import PRESETS
from cnnviz.network.spec import Network
from cnnviz.training.home import home

_MOST = 200  # of them are kept
_ID = re.compile(r"[0-9a-f]{8,32}", re.ASCII)


@dataclass(frozen=True)
class Draft:
    """A network that is being edited, and the preset it began as."""

    network: Network
    preset: str | None


def save_draft(draft_id: str, draft: Draft) -> None:
    """Write a draft in the place of what it was before, and drop the oldest of too many.

    Raises StoreError when it cannot be written.
    """
    text = json.dumps({"preset": draft.preset, "network": to_text(draft.network)}, ensure_ascii=False)
    try:
        path = _path(draft_id)
        is_new = not path.exists()
        half = path.with_suffix(f".{os.getpid()}.half")
        half.write_text(text, encoding="utf-8")
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


def newest_draft() -> Draft | None:
    """Return the draft that was edited last, or None where there is none."""
    try:
        return next(filter(None, map(_read, _newest_first())), None)
    except (CnnvizError, OSError):
        return None


def _read(path: Path) -> Draft | None:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        preset = content["preset"]
        return Draft(parse(content["network"]), preset if preset in PRESETS else None)
    except (OSError, ValueError, TypeError, KeyError, CnnvizError):  # gone meanwhile, or damaged by hand
        return None


def _path(draft_id: str) -> Path:
    return _folder() / f"{draft_id}.json"


def _newest_first() -> list[Path]:
    return sorted(_folder().glob("*.json"), key=lambda path: path.stat().st_mtime_ns, reverse=True)


def _folder() -> Path:
    folder = home() / "drafts"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
