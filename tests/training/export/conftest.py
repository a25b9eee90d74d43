"""A run with weights, as a worker leaves it."""

import pytest
import torch
from safetensors.torch import save_file

from cnnviz.network.build import build
from cnnviz.network.document import parse, to_text
from cnnviz.network.spec import Network
from cnnviz.training.home import run_folder
from cnnviz.training.recipe import make_recipe
from cnnviz.training.store import open_store

TINY = parse("""
name: Tiny
input_shape: [1, 28, 28]
layers:
  - Conv2d(out_channels=4, kernel_size=5, stride=2)
  - BatchNorm2d()
  - ReLU()
  - Residual:
      body: ["Conv2d(out_channels=4, kernel_size=3, padding=1)"]
      shortcut: []
  - Dropout(p=0.5)
  - Flatten()
  - Linear(out_features=10)
""")


@pytest.fixture
def queued() -> str:
    return new_run(TINY)


def new_run(network: Network) -> str:
    with open_store() as store:
        return store.create_run(to_text(network), make_recipe(data="shapes", epochs=1), network.name)


@pytest.fixture
def module() -> torch.nn.Module:
    """What the run has learned."""
    torch.manual_seed(5)
    module = build(TINY)
    module(torch.rand(8, 1, 28, 28))  # moves the statistics of BatchNorm2d
    return module.eval()


@pytest.fixture
def trained(queued, module) -> str:
    """The id of a run that has weights."""
    save_file(module.state_dict(), run_folder(queued) / "weights.safetensors")
    return queued
