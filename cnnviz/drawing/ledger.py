"""The memory ledger as text for a terminal."""

from collections.abc import Mapping

from cnnviz.formatting import bytes_text
from cnnviz.network.costs.gpus import gpu_range
from cnnviz.network.costs.memory import Ledger

BatchRange = tuple[int, int]
"""The largest batch size that surely fits, and the one that does at best."""


def ledger_text(ledger: Ledger, name: str) -> str:
    """Write what training holds in memory, one line for each part, and the most that exists at once."""
    lines = [f"{name}, a batch of {ledger.batch_size:,}, {ledger.optimizer}, float32", ""]
    lines += [f"{label:<20}{bytes_text(getattr(ledger, attribute)):>9}" for label, attribute in PARTS]
    least, most = map(bytes_text, gpu_range(ledger.peak_bytes))
    return "\n".join([*lines, "", f"On a CUDA GPU the step takes about {least} to {most}: {_OVERHEAD}."])


def batches_text(batches: Mapping[str, BatchRange], memories: Mapping[str, float]) -> str:
    """Write the largest batch for each GPU with its memory in bytes."""
    lines = [f"{name:<13}{_gigabytes(memories[name]):>7}{range_text(batch):>24}" for name, batch in batches.items()]
    return "\n".join([f"{'GPU':<13}{'memory':>7}{'largest batch':>24}", *lines, "", _MEANING])


PARTS = (
    ("Weights", "weight_bytes"),
    ("Gradients", "gradient_bytes"),
    ("Optimizer state", "optimizer_bytes"),
    ("Saved for backward", "saved_bytes"),
    ("Images and labels", "batch_bytes"),
    ("Together", "total_bytes"),
    ("At most at once", "peak_bytes"),
    ("Inference", "inference_bytes"),
)
"""What is told of a ledger: a label, and the attribute that it stands for."""

_OVERHEAD = "× 1.1 for memory between tensors, and 0.5 to 1 GB for CUDA itself"


_MEANING = "The first number surely fits; the second does at best."


def _gigabytes(num_bytes: float) -> str:
    return f"{num_bytes / 1e9:.3g} GB"


def range_text(batch: BatchRange) -> str:
    """Write the largest batch that surely fits, and the one that does at best."""
    surely, at_best = batch
    return f"{surely:,} to {at_best:,}" if at_best else "none"
