"""What a person does with runs: start, stop, pause and go on with them, describe and delete them."""

import json
import secrets
import time
from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, insert, update

from cnnviz.errors import StoreError
from cnnviz.training import checkpoint_folder, processes
from cnnviz.training.home import checkpoints_folder, remove_run_folder
from cnnviz.training.recipe import Recipe, make_recipe
from cnnviz.training.records import ACTIVE, Run
from cnnviz.training.store import curves
from cnnviz.training.store.changes import change, ending, one_more, require, require_status, storable
from cnnviz.training.store.contents import Contents
from cnnviz.training.store.tables import runs_table


class ForPeople(Contents):
    """The part of a store that pages and commands use."""

    def create_run(
        self, network_text: str, recipe: Recipe, name: str, *, device: str | None = None, in_foreground: bool = False
    ) -> str:
        """Record a run that waits for a device, its recipe's unless another is given, and return its id.

        In the foreground this process waits for its turn itself, and no launcher starts another one for it.
        """
        run_id = secrets.token_hex(4)
        row = {
            "id": run_id,
            "name": storable(name),
            "created_at": time.time(),
            "network": network_text,
            "recipe": recipe.model_dump_json(),
            "device": device or recipe.device,
            **_waiting(in_foreground),
        }
        with self._database.writing() as connection:
            places = {name: one_more(connection, runs_table.c[name]) for name in ("number", "turn")}
            connection.execute(insert(runs_table).values({**row, **places, "heard_at": self._database.now}))
        return run_id

    def request_stop(self, run_id: str) -> None:
        """Ask a run to stop; one that waits or is paused is stopped at once, one that has ended stays as it is."""
        with self._database.writing() as connection:
            require_status(connection, run_id)
            change(connection, run_id, ("running",), request="stop")
            change(connection, run_id, ("queued", "paused"), status="stopped", **ending())

    def request_pause(self, run_id: str) -> None:
        """Ask a run to pause, unless it is to stop; one that waits is paused at once, others stay as they are."""
        with self._database.writing() as connection:
            require_status(connection, run_id)
            change(connection, run_id, ("running",), runs_table.c.request.is_(None), request="pause")
            change(connection, run_id, ("queued",), status="paused", **ending())

    def requeue(
        self, run_id: str, epochs: int | None = None, *, from_step: int | None = None, in_foreground: bool = False
    ) -> None:
        """Have a run that has ended or is paused wait again, on this machine, to go on where it was.

        `epochs` are those in all; from an earlier step it goes on without the checkpoints after that; `in_foreground`
        is as in `create_run`. Raises StoreError when it waits or runs, has so many epochs already, was saved on another
        machine, or has no checkpoint of the step, and RecipeError when a recipe cannot have so many epochs.
        """
        with self._database.writing() as connection:
            run = require(connection, run_id)
            recipe = _longer(run, epochs, from_step)
            _require_checkpoints(run)
            then = {} if from_step is None else curves.cut(connection, run_id, from_step)
            if from_step is not None:
                checkpoint_folder.go_back(checkpoints_folder(run_id), from_step)
            values = {
                "turn": one_more(connection, runs_table.c.turn),
                "recipe": recipe.model_dump_json(),
                "num_steps": run.num_steps * recipe.epochs // run.recipe.epochs,
                "heard_at": self._database.now,
                **then,
                **dict.fromkeys(("request", "error", "ended_at")),
                **_waiting(in_foreground),
            }
            connection.execute(update(runs_table).where(runs_table.c.id == run_id).values(values))

    def rename(self, run_id: str, name: str) -> None:
        """Give a run another name. Raises StoreError for one that is blank."""
        if not name.strip():
            raise StoreError(f"run {run_id} needs a name that is not blank")
        self._describe(run_id, name=storable(name.strip()))

    def set_tags(self, run_id: str, tags: Sequence[str]) -> None:
        """Give a run these tags and no others, each once and without blanks around it."""
        kept = dict.fromkeys(storable(tag.strip()) for tag in tags if tag.strip())
        self._describe(run_id, tags=json.dumps(list(kept)))

    def set_notes(self, run_id: str, notes: str) -> None:
        """Keep what a person notes of a run."""
        self._describe(run_id, notes=storable(notes))

    def delete(self, run_id: str) -> None:
        """Remove a run that has ended or is paused, its points, and the folder of its files on this machine."""
        with self._database.writing() as connection:
            status = require_status(connection, run_id)
            if status in ACTIVE:
                raise StoreError(f"run {run_id} is {status}: stop it before it is deleted")
            connection.execute(delete(runs_table).where(runs_table.c.id == run_id))
            remove_run_folder(run_id)  # where that fails, the run is still there

    def _describe(self, run_id: str, **values: Any) -> None:
        with self._database.writing() as connection:
            require_status(connection, run_id)
            connection.execute(update(runs_table).where(runs_table.c.id == run_id).values(values))


def _waiting(in_foreground: bool) -> dict[str, Any]:
    pid, pid_started = processes.own() if in_foreground else (None, None)
    return {"status": "queued", "host": processes.host(), "pid": pid, "pid_started": pid_started}


def _longer(run: Run, epochs: int | None, from_step: int | None) -> Recipe:
    """Return the recipe with which a run goes on, for so many epochs in all."""
    if run.is_active:
        raise StoreError(f"run {run.id} is {run.status}: it goes on already")
    is_finished = run.status == "finished" and from_step is None
    step = run.step if from_step is None else from_step
    done = run.recipe.epochs if is_finished else run.recipe.epochs * step // max(1, run.num_steps)
    if epochs is None and not is_finished:
        return run.recipe
    if epochs is None or epochs <= done:
        have = "1 epoch" if done == 1 else f"{done} epochs"
        raise StoreError(f"run {run.id} has {have} already: to go on it needs more epochs in all")
    return make_recipe(**{**run.recipe.model_dump(), "epochs": epochs})


def _require_checkpoints(run: Run) -> None:
    """Raise StoreError where a run cannot go on from where it was, but would begin anew."""
    is_elsewhere = run.host != processes.host() and not checkpoints_folder(run.id).exists()
    if run.step and is_elsewhere:
        raise StoreError(f"run {run.id} was trained on {run.host}, where its checkpoints are: go on with it there")
