"""The memory ledger as text."""

from cnnviz.drawing.ledger import batches_text, ledger_text
from cnnviz.network.costs.memory import Ledger

LEDGER = Ledger(
    batch_size=1024,
    optimizer="adam",
    weight_bytes=1_000_000,
    gradient_bytes=1_000_000,
    optimizer_bytes=2_000_000,
    saved_bytes=30_000_000,
    batch_bytes=500_000,
    peak_bytes=1_000_000_000,
    inference_bytes=7_000_000,
    layers={"0": 30_000_000},
)


def test_a_ledger_is_a_line_for_each_part_and_what_a_gpu_takes():
    assert ledger_text(LEDGER, "LeNet").splitlines() == [
        "LeNet, a batch of 1,024, adam, float32",
        "",
        "Weights               1.00 MB",
        "Gradients             1.00 MB",
        "Optimizer state       2.00 MB",
        "Saved for backward    30.0 MB",
        "Images and labels      500 kB",
        "Together              34.5 MB",
        "At most at once       1.00 GB",
        "Inference             7.00 MB",
        "",
        "On a CUDA GPU the step takes about 1.60 GB to 2.10 GB: × 1.1 for memory between tensors, "
        "and 0.5 to 1 GB for CUDA itself.",
    ]


def test_batches_are_a_line_for_each_gpu():
    text = batches_text({"T4": (1200, 1300), "tiny": (0, 0), "small": (0, 1)}, {"T4": 16e9, "tiny": 5e8, "small": 1e9})
    assert text.splitlines() == [
        "GPU           memory           largest batch",
        "T4             16 GB          1,200 to 1,300",
        "tiny          0.5 GB                    none",
        "small           1 GB                  0 to 1",
        "",
        "The first number surely fits; the second does at best.",
    ]
