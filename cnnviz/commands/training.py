"""Commands that train, and that tell of runs."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cnnviz.commands.options import AsJson, Input, Source, Width, network_of
from cnnviz.commands.recipe_options import LARGEST, given_settings
from cnnviz.errors import RecipeError

if TYPE_CHECKING:
    from cnnviz.network.spec import Network
    from cnnviz.training.recipe import Recipe

RunId = Annotated[str, typer.Argument(metavar="ID", help="A run's id, as `cnnviz runs` lists it.")]
RecipeFile = Annotated[
    Path | None, typer.Option("--recipe", metavar="FILE", help="A YAML file of settings; the book's where it has none.")
]


def train(
    context: typer.Context,
    source: Source,
    input_: Input = None,
    width: Width = None,
    recipe_file: RecipeFile = None,
    name: Annotated[str | None, typer.Option(help="What the run is called; as the network when left out.")] = None,
) -> None:
    """Train a network in the foreground and record the run; settings left out are as published, see the preset.

    Where another run is on the device, it waits for its turn. Ctrl-C stops it; `cnnviz resume` goes on.
    """
    network = network_of(source, input_=input_, width=width)
    from cnnviz.terminal import ending_text, train_in_foreground

    recipe = _recipe(network, recipe_file, given_settings(context))
    typer.echo(ending_text(train_in_foreground(network, recipe, name=name or network.name)))


def resume(
    run_id: RunId,
    epochs: Annotated[int | None, typer.Option(help="Epochs in all, those done included.")] = None,
    from_step: Annotated[
        int | None, typer.Option("--from", metavar="STEP", help="The checkpoint's step; the newest when left out.")
    ] = None,
) -> None:
    """Go on with a run that was paused, stopped, interrupted or failed, or with a finished one for more epochs.

    It goes on from a checkpoint, in the foreground, as if it had never ended. Checkpoints after that one are removed.
    """
    from cnnviz.terminal import ending_text, resume_in_foreground

    typer.echo(ending_text(resume_in_foreground(run_id, epochs=epochs, from_step=from_step)))


def stop(run_id: RunId) -> None:
    """Stop a run after the step it is in and save it; one that waits for its turn is taken out of the queue."""
    from cnnviz.terminal import end_run

    typer.echo(end_run(run_id, "stop"))


def pause(run_id: RunId) -> None:
    """Save a run after the step it is in and free its device; `cnnviz resume` goes on with it."""
    from cnnviz.terminal import end_run

    typer.echo(end_run(run_id, "pause"))


def delete(
    run_id: RunId,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Delete a run with its curves, checkpoints and weights, for good."""
    from cnnviz.training.store import open_store

    with open_store() as store:
        run = store.run(run_id)
        if not yes:
            typer.confirm(f"Delete run {run.id} ({run.name}) with its curves, checkpoints and weights?", abort=True)
        store.delete(run_id)
    typer.echo(f"run {run_id} is deleted")


def runs(as_json: AsJson = False) -> None:
    """List every run, newest first, and start what waits for an idle device."""
    from cnnviz.terminal import runs_text
    from cnnviz.training.export.metrics import run_dict
    from cnnviz.training.launch import dispatch
    from cnnviz.training.store import open_store

    with open_store() as store:
        dispatch(store)
        found = store.runs()
    typer.echo(json.dumps([run_dict(run) for run in found]) if as_json else runs_text(found))


def _recipe(network: "Network", file: Path | None, given: dict[str, Any]) -> "Recipe":
    """Return the published recipe, or the file's, with the given settings in its place."""
    from cnnviz.commands.own_data import data_named
    from cnnviz.training.published import published_recipe

    if "data" in given:
        given = {**given, "data": data_named(given["data"], network)}
    base = network if file is None else network.replace(recipe={})
    settings = {**(_settings(file) if file else {}), **given}
    if settings.get("batch_size") != LARGEST:
        return published_recipe(base, **settings)
    recipe = published_recipe(base, **{**settings, "batch_size": None})
    return published_recipe(base, **{**settings, "batch_size": _largest_batch_size(network, recipe)})


def _settings(file: Path) -> dict[str, Any]:
    from cnnviz.training.recipe_file import recipe_settings

    try:
        return dict(recipe_settings(file.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        raise RecipeError(f"{file} cannot be read: {error}") from error
    except RecipeError as error:
        raise RecipeError(f"{file}: {error}") from error


def _largest_batch_size(network: "Network", recipe: "Recipe") -> int:
    """Return the largest batch size that fits, but no more than there are examples."""
    from cnnviz.training.forecast import largest_fitting_batch

    fits = min(largest_fitting_batch(network, recipe), recipe.num_trained, _MOST)
    if fits < 1:
        raise RecipeError(f"batch_size: not even 1 fits the memory that is free on {recipe.device}")
    return fits


_MOST = 65536  # of a recipe's batch size
