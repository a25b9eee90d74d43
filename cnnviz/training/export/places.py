"""Where a run's weights lie; known without PyTorch, which takes seconds to import."""

from pathlib import Path

from cnnviz.training.home import home
from cnnviz.training.records import Run


def final_weights(run: Run) -> Path:
    """Return the file in which a finished run's weights are."""
    return home() / "runs" / run.id / "weights.safetensors"


def checkpoints_folder(run: Run) -> Path:
    """Return the folder of a run's checkpoints."""
    return home() / "runs" / run.id / "checkpoints"


def has_weights(run: Run) -> bool:
    """Whether there are weights to export: the final ones, or a checkpoint, be it damaged."""
    return final_weights(run).is_file() or any(checkpoints_folder(run).glob("step-*"))
