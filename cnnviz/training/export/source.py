"""A run's network as a plain PyTorch file that takes its weights: it needs nothing of cnnviz."""

import inspect

import torch
from torch import nn

from cnnviz.errors import CnnvizError
from cnnviz.network.document import parse
from cnnviz.network.source import to_source
from cnnviz.network.spec import Network
from cnnviz.training.data import DatasetEntry
from cnnviz.training.events import summary_lines
from cnnviz.training.records import Run

_MAIN = '\n\nif __name__ == "__main__":\n'  # where `to_source` begins with what runs when the file does


_LOAD = """\
    import sys

    if sys.argv[1:]:
        load_weights(net, sys.argv[1])
"""


def load_weights(net: nn.Module, path: str) -> nn.Module:
    """Load the weights of a .pt or .safetensors file; the network is then ready to predict."""
    if path.endswith(".safetensors"):
        from safetensors.torch import load_file  # pip install safetensors

        weights = load_file(path)
    else:
        weights = torch.load(path, weights_only=True)
    net.load_state_dict(weights)
    return net.eval()


def run_source(run: Run) -> str:
    """Return a file that makes the run's network as `net`, and `load_weights(net, path)` that loads what it learned.

    Run with a file of weights, it prints what the network makes of a random image.
    Raises SpecError when the network does not fit together.
    """
    network = parse(run.network)
    definitions, _, main = to_source(network).rpartition(_MAIN)
    dataset = _dataset(run)
    about = "".join(f"# {line}\n" for line in _about(run, network, dataset))
    classes = f"CLASSES = {dataset.class_names!r}\n\n\n" if dataset else ""
    return f"{about}\n{definitions}\n\n{classes}{inspect.getsource(load_weights)}{_MAIN}{_LOAD}{main}"


def _dataset(run: Run) -> DatasetEntry | None:
    """Return what is known of the run's data set, or None where it is no longer here."""
    try:
        return run.recipe.dataset
    except CnnvizError:
        return None


def _about(run: Run, network: Network, dataset: DatasetEntry | None) -> list[str]:
    numbers, _ = summary_lines(run)
    title = " ".join((dataset.title if dataset else run.recipe.data).split())
    shape, resize = ", ".join(map(str, network.input_shape)), run.recipe.resize
    resized = "" if resize is None else ", resized with antialiasing as PIL does it (bilinear)"
    order = ", in the order of CLASSES" if dataset else ""
    return [
        f"Run {run.id} of cnnviz, {run.status}: {numbers}.",
        f"Trained on {title}. Images are float32 (N, {shape}) in 0…1{resized}.",
        f"It gives one number a class{order}; softmax makes probabilities of them.",
        "    from FILE import load_weights, net",
        '    load_weights(net, "WEIGHTS.pt")  # or .safetensors',
    ]
