import re
import resource
import sys
from collections.abc import Iterator

import psutil
import pytest
import torch

from cnnviz.errors import RecipeError
from cnnviz.network.document import parse
from cnnviz.training.capacity import told_out_of_memory
from cnnviz.training.recipe import make_recipe
from cnnviz.training.worker import execute

pytestmark = pytest.mark.usefixtures("one_thread")

CPU = torch.device("cpu")
WIDE_MAPS = """
input_shape: [1, 256, 256]
layers:
  - Conv2d(out_channels=1000, kernel_size=3)
  - AdaptiveAvgPool2d(output_size=1)
  - Flatten()
  - Linear(out_features=10)
"""  # 1000·254·254 numbers of 4 bytes an image, 258 MB, and their gradient


@pytest.fixture
def two_gigabytes() -> Iterator[None]:
    """Let this process take so much more memory, as if the machine had no more."""
    before = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (psutil.Process().memory_info().data + 2 * 10**9, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_DATA, before)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems limit other things")
def test_run_that_takes_more_memory_than_there_is_fails_and_tells_the_batch_that_fits(store, few, two_gigabytes):
    recipe = make_recipe(data=few, resize=256, batch_size=100, device="cpu")
    run = execute(store, store.create_run(WIDE_MAPS, recipe, "Wide"))
    assert run.status == "failed"
    told = re.fullmatch(
        r"out of memory: cpu had [\d.]+ GB free, too little for batch_size 100; about (\d+) would fit", run.error
    )
    assert told, run.error
    assert 1 <= int(told[1]) <= 50


@pytest.mark.skipif(sys.platform != "linux", reason="other systems limit other things")
def test_no_more_memory_is_promised_than_the_machine_has(few):
    total, taken = psutil.virtual_memory().total, []

    def take() -> None:
        with told_out_of_memory(parse(WIDE_MAPS), make_recipe(data=few, resize=256), CPU):
            while len(taken) * 2**30 < 4 * total:
                taken.append(torch.empty(2**30, dtype=torch.uint8))  # is only promised: nothing is written to it

    with pytest.raises(RecipeError, match=r"out of memory: cpu had .* free, too little for batch_size 128"):
        take()
    assert len(taken) * 2**30 < total


def test_any_other_error_is_left_as_it_is(few):
    with (
        pytest.raises(ZeroDivisionError),
        told_out_of_memory(parse(WIDE_MAPS), make_recipe(data=few, resize=256), CPU),
    ):
        1 / 0  # noqa: B018
