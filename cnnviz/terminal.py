"""Runs in the terminal: a progress bar while one trains, the book's two lines at its end, and the list of all."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from cnnviz.errors import CnnvizError, SpecError
from cnnviz.network.document import to_text
from cnnviz.network.spec import Network
from cnnviz.network.summary import summarize
from cnnviz.training import events
from cnnviz.training.devices import resolve
from cnnviz.training.events import Event, summary_lines
from cnnviz.training.fit import check_fit
from cnnviz.training.recipe import Recipe
from cnnviz.training.records import Run
from cnnviz.training.store import open_store
from cnnviz.training.worker import execute


def train_in_foreground(network: Network, recipe: Recipe) -> Run:
    """Train a network in this process, with a progress bar on stderr, recorded in the store like any run.

    Raises SpecError or RecipeError, before a run is recorded, when network and recipe do not go together, and
    CnnvizError with the reason when the run fails.
    """
    summary = summarize(network)
    if summary.output_shape is None:
        raise SpecError(f"{network.name} does not fit together: {summary.problem}")
    check_fit(network.input_shape, summary.output_shape, recipe)
    resolve(recipe.device)
    with open_store() as store, _progress() as progress:
        run_id = store.create_run(to_text(network), recipe, network.name)
        bar = _Bar(progress, progress.add_task(f"{network.name} ({run_id})", total=None, rate="", numbers=""))
        run = execute(store, run_id, on_event=bar.show)
    if run.status == "failed":
        raise CnnvizError(f"run {run.id} failed: {run.error}")
    return run


def ending_text(run: Run) -> str:
    """Return the book's two lines of a finished run, or where it was stopped."""
    if run.status == "finished":
        return "\n".join(summary_lines(run))
    return f"{run.status} at step {run.step:,} of {run.num_steps:,}; what was measured is kept as run {run.id}"


def runs_text(runs: Sequence[Run]) -> str:
    """Return one line a run under a head, or what to do where there are none."""
    if not runs:
        return "No runs yet; start one with `cnnviz train lenet --data shapes`."
    table = [_HEAD, *(_cells(run) for run in runs)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in table)


def run_dict(run: Run) -> dict[str, Any]:
    """Return a run as JSON's types: the names of `Run`, its recipe as an object."""
    return {**asdict(run), "recipe": run.recipe.model_dump()}


_HEAD = ("Id", "Network", "Data", "Status", "Steps", "Loss", "Train acc", "Test acc", "Examples/s")


def _cells(run: Run) -> tuple[str, ...]:
    numbers = (_decimals(number) for number in (run.loss, run.train_acc, run.test_acc))
    rate = f"{run.examples_per_s:,.1f}" if run.examples_per_s else "-"
    return (run.id, run.name, run.recipe.data, run.status, f"{run.step}/{run.num_steps}", *numbers, rate)


def _decimals(number: float | None) -> str:
    return "-" if number is None else f"{number:.3f}"


class _Bar:
    """The progress bar of one run."""

    def __init__(self, progress: Progress, task: TaskID) -> None:
        self.progress, self.task = progress, task

    def show(self, event: Event) -> None:
        match event:
            case events.Progress():
                rate = f"{event.wall_examples_per_s:,.0f} examples/s"
                self.progress.update(self.task, completed=event.step, total=event.num_steps, rate=rate)
            case events.Point():
                numbers = f"loss {event.train_loss:.3f}, train acc {event.train_acc:.3f}"
                self.progress.update(self.task, numbers=numbers)


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[rate]}", markup=False),
        TextColumn("{task.fields[numbers]}", markup=False),
        console=Console(stderr=True),
    )
