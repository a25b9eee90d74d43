"""The weights that a run has learned so far, as tensors and as files."""

import io
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save
from torch import Tensor

from cnnviz.errors import StoreError
from cnnviz.training import checkpoint_folder, checkpoints
from cnnviz.training.export.places import final_weights
from cnnviz.training.home import checkpoints_folder
from cnnviz.training.records import Run

Weights = Mapping[str, Tensor]


def trained_weights(run: Run) -> Weights:
    """Return a run's weights on the CPU by the names of `build(parse(run.network))`: the final or the newest ones.

    Raises StoreError saying why there are none yet, or that they cannot be read.
    """
    final, checkpoint = final_weights(run), checkpoint_folder.newest(checkpoints_folder(run.id))
    if final.is_file() and (run.status == "finished" or checkpoint is None):
        return _read(final, run)
    if checkpoint is None:
        raise StoreError(no_weights_text(run))
    weights: Weights = checkpoints.load(checkpoint)["module"]
    return weights


def _read(path: Path, run: Run) -> Weights:
    try:
        weights: Weights = load_file(path)
    except (OSError, SafetensorError) as error:
        raise StoreError(f"the weights of run {run.id} cannot be read: {error} ({path})") from error
    return weights


def no_weights_text(run: Run) -> str:
    """Say why a run has no weights."""
    if run.is_active:
        return f"run {run.id} is {run.status} and has no weights yet: they are saved after each epoch"
    return f"run {run.id} {_ENDINGS.get(run.status, run.status)} before weights were saved: there are none to export"


_ENDINGS = {"interrupted": "was interrupted"}


def weights_safetensors(weights: Weights) -> bytes:
    """Return weights as a safetensors file."""
    content: bytes = save({name: tensor.contiguous() for name, tensor in weights.items()}, metadata={"format": "pt"})
    return content


def weights_pt(weights: Weights) -> bytes:
    """Return weights as what `torch.save` writes of a state_dict; `torch.load(…, weights_only=True)` reads it."""
    file = io.BytesIO()
    torch.save(dict(weights), file)
    return file.getvalue()
