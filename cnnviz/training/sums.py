"""The clock and the running sums of the book's loop."""

import math
import time
from functools import reduce
from operator import add
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

    def __init__(self, loss: float = 0.0, correct: float = 0.0, num_examples: int = 0) -> None:
        self.loss, self.correct, self.num_examples = loss, correct, num_examples
        self._losses: list[Tensor] = []
        self._corrects: list[Tensor] = []

    def add(self, loss: Tensor, correct: Tensor, *, num_examples: int) -> None:
        """Add a batch: the sum of its losses and the number of its correct answers, both scalars."""
        self._losses.append(loss)
        self._corrects.append(correct)
        self.num_examples += num_examples

    def averages(self) -> tuple[float, float]:
        """Return loss and accuracy, averaged over the examples so far; not a number where there are none."""
        if self._losses:
            self.loss = _added(self.loss, self._losses)
            self.correct = _added(self.correct, self._corrects)
            self._losses, self._corrects = [], []
        if not self.num_examples:
            return math.nan, math.nan
        return self.loss / self.num_examples, self.correct / self.num_examples

    def state(self) -> dict[str, float]:
        """Return the sums as keywords to make them anew from."""
        self.averages()
        return {"loss": self.loss, "correct": self.correct, "num_examples": self.num_examples}


def _added(start: float, terms: list[Tensor]) -> float:
    """Add scalars one after the other, as the book does; sum() compensates for rounding, from Python 3.12 on."""
    return reduce(add, torch.stack(terms).tolist(), start)


def num_correct(output: Tensor, labels: Tensor) -> Tensor:
    """Return how many of the outputs (N, classes) are largest at their label (N,), as a scalar tensor."""
    return (output.argmax(dim=1) == labels).sum()
