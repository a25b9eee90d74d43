"""Two processes on the CPU, launched together, against one: the same losses at the same batch."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import json, sys, torch
from cnnviz.training.events import Point, TestPoint
from cnnviz.training.loop import Training
from cnnviz.training.recipe import make_recipe
from tests.training.examples import CPU, fresh, random_dataset, small_vgg
from torch import nn

settings = json.loads(sys.argv[1])
recipe = make_recipe(data="shapes", batch_size=8, epochs=2, lr=0.1, **settings)
module = fresh(small_vgg, 0, 28)
for layer in module.modules():
    if isinstance(layer, nn.Dropout):
        layer.p = 0.0  # each process draws its own
training = Training(module, random_dataset(25, 11), recipe, device=CPU)  # the last batch has one example
points = []
for event in training.events():
    if isinstance(event, Point):
        points.append([event.epoch, event.train_loss, event.train_acc])
    if isinstance(event, TestPoint):
        points.append([event.epoch, event.test_acc, event.valid_acc or 0.0])
if training.process == 0:
    print(json.dumps([training.num_processes, points, [p.double().sum().item() for p in module.parameters()]]))
if torch.distributed.is_initialized():
    torch.distributed.destroy_process_group()  # before the interpreter ends, as a worker does
"""
ROOT = Path(__file__).parents[2]


def results(tmp_path: Path, settings: dict, *launcher: str) -> tuple[int, list, list]:
    script = tmp_path / "train.py"
    script.write_text(SCRIPT)
    command = [sys.executable, *launcher, str(script), json.dumps(settings)]
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return tuple(json.loads(done.stdout.splitlines()[-1]))


def test_two_processes_give_the_losses_of_one(tmp_path: Path) -> None:
    settings = {"momentum": 0.9, "flip": True, "crop": 2, "clip_norm": 1.0}
    launcher = ("-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2")
    one, points, weights = results(tmp_path, settings)
    two, their_points, their_weights = results(tmp_path, settings, *launcher)
    assert (one, two) == (1, 2)
    for our, their in zip(points, their_points, strict=True):
        assert their == pytest.approx(our, rel=1e-5)
    assert their_weights == pytest.approx(weights, rel=1e-4, abs=1e-4)
