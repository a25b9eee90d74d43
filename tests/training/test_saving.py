import logging

import pytest
import torch

from cnnviz.training import checkpoint_folder
from cnnviz.training.events import Point, Progress, TestPoint
from cnnviz.training.saving import INTERVAL_S, Saver

EPOCH_END, MEASURED = TestPoint(1, 0.5, step=10), Point(0.2, 2.3, 0.1, step=2)
STEP_END = Progress(step=2, num_steps=10, epoch=0, elapsed_s=1.0, examples_per_s=1.0, wall_examples_per_s=1.0)


class Clock:
    """A clock that is set by hand; whoever looks at it takes `step_s` of time."""

    def __init__(self) -> None:
        self.now_s = self.step_s = 0.0

    def __call__(self) -> float:
        self.now_s += self.step_s
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def saver(clock, tmp_path) -> Saver:
    return Saver(tmp_path, clock=clock)


def test_run_is_saved_after_an_epoch_and_within_one_every_few_minutes(saver, clock):
    assert saver.is_due(EPOCH_END)
    assert not saver.is_due(STEP_END)
    clock.now_s = INTERVAL_S
    assert saver.is_due(STEP_END)
    assert not saver.is_due(MEASURED)  # its step is not over
    saver.save(1, {})
    assert not saver.is_due(STEP_END)


def test_saving_takes_a_fiftieth_of_the_time_at_most(saver, clock):
    clock.step_s = 4.0  # seconds that saving takes
    assert saver.save(1, {})
    clock.step_s = 0.0
    saved_s = clock.now_s
    clock.now_s = saved_s + 199.0
    assert not saver.is_due(EPOCH_END)
    assert not saver.is_due(STEP_END)
    clock.now_s = saved_s + 200.0
    assert saver.is_due(EPOCH_END)
    assert saver.is_due(STEP_END)


def test_full_disk_is_told_and_tried_again_later(saver, clock, tmp_path, caplog, files_of_at_most):
    assert saver.save(1, {"weight": torch.zeros(10)})
    with files_of_at_most(10_000), caplog.at_level(logging.WARNING):
        assert not saver.save(2, {"weight": torch.zeros(100_000)})
    (record,) = caplog.records
    assert "step 2 cannot be written" in record.getMessage()
    assert record.getMessage().endswith("; the checkpoint before it is kept")
    assert checkpoint_folder.step_of(checkpoint_folder.newest(tmp_path)) == 1
    clock.now_s += INTERVAL_S
    assert saver.is_due(STEP_END)
    assert saver.save(3, {"weight": torch.zeros(100_000)})
