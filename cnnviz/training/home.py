"""The folder where cnnviz keeps what belongs to a person: data sets, runs and their logs."""

import os
import shutil
from pathlib import Path

import platformdirs

from cnnviz.errors import StoreError


def home() -> Path:
    """Return `$CNNVIZ_HOME`, or the user's data folder; it is made when it is missing.

    Raises StoreError when it cannot be made or written.
    """
    folder = _chosen().absolute()
    _make(folder)
    return folder


def run_folder(run_id: str) -> Path:
    """Return the folder of one run's files; it is made when it is missing.

    Raises StoreError when it cannot be made or written.
    """
    folder = home() / "runs" / run_id
    _make(folder)
    return folder


def checkpoints_folder(run_id: str) -> Path:
    """Return where the checkpoints of a run are, or would be."""
    return home() / "runs" / run_id / "checkpoints"


def log_path(run_id: str) -> Path:
    """Return where the log of a run is, which its processes write. Raises StoreError as `run_folder` does."""
    return run_folder(run_id) / "worker.log"


def remove_run_folder(run_id: str) -> None:
    """Remove the folder of one run's files, if there is one. Raises StoreError when it cannot be removed."""
    folder = home() / "runs" / run_id
    try:
        shutil.rmtree(folder)
    except FileNotFoundError:
        pass
    except OSError as error:
        raise StoreError(f"cannot remove {folder}: {error.strerror or error}") from error


def _chosen() -> Path:
    given = os.environ.get("CNNVIZ_HOME")
    return Path(given).expanduser() if given else Path(platformdirs.user_data_dir("cnnviz", appauthor=False))


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise _unusable(folder, "it is a file") from error
    except OSError as error:
        raise _unusable(folder, error.strerror or str(error)) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise _unusable(folder, "permission denied")


def _unusable(folder: Path, cause: str) -> StoreError:
    return StoreError(f"cannot write to {folder}: {cause}; set CNNVIZ_HOME to a folder you can write")
