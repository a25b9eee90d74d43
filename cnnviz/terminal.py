"""Runs in the terminal: a progress bar while one trains, the book's two lines at its end, and the list of all."""

import time
from collections.abc import Sequence
from typing import Literal

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from cnnviz.errors import CnnvizError, SpecError
from cnnviz.network.document import to_text
from cnnviz.network.spec import Network
from cnnviz.network.summary import summarize
from cnnviz.training import events
from cnnviz.training.allocator import keep_freed_memory
from cnnviz.training.events import Event, summary_lines
from cnnviz.training.fit import check_fit
from cnnviz.training.launch import dispatch, mark_interrupted, queue
from cnnviz.training.recipe import Recipe
from cnnviz.training.records import Run
from cnnviz.training.store import Store, open_store
from cnnviz.training.trackers import check_trackers
from cnnviz.training.worker import execute

_LOOK_AGAIN_S = 0.3


def train_in_foreground(network: Network, recipe: Recipe, *, name: str) -> Run:
    """Train a network in this process, with a progress bar on stderr, recorded in the store like any run.

    Raises SpecError or RecipeError, before a run is recorded, when network, recipe and machine do not go together, and
    CnnvizError with the reason when the run fails.
    """
    summary = summarize(network)
    if summary.output_shape is None:
        raise SpecError(f"{network.name} does not fit together: {summary.problem}")
    check_fit(network.input_shape, summary.output_shape, recipe)
    check_trackers(recipe.trackers)
    with open_store() as store:
        run_id = queue(store, to_text(network), recipe, name, in_foreground=True)
        return _execute_in_turn(store, run_id)


def resume_in_foreground(run_id: str, *, epochs: int | None, from_step: int | None = None) -> Run:
    """Go on with a run in this process as `train_in_foreground` does, for so many epochs in all where they are given.

    It goes on from its newest checkpoint, or from that of a step. Raises StoreError when it waits or runs already, has
    so many epochs, or no such checkpoint.
    """
    with open_store() as store:
        mark_interrupted(store)
        check_trackers(store.run(run_id).recipe.trackers)
        store.requeue(run_id, epochs, from_step=from_step, in_foreground=True)
        return _execute_in_turn(store, run_id)


def _execute_in_turn(store: Store, run_id: str) -> Run:
    """Execute a queued run when its device is idle and those before it are done; what waits behind it comes next."""
    keep_freed_memory()
    with _progress() as progress:
        bar = _Bar(progress, store.run(run_id))
        if _is_given_its_turn(store, run_id, bar):
            execute(store, run_id, on_event=bar.show)
            dispatch(store)
    run = store.run(run_id)
    if run.status == "failed":
        raise CnnvizError(f"run {run.id} failed: {run.error}")
    return run


def _is_given_its_turn(store: Store, run_id: str, bar: "_Bar") -> bool:
    """Wait until it is a run's turn; False when it is taken out of the queue, by Ctrl-C or elsewhere."""
    try:
        while (run := store.run(run_id)).status == "queued":
            dispatch(store)  # those that waited before it
            if store.reserve(run.device, run_id=run_id):
                return True
            bar.tell_once(f"run {run_id} waits for its turn: {run.device} is busy, see `cnnviz runs`")
            time.sleep(_LOOK_AGAIN_S)
    except KeyboardInterrupt:
        store.request_stop(run_id)
    return False


def end_run(run_id: str, request: Literal["stop", "pause"]) -> str:
    """Stop or pause a run, wait until it has ended, and return what became of it."""
    with open_store() as store:
        mark_interrupted(store)
        before = store.run(run_id)
        (store.request_stop if request == "stop" else store.request_pause)(run_id)
        while (run := store.run(run_id)).is_active:
            time.sleep(_LOOK_AGAIN_S)
            mark_interrupted(store)
    if run.status == before.status:
        return f"run {run_id} is {run.status} already"
    return ending_text(run)


def ending_text(run: Run) -> str:
    """Return the book's two lines of a finished run, or where it was stopped."""
    if run.status == "finished":
        return "\n".join(summary_lines(run))
    place = f"at step {run.step:,} of {run.num_steps:,}" if run.step else "before its first step"
    return f"{run.status} {place}; what was measured is kept as run {run.id}, and `cnnviz resume {run.id}` goes on"


def runs_text(runs: Sequence[Run]) -> str:
    """Return one line a run under a head, or what to do where there are none."""
    if not runs:
        return "No runs yet; start one with `cnnviz train lenet --data shapes`."
    table = [_HEAD, *(_cells(run) for run in runs)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in table)


_HEAD = ("Id", "Network", "Data", "Status", "Steps", "Loss", "Train acc", "Test acc", "Examples/s")


def _cells(run: Run) -> tuple[str, ...]:
    numbers = (_decimals(number) for number in (run.loss, run.train_acc, run.test_acc))
    rate = f"{run.examples_per_s:,.1f}" if run.examples_per_s else "-"
    return (run.id, run.name, run.recipe.data, run.status, f"{run.step}/{run.num_steps}", *numbers, rate)


def _decimals(number: float | None) -> str:
    return "-" if number is None else f"{number:.3f}"


class _Bar:
    """The progress bar of one run."""

    def __init__(self, progress: Progress, run: Run) -> None:
        self.progress, self.told = progress, ""
        self.task = progress.add_task(f"{run.name} ({run.id})", total=None, rate="", numbers="")

    def tell_once(self, words: str) -> None:
        """Say something above the bar, unless it was the last thing said."""
        if words != self.told:
            self.progress.console.print(words, markup=False, highlight=False, soft_wrap=True)
        self.told = words

    def show(self, event: Event) -> None:
        """Show how far the run is."""
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
