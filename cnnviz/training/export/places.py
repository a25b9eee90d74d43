"""Where a run's weights lie; known without PyTorch, which takes seconds to import."""

from pathlib import Path

from cnnviz.training.home import checkpoints_folder, home
from cnnviz.training.records import Run


def final_weights(run: Run) -> Path:
    """Return the file in which a finished run's weights are."""
    return home() / "runs" / run.id / "weights.safetensors"


def has_weights(run: Run) -> bool:
    """Whether there are weights to export: the final ones, or a checkpoint, be it damaged."""
    return final_weights(run).is_file() or any(checkpoints_folder(run.id).glob("step-*"))
