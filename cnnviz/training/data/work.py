"""Adding a person's images, or downloading a data set, in a process of its own, which is this module."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from cnnviz.training import background
from cnnviz.training.background import Report, State, work_folder
from cnnviz.training.data.loading import find_dataset
from cnnviz.training.data.own.importing import Import, import_images
from cnnviz.training.data.own.keeping import check_new_name

_MODULE = "cnnviz.training.data.work"
_IMPORT, _FETCH = "import-", "fetch-"


@dataclass(frozen=True)
class Adding:
    """Images that are being added as a data set, or were and nobody has been told yet."""

    name: str
    state: State


def start_import(path: Path, name: str, how: Import) -> None:
    """Start reading a folder or zip; `adding` tells how far it is.

    Raises DataError for a name that cannot be taken, StoreError when nothing can be started.
    """
    name = check_new_name(name)
    request = {"task": "import", "path": str(path.expanduser().absolute()), "name": name, "how": asdict(how)}
    background.start(import_folder(name), _MODULE, request)


def import_folder(name: str) -> Path:
    """Return the folder of the work of adding a data set, where a zip that was sent can wait."""
    return work_folder(f"{_IMPORT}{name}")


def adding() -> tuple[Adding, ...]:
    """Return all that is being added, and what has ended and was not forgotten."""
    folders = sorted(work_folder("").glob(f"{_IMPORT}*"))
    found = [(folder.name.removeprefix(_IMPORT), background.look(folder)) for folder in folders]
    return tuple(Adding(name, state) for name, state in found if state)


def forget_import(name: str) -> None:
    """End the adding of a data set, and remove what is left of it; what is already kept stays."""
    background.forget(import_folder(name))


def start_fetch(name: str) -> None:
    """Start downloading a data set; `fetching` tells how it ends. Raises StoreError when nothing can be started."""
    background.start(work_folder(f"{_FETCH}{name}"), _MODULE, {"task": "fetch", "name": name})


def fetching(name: str) -> State | None:
    """Return how a download is getting on, or None where none was started."""
    return background.look(work_folder(f"{_FETCH}{name}"))


def _import(request: Mapping[str, Any], report: Report) -> str:
    path, name = Path(request["path"]), request["name"]
    import_images(path, name, Import(**request["how"]), on_progress=report)
    if path.parent == import_folder(name):  # it was sent, and has been read
        path.unlink()
    return str(name)


def _fetch(request: Mapping[str, Any], report: Report) -> str:
    find_dataset(request["name"]).load()
    return str(request["name"])


_TASKS: Mapping[str, Callable[[Mapping[str, Any], Report], str]] = {"import": _import, "fetch": _fetch}


def main(folder: str) -> int:
    """Do what is asked for in a folder of work; return the process's exit code."""
    return background.run(Path(folder), lambda request, report: _TASKS[request["task"]](request, report))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
