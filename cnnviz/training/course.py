"""A run's course: it goes on from its newest checkpoint, is recorded and saved, and ends when done or asked to."""

import logging
from collections.abc import Callable
from contextlib import closing
from functools import partial

import torch
from torch import nn

from cnnviz.errors import StoreError
from cnnviz.network.build import build
from cnnviz.network.document import parse
from cnnviz.network.spec import Network
from cnnviz.training import checkpoint_folder, checkpoints, ranks
from cnnviz.training.capacity import told_out_of_memory
from cnnviz.training.data import load_dataset
from cnnviz.training.devices import resolve
from cnnviz.training.events import Event, Result, TestPoint
from cnnviz.training.fit import check_input
from cnnviz.training.home import checkpoints_folder, run_folder
from cnnviz.training.initialization import initialize
from cnnviz.training.interrupts import Interrupts
from cnnviz.training.loop import Training
from cnnviz.training.monitor import monitor, system_text
from cnnviz.training.ranks import Order
from cnnviz.training.recording import Ending, Recorder
from cnnviz.training.records import Run
from cnnviz.training.saving import Saver
from cnnviz.training.store import Store
from cnnviz.training.trackers import Trackers

logger = logging.getLogger(__name__)


def train_and_record(
    store: Store, run: Run, interrupts: Interrupts, on_event: Callable[[Event], None], *, interval_s: float
) -> None:
    """Train a running run to its end, or until it is to stop or pause, and record that.

    Of several ranks only the first one records and saves; all go and end together. Raises CnnvizError where network,
    recipe and machine do not go together, and StoreError when the run cannot be recorded.
    """
    device, network = ranks.own_device(resolve(run.recipe.device)), parse(run.network)
    check_input(network.input_shape, run.recipe)
    with told_out_of_memory(network, run.recipe, device):
        training = _training(run, network, device)
        saver = Saver(checkpoints_folder(run.id), kept=run.recipe.checkpoints)
        num_points = _restore(training, saver)
        orders = ranks.Orders(interval_s) if ranks.number() is not None else ranks.own_orders
        if not ranks.is_first():
            _go_along(training, orders)
            return
        store.set_device(run.id, str(device))
        logger.info("on %s; %s", device, system_text())
        with Trackers(run, after_step=training.place.step) as trackers:
            read = monitor(device)
            recorder = Recorder(store, run.id, trackers, read, num_points=num_points, interval_s=interval_s)
            ending = _Course(training, recorder, saver, interrupts, orders).follow(on_event)
            if isinstance(ending, Result):
                _write_weights(run, training.plain_module)
            recorder.end(ending)
        logger.info("run %s is %s", run.id, store.run(run.id).status)


def _write_weights(run: Run, module: nn.Module) -> None:
    """Write a finished run's weights beside its checkpoints, which have them too."""
    path = run_folder(run.id) / "weights.safetensors"
    try:
        path.unlink(missing_ok=True)  # of fewer epochs
        checkpoints.write_tensors(path, module.state_dict())
    except (StoreError, OSError) as error:
        logger.warning("the weights are in the newest checkpoint only: %s", error)


class _Course:
    """A training, what records and saves it, and whom it obeys."""

    def __init__(
        self, training: Training, recorder: Recorder, saver: Saver, interrupts: Interrupts, orders: ranks.Obey
    ) -> None:
        self.training, self.recorder, self.saver = training, recorder, saver
        self.interrupts, self.orders = interrupts, orders

    def follow(self, on_event: Callable[[Event], None]) -> Ending:
        """Train until it is done, or until it is to stop or pause and is saved."""
        self.interrupts.are_heeded = True
        with closing(self.training.events()) as events:
            for event in events:
                self._take(event)
                on_event(event)
                if isinstance(event, Result):
                    return event
                order = self.orders(partial(self._decide, event), now=isinstance(event, TestPoint))
                if order != "go on":
                    self._save()
                if order == "stop" or order == "pause":
                    return order
        raise AssertionError("training ended without a result")

    def _take(self, event: Event) -> None:
        """Record an event; where that is impossible, save what has been trained before that is told."""
        try:
            self.recorder.take(event)
        except StoreError:
            self._save()
            raise

    def _decide(self, event: Event) -> Order:
        if self.interrupts.asked:
            return "stop"
        if request := self.recorder.request():
            return request
        is_last = isinstance(event, TestPoint) and event.epoch >= self.training.recipe.epochs
        return "save" if is_last or self.saver.is_due(event) else "go on"

    def _save(self) -> None:
        state = {**self.training.state(), "num_points": self.recorder.num_points}
        self.saver.save(self.training.place.step, state)


def _go_along(training: Training, orders: ranks.Obey) -> None:
    """Train as one of the ranks after the first."""
    with closing(training.events()) as events:
        for event in events:
            if isinstance(event, Result) or orders(_nothing, now=isinstance(event, TestPoint)) in ("stop", "pause"):
                break


def _nothing() -> Order:
    raise AssertionError("only the first rank decides")


def _training(run: Run, network: Network, device: torch.device) -> Training:
    dataset = load_dataset(run.recipe.data, examples=run.recipe.num_examples)
    torch.manual_seed(run.recipe.seed)
    module = build(network)
    initialize(module, run.recipe.initialization)
    return Training(module, dataset, run.recipe, device=device)


def _restore(training: Training, saver: Saver) -> int:
    """Go on from the newest whole checkpoint, where there is one, and return how many points the run had there."""
    path = checkpoint_folder.newest(saver.folder)
    if path is None:
        return 0
    state = checkpoints.load(path)
    training.restore(state)
    logger.info("goes on from %s", path.name)
    return int(state["num_points"])
