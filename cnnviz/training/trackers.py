"""A run's numbers for other programs: TensorBoard's event files always, MLflow and Weights & Biases when asked for.

Each is one of Accelerate's trackers. What goes wrong in one is told in the log and ends it, never the run.
"""

import logging
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from netrc import NetrcParseError, netrc
from pathlib import Path
from typing import Any, Self

from accelerate.tracking import GeneralTracker, MLflowTracker, TensorBoardTracker, WandBTracker

from cnnviz.errors import RecipeError
from cnnviz.training.home import home, run_folder
from cnnviz.training.records import Run

PROJECT = "cnnviz"  # what runs are gathered under at MLflow and Weights & Biases
_WANDB_SETTINGS = ("WANDB_MODE", "WANDB_API_KEY", "WANDB_BASE_URL")

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Kind:
    """A tracker: the package it needs, how it is opened to go on after a step, and whether it is given the recipe."""

    package: str
    open: Callable[[Run, int], GeneralTracker]
    takes_recipe: bool = True


def _open_tensorboard(run: Run, after_step: int) -> GeneralTracker:
    # What an earlier process of the run wrote of later steps is written again: TensorBoard forgets it.
    return TensorBoardTracker("tensorboard", run_folder(run.id), purge_step=after_step + 1)


def _open_mlflow(run: Run, after_step: int) -> GeneralTracker:
    import mlflow

    if "MLFLOW_TRACKING_URI" not in os.environ:
        mlflow.set_tracking_uri(f"sqlite:///{home() / 'mlflow.db'}")
    return MLflowTracker(PROJECT, logging_dir=str(home() / "mlflow"), run_id=_mlflow_run(run), run_name=run.name)


def _open_wandb(run: Run, after_step: int) -> GeneralTracker:
    os.environ.setdefault("WANDB_SILENT", "true")
    mode = None if _wandb_is_configured() else "offline"
    return WandBTracker(PROJECT, id=run.id, name=run.name, resume="allow", dir=str(run_folder(run.id)), mode=mode)


_KINDS: Mapping[str, _Kind] = {
    "tensorboard": _Kind("tensorboard", _open_tensorboard, takes_recipe=False),
    "mlflow": _Kind("mlflow", _open_mlflow),
    "wandb": _Kind("wandb", _open_wandb),
}


def check_trackers(names: Sequence[str]) -> None:
    """Raise RecipeError, with what to do, when a tracker's package is not installed."""
    missing = [name for name in names if find_spec(_KINDS[name].package) is None]
    if missing:
        packages = " ".join(_KINDS[name].package for name in missing)
        raise RecipeError(
            f"trackers: {' and '.join(missing)} not installed here; install with `pip install {packages}`, or leave out"
        )


class Trackers:
    """A run's trackers, as a context that ends them."""

    def __init__(self, run: Run, *, after_step: int = 0) -> None:
        """Open them to go on after a step. Raises RecipeError when one is not installed."""
        check_trackers(run.recipe.trackers)
        self._trackers: dict[str, GeneralTracker] = {}
        for name in ("tensorboard", *run.recipe.trackers):
            self._attempt(name, partial(self._open, name, run, after_step))

    def log(self, step: int, values: Mapping[str, float]) -> None:
        """Write numbers by their names, as they are after a step."""
        for name, tracker in tuple(self._trackers.items()):
            self._attempt(name, partial(tracker.log, dict(values), step=step))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for name, tracker in tuple(self._trackers.items()):
            self._attempt(name, tracker.finish)
        self._trackers.clear()

    def _open(self, name: str, run: Run, after_step: int) -> None:
        tracker = _KINDS[name].open(run, after_step)
        tracker.start()
        self._trackers[name] = tracker
        if _KINDS[name].takes_recipe:
            tracker.store_init_configuration(_settings(run))
        if name == "mlflow":
            _mlflow_file(run).write_text(tracker.tracker.info.run_id, encoding="utf-8")

    def _attempt(self, name: str, act: Callable[[], object]) -> None:
        try:
            act()
        except Exception as error:  # it is other people's program, with errors of its own, and not what the run is for
            logger.warning("%s fails and gets nothing more of this run: %s: %s", name, type(error).__name__, error)
            self._trackers.pop(name, None)


def _settings(run: Run) -> dict[str, Any]:
    return {"network": run.name, **run.recipe.model_dump(mode="json", exclude={"trackers"})}


def _mlflow_file(run: Run) -> Path:
    return run_folder(run.id) / "mlflow-run"


def _mlflow_run(run: Run) -> str | None:
    """Return MLflow's own id of a run that it has seen before."""
    with suppress(FileNotFoundError):
        return _mlflow_file(run).read_text(encoding="utf-8")
    return None


def _wandb_is_configured() -> bool:
    """Whether a person has said how wandb is to be used, or has logged in; otherwise nothing leaves this machine."""
    if any(name in os.environ for name in _WANDB_SETTINGS):
        return True
    with suppress(OSError, NetrcParseError):
        return netrc().authenticators("api.wandb.ai") is not None
    return False
