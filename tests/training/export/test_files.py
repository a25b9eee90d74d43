import csv
import io
import json
import subprocess
import sys

import pytest
import torch
from safetensors.torch import load

from cnnviz.errors import StoreError
from cnnviz.training import checkpoints
from cnnviz.training.events import LayerStatistics, Point, TestPoint
from cnnviz.training.export.files import EXPORTS, export_run
from cnnviz.training.home import run_folder
from cnnviz.training.store import open_store

WITHOUT_CNNVIZ = """
import importlib, sys
sys.modules["cnnviz"] = None  # any import of it fails
sys.path.insert(0, ".")
import torch
source = importlib.import_module("exported")
net = source.load_weights(source.net, sys.argv[1])
torch.save(net(torch.load("images.pt")), "outputs.pt")
print(*source.CLASSES, sep="|")
"""


@pytest.mark.parametrize("ending", ["pt", "safetensors"])
def test_exported_source_and_weights_give_the_same_outputs_in_plain_pytorch(trained, module, tmp_path, ending):
    (tmp_path / "exported.py").write_bytes(export_run(trained, "source"))
    (tmp_path / f"weights.{ending}").write_bytes(export_run(trained, "weights", format=ending))
    images = torch.rand(3, 1, 28, 28)
    torch.save(images, tmp_path / "images.pt")
    command = [sys.executable, "-c", WITHOUT_CNNVIZ, f"weights.{ending}"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert torch.equal(torch.load(tmp_path / "outputs.pt"), module(images))
    assert done.stdout.startswith("circle|ring|square|")


def test_the_exported_source_runs_by_itself_with_the_weights(trained, tmp_path):
    (tmp_path / "exported.py").write_bytes(export_run(trained, "source"))
    (tmp_path / "weights.pt").write_bytes(export_run(trained, "weights", format="pt"))
    command = [sys.executable, "exported.py", "weights.pt"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout == "torch.Size([1, 10])\n"


def test_the_weights_are_those_of_the_run_under_the_networks_names(trained, module):
    weights = load(export_run(trained, "weights"))
    expected = module.state_dict()
    assert weights.keys() == expected.keys()
    assert all(torch.equal(weights[name], expected[name]) for name in expected)


def test_metrics_are_the_points_with_nothing_where_nothing_was_measured(queued):
    with open_store() as store:
        store.claim(queued, pid=1, pid_started=0.0, device="cpu")
        store.add_point(queued, 1, Point(0.5, float("nan"), 0.25))
        store.add_point(queued, 2, TestPoint(1, 0.5))
    rows = list(csv.DictReader(io.StringIO(export_run(queued, "metrics").decode())))
    picked = [{name: row[name] for name in ("seq", "epoch", "train_loss", "train_acc", "test_acc")} for row in rows]
    assert picked == [
        {"seq": "1", "epoch": "0.5", "train_loss": "", "train_acc": "0.25", "test_acc": ""},
        {"seq": "2", "epoch": "1.0", "train_loss": "", "train_acc": "", "test_acc": "0.5"},
    ]
    exported = json.loads(export_run(queued, "metrics", format="json"))
    assert exported["points"][0]["train_loss"] is None
    assert exported["run"]["recipe"]["data"] == "shapes"
    assert exported["run"]["network"].startswith("name: Tiny\n")


@pytest.mark.parametrize("what", ["weights", "onnx"])
def test_a_run_without_weights_says_why(queued, what):
    with pytest.raises(StoreError, match=f"run {queued} is queued and has no weights yet: they are saved after each"):
        export_run(queued, what)
    with open_store() as store:
        store.claim(queued, pid=1, pid_started=0.0, device="cpu")
        store.fail(queued, "no data")
    with pytest.raises(StoreError, match=f"run {queued} failed before weights were saved"):
        export_run(queued, what)


def test_a_run_that_goes_on_exports_its_newest_checkpoint(queued, module):
    folder = run_folder(queued) / "checkpoints"
    checkpoints.save(folder, 10, {"module": {name: 0 * tensor for name, tensor in module.state_dict().items()}})
    checkpoints.save(folder, 20, {"module": module.state_dict()})
    weights = load(export_run(queued, "weights"))
    assert all(torch.equal(weights[name], tensor) for name, tensor in module.state_dict().items())


def test_a_damaged_checkpoint_gives_way_to_the_one_before(queued, module):
    folder = run_folder(queued) / "checkpoints"
    checkpoints.save(folder, 10, {"module": module.state_dict()})
    (checkpoints.save(folder, 20, {"module": module.state_dict()}) / "tensors.safetensors").write_bytes(b"cut")
    weights = load(export_run(queued, "weights"))
    assert all(torch.equal(weights[name], tensor) for name, tensor in module.state_dict().items())


def test_damaged_weights_are_named(trained):
    (run_folder(trained) / "weights.safetensors").write_bytes(b"cut short")
    with pytest.raises(StoreError, match=r"the weights of run \w+ cannot be read: .*weights.safetensors"):
        export_run(trained, "weights")


def test_every_form_of_every_export_is_written(trained):
    assert all(export_run(trained, what, format=ending) for what, forms in EXPORTS.items() for ending in forms)


@pytest.mark.parametrize(
    ("what", "ending", "message"),
    [
        ("wieghts", None, "there is no export 'wieghts'; it is one of weights, metrics, source, onnx"),
        ("weights", "csv", r"weights cannot be written as 'csv'; the file must end with \.safetensors, \.pt"),
    ],
)
def test_what_cannot_be_exported_is_named_with_what_can(trained, what, ending, message):
    with pytest.raises(StoreError, match=message):
        export_run(trained, what, format=ending)


def test_statistics_of_layers_are_exported_with_null_where_they_are_not_finite(queued):
    layer = LayerStatistics("0", gradient_norm=float("inf"), update_ratio=0.001, dead_share=None)
    with open_store() as store:
        store.claim(queued, pid=1, pid_started=0.0, device="cpu")
        store.add_point(queued, 1, Point(0.5, 2.3, 0.25, layers=(layer,)))
    exported = json.loads(export_run(queued, "metrics", format="json"))
    shown = {"path": "0", "gradient_norm": None, "update_ratio": 0.001, "dead_share": None}
    assert exported["layers"] == [{"seq": 1, "layers": [shown]}]
