"""A run's network as a plain PyTorch file that takes its weights: it needs nothing of cnnviz."""

import inspect

import torch
from torch import nn

from cnnviz.network.document import parse
from cnnviz.network.source import to_source
from cnnviz.training.events import summary_lines
from cnnviz.training.recipe import Recipe
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
    definitions, _, main = to_source(parse(run.network)).rpartition(_MAIN)
    about = "".join(f"# {line}\n" for line in _about(run))
    classes = f"CLASSES = {run.recipe.dataset.class_names!r}\n\n\n"
    return f"{about}\n{definitions}\n\n{classes}{inspect.getsource(load_weights)}{_MAIN}{_LOAD}{main}"


def _about(run: Run) -> list[str]:
    numbers, _ = summary_lines(run)
    return [
        f"Run {run.id} of cnnviz, {run.status}: {numbers}.",
        f"Trained on {run.recipe.dataset.title}. {images_text(run.recipe)}",
        "It gives one number a class, in the order of CLASSES; softmax makes probabilities of them.",
        "    from FILE import load_weights, net",
        '    load_weights(net, "WEIGHTS.pt")  # or .safetensors',
    ]


def images_text(recipe: Recipe) -> str:
    """Say how images are given to a network that was trained by this recipe."""
    resized = "" if recipe.resize is None else ", resized with antialiasing as PIL does it (bilinear)"
    return f"Images are float32 (N, {', '.join(map(str, recipe.image_shape))}) in 0…1{resized}."
