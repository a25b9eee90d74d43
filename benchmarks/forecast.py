"""What is forecast of a run before it is launched, against the run itself: its memory, and its time.

Steps are measured as the Train page does it; then the run is trained in a worker of its own, as launched. Prints for
each network the forecast and the real resident memory of the worker at most, and the forecast and the real seconds of
training and testing.

    python benchmarks/forecast.py [alexnet …]
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

import cnnviz
from cnnviz.training.allocator import ALLOCATOR
from cnnviz.training.data.own.importing import Import, import_images
from cnnviz.training.forecast import Measurement, forecast_memory, measured, start_measuring
from cnnviz.training.recipe import Recipe, make_recipe
from cnnviz.training.store import open_store

CASES: dict[str, dict[str, Any]] = {
    "lenet": {"data": "shapes", "batch_size": 256},
    "vgg11-narrow": {"data": "noise", "batch_size": 16, "resize": 224},
    "alexnet": {"data": "noise", "batch_size": 32, "resize": 224},
    "resnet18": {"data": "noise", "batch_size": 32, "resize": 96},
}
NUM_NOISE = {"train": 192, "test": 64}  # few, since large networks take seconds for a step


@dataclass(frozen=True)
class Taken:
    """What a run took: seconds of training and testing, and bytes of its process at most."""

    elapsed_s: float
    memory_bytes: int


def main() -> None:
    """Measure and print."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory(prefix="cnnviz-forecast-") as home:
        os.environ["CNNVIZ_HOME"] = home
        print(f"{'network':<14}{'memory, MB':>12}{'real':>8}{'ratio':>7}{'time, s':>10}{'real':>8}{'ratio':>7}")
        _keep_noise()
        for name in arguments.networks or CASES:
            _compare(name, make_recipe(device="cpu", epochs=1, **CASES[name]))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("networks", nargs="*", choices=[*CASES, []], help="some of those; all when left out")
    return parser.parse_args()


def _keep_noise() -> None:
    """Keep a data set of small images that mean nothing."""
    random = np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as folder:
        for part, count in NUM_NOISE.items():
            for index in range(count):
                path = Path(folder) / part / f"class {index % 10}" / f"{index}.png"
                path.parent.mkdir(parents=True, exist_ok=True)
                Image.fromarray(random.integers(0, 256, (28, 28), np.uint8)).save(path)
        import_images(Path(folder), "noise", Import(side=28))


def _compare(name: str, recipe: Recipe) -> None:
    network = cnnviz.load(name)
    memory_bytes = forecast_memory(network, recipe).needed_bytes
    start_measuring(network, recipe)
    forecast = _wait(network, recipe).forecast
    assert forecast is not None
    real = _train(network, recipe)
    memory = f"{memory_bytes / 1e6:>12.0f}{real.memory_bytes / 1e6:>8.0f}{memory_bytes / real.memory_bytes:>7.2f}"
    seconds = f"{forecast.total_s:>10.1f}{real.elapsed_s:>8.1f}{forecast.total_s / real.elapsed_s:>7.2f}"
    print(f"{name:<14}{memory}{seconds}", flush=True)


def _wait(network: cnnviz.Network, recipe: Recipe) -> Measurement:
    while (found := measured(network, recipe)) is None or found.status == "running":
        time.sleep(0.2)
    return found


def _train(network: cnnviz.Network, recipe: Recipe) -> Taken:
    with open_store() as store:
        run_id = store.create_run(cnnviz.to_text(network), recipe, name=network.name)
        worker = subprocess.Popen([sys.executable, "-m", "cnnviz.training.worker", run_id], env=os.environ | ALLOCATOR)
        _, _, used = os.wait4(worker.pid, 0)
        return Taken(store.run(run_id).elapsed_s, _peak_bytes(used))


def _peak_bytes(used: resource.struct_rusage) -> int:
    return used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    main()
