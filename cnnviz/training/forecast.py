"""What a run will take, told before it is launched: memory on its device, and time, from a few measured steps."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import psutil

from cnnviz.formatting import bytes_text, duration_text
from cnnviz.network.document import to_text
from cnnviz.network.spec import Network
from cnnviz.training import background
from cnnviz.training.allocator import ALLOCATOR
from cnnviz.training.recipe import Recipe

if TYPE_CHECKING:
    from torch import device

# Measured on the CPU (benchmarks/forecast.py): a worker before it trains, PyTorch's libraries included, and what it
# then holds by bytes of tensors, since it keeps what is freed for the next step, and operations need room to work.
_PROCESS_BYTES = 880_000_000
_CPU_HELD = 1.7
_LABEL_BYTES = 8
_UP_TO_DATE_S = 24 * 3600.0

# What a step's time does not depend on: only how many there are, or what comes out.
_UNTIMED = frozenset(
    {"data", "examples", "validation", "epochs", "lr", "schedule", "step_epochs", "gamma", "warmup_epochs", "seed"}
    | {"initialization", "trackers", "weight_decay", "label_smoothing"}
)


@dataclass(frozen=True)
class MemoryForecast:
    """Bytes that a run will hold on its device, and what the device has.

    `data_bytes` are the images and labels, which stay there, `training_bytes` the most that a step's tensors hold (in
    float32; half precision needs less), `framework_bytes` PyTorch itself and what it holds in reserve.
    `largest_batch` is the largest batch size that fits, 0 where none does.
    """

    device: str
    batch_size: int
    data_bytes: int
    training_bytes: int
    framework_bytes: int
    free_bytes: int
    total_bytes: int
    largest_batch: int

    @property
    def needed_bytes(self) -> int:
        """All that the run will hold."""
        return self.data_bytes + self.training_bytes + self.framework_bytes

    @property
    def fits(self) -> bool:
        """Whether the device has as much free."""
        return self.needed_bytes <= self.free_bytes

    @property
    def text(self) -> str:
        """Say whether it fits, and which batch would where it does not."""
        needed = f"about {bytes_text(self.needed_bytes)} of memory"
        if self.fits:
            return f"{needed}, of {bytes_text(self.free_bytes)} free on {self.device}"
        remedy = f"batch {self.largest_batch:,} would" if self.largest_batch else "nor would any other batch"
        return f"would not fit: {needed}, and {self.device} has {bytes_text(self.free_bytes)} free; {remedy}"


def forecast_memory(network: Network, recipe: Recipe) -> MemoryForecast:
    """Return what a run of a network would hold on the recipe's device, without taking any of it.

    Raises SpecError when the network does not fit together, RecipeError when data set or device are not there.
    """
    from cnnviz.network.costs.memory import memory
    from cnnviz.training.devices import resolve

    device = resolve(recipe.device)
    peak = memory(network, batch_size=_batch_per_process(recipe), optimizer=_ledger_optimizer(recipe)).peak_bytes
    free, total = _device_memory(device)
    processes = recipe.devices if device.type == "cpu" else 1  # on one device
    data = data_bytes(recipe)
    return MemoryForecast(
        device=str(device),
        batch_size=recipe.batch_size,
        data_bytes=data,
        training_bytes=peak * processes,
        framework_bytes=_framework_bytes(peak, device) * processes,
        free_bytes=free,
        total_bytes=total,
        largest_batch=_largest_batch(network, recipe, device, (free - data) // processes),
    )


def largest_fitting_batch(network: Network, recipe: Recipe, *, free_bytes: int | None = None) -> int:
    """Return the largest batch size with which a run fits what its device has free, or had; 0 where none does.

    Raises as `forecast_memory` does.
    """
    from cnnviz.training.devices import resolve

    device = resolve(recipe.device)
    processes = recipe.devices if device.type == "cpu" else 1
    free = _device_memory(device)[0] if free_bytes is None else free_bytes
    return _largest_batch(network, recipe, device, (free - data_bytes(recipe)) // processes)


def data_bytes(recipe: Recipe) -> int:
    """Return how many bytes a recipe's images and labels take, as they are held while training."""
    channels, height, width = recipe.dataset.image_shape
    return (recipe.num_examples + recipe.dataset.num_test) * (channels * height * width + _LABEL_BYTES)


def _largest_batch(network: Network, recipe: Recipe, device: device, budget_bytes: int) -> int:
    """Return the largest global batch of which each process's part stays within a budget."""
    from cnnviz.network.costs.gpus import tensor_budget
    from cnnviz.network.costs.memory import largest_batch

    tensors = tensor_budget(budget_bytes)[0] if device.type == "cuda" else (budget_bytes - _PROCESS_BYTES) / _CPU_HELD
    return largest_batch(network, tensors, optimizer=_ledger_optimizer(recipe)) * recipe.devices


def _batch_per_process(recipe: Recipe) -> int:
    return -(-recipe.batch_size // recipe.devices)


def _ledger_optimizer(recipe: Recipe) -> str:
    """Return the optimizer as the memory ledger calls it."""
    return "momentum" if recipe.optimizer == "sgd" and recipe.momentum else recipe.optimizer


def _framework_bytes(peak_bytes: int, device: device) -> int:
    from cnnviz.network.costs.gpus import gpu_range

    if device.type == "cuda":
        return round(gpu_range(peak_bytes)[1]) - peak_bytes
    return _PROCESS_BYTES + round((_CPU_HELD - 1) * peak_bytes)


def _device_memory(device: device) -> tuple[int, int]:
    """Return a device's free and total memory in bytes; NVML tells a CUDA device's without taking any of it."""
    import torch

    from cnnviz.training.monitor import monitor

    if device.type != "cuda":
        machine = psutil.virtual_memory()
        return int(machine.available), int(machine.total)
    total = int(torch.cuda.get_device_properties(device).total_memory)
    return total - monitor(device)().memory_bytes, total


@dataclass(frozen=True)
class Speed:
    """Examples a second while training and while testing, from `num_steps` measured steps."""

    examples_per_s: float
    test_examples_per_s: float
    num_steps: int


@dataclass(frozen=True)
class TimeForecast:
    """How long a run will take, and one of its epochs with its test."""

    total_s: float
    epoch_s: float
    examples_per_s: float

    @property
    def text(self) -> str:
        """Say it as "about 25 min, 3,400 examples/s"."""
        rate = f"{self.examples_per_s:,.0f}" if self.examples_per_s >= 10 else f"{self.examples_per_s:.1f}"
        return f"about {_about(self.total_s)}, {rate} examples/s"


def forecast_time(recipe: Recipe, speed: Speed) -> TimeForecast:
    """Return how long a run of a recipe takes at a speed."""
    num_tested = recipe.dataset.num_test + recipe.num_validation
    epoch_s = recipe.num_trained / speed.examples_per_s + num_tested / speed.test_examples_per_s
    return TimeForecast(recipe.epochs * epoch_s, epoch_s, speed.examples_per_s)


def _about(seconds: float) -> str:
    """Write a duration without more digits than a forecast has: minutes from 10 min on."""
    minutes = round(seconds / 60)
    return f"{minutes} min" if 600 <= seconds < 3570 else duration_text(seconds)


@dataclass(frozen=True)
class Measurement:
    """How measuring a run's steps is getting on: `forecast` once it is done, `error` where it failed."""

    status: Literal["running", "done", "failed"]
    forecast: TimeForecast | None = None
    error: str | None = None


def start_measuring(network: Network, recipe: Recipe) -> None:
    """Start measuring a few steps in a process of its own; `measured` tells when it is done.

    Raises StoreError when nothing can be started.
    """
    request = {"network": to_text(network), "recipe": recipe.model_dump(mode="json")}
    background.start(_work(network, recipe), "cnnviz.training.speed", request, environment=ALLOCATOR)


def measured(network: Network, recipe: Recipe) -> Measurement | None:
    """Return how long a run would take, or how the measuring is getting on; None where it was not begun, or long ago.

    What was measured holds for all recipes with the same steps, however many there are of them.
    """
    state = background.look(_work(network, recipe))
    if state is None or (state.ended_at is not None and time.time() - state.ended_at > _UP_TO_DATE_S):
        return None
    forecast = forecast_time(recipe, Speed(**state.result)) if state.status == "done" else None
    return Measurement(state.status, forecast, state.error)


def speed_dict(speed: Speed) -> dict[str, Any]:
    """Return a speed as JSON's types."""
    return asdict(speed)


def _work(network: Network, recipe: Recipe) -> Path:
    """Return the folder of measuring a network's steps, the same one wherever they take the same time."""
    settings = {name: value for name, value in recipe.model_dump(mode="json").items() if name not in _UNTIMED}
    question = json.dumps([to_text(network), recipe.image_shape, recipe.dataset.image_shape, settings], sort_keys=True)
    return background.work_folder(f"speed-{hashlib.sha256(question.encode()).hexdigest()[:24]}")
