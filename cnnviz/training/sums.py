"""The clock and the running sums of the book's loop."""

import time
from types import TracebackType

import torch
from torch import Tensor


class Clock:
    """Adds up the seconds spent inside `with clock:`."""

    def __init__(self) -> None:
        self.total_s = 0.0
        self._started_s = 0.0

    def __enter__(self) -> None:
        self._started_s = time.perf_counter()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.total_s += time.perf_counter() - self._started_s


class Sums:
    """Sums of loss, correct answers and examples over an epoch so far.

    What is added stays on the device until `averages` fetches it, all at once, into Python's floats: the
    same double-precision sums of single-precision terms as the book's.
    """

    def __init__(self) -> None:
        self.loss = 0.0
        self.correct = 0.0
        self.num_examples = 0
        self._losses: list[Tensor] = []
        self._corrects: list[Tensor] = []

    @torch.no_grad()
    def add(self, loss: Tensor, output: Tensor, labels: Tensor) -> None:
        """Add a batch: its mean loss (a scalar), the network's output (N, classes), labels (N,)."""
        self._losses.append(loss.detach() * len(labels))
        self._corrects.append(num_correct(output, labels))
        self.num_examples += len(labels)

    def averages(self) -> tuple[float, float]:
        """Return loss and accuracy, averaged over the examples so far."""
        self.loss = sum(torch.stack(self._losses).tolist(), self.loss)
        self.correct = sum(torch.stack(self._corrects).tolist(), self.correct)
        self._losses, self._corrects = [], []
        return self.loss / self.num_examples, self.correct / self.num_examples


def num_correct(output: Tensor, labels: Tensor) -> Tensor:
    """Return how many of the outputs (N, classes) are largest at their label (N,), as a scalar tensor."""
    return (output.argmax(dim=1) == labels).sum()
