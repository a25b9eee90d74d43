"""Memory that runs out while training, told with the largest batch that fits instead of by a dead process."""

import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import torch

from cnnviz.errors import RecipeError
from cnnviz.formatting import bytes_text
from cnnviz.network.spec import Network
from cnnviz.training.forecast import largest_fitting_batch
from cnnviz.training.monitor import free_memory
from cnnviz.training.recipe import Recipe

_CPU_WORDS = ("can't allocate memory", "not enough memory", "bad_alloc")  # of PyTorch's errors, which have no type


@contextmanager
def told_out_of_memory(network: Network, recipe: Recipe, device: torch.device) -> Iterator[None]:
    """Raise RecipeError, with the largest batch size that fits, where memory runs out inside."""
    free_bytes = free_memory(device)
    try:
        with _limited_memory(device):
            yield
    except (RuntimeError, MemoryError) as error:
        if not is_out_of_memory(error):
            raise
        raise RecipeError(out_of_memory_text(network, recipe, device, free_bytes)) from error


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error says that a device or this machine has no memory left."""
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    return isinstance(error, RuntimeError) and any(words in str(error) for words in _CPU_WORDS)


def out_of_memory_text(network: Network, recipe: Recipe, device: torch.device, free_bytes: int) -> str:
    """Say that a run's batch size does not fit what a device had free, and which would."""
    fits = min(largest_fitting_batch(network, recipe, free_bytes=free_bytes), recipe.batch_size // 2)
    told = f"out of memory: {device} had {bytes_text(free_bytes)} free, too little for batch_size {recipe.batch_size:,}"
    return f"{told}; about {fits:,} would fit" if fits else f"{told}, and for any other"


@contextmanager
def _limited_memory(device: torch.device) -> Iterator[None]:
    """Let this process take no more memory than the machine has free, for as long as it trains on the CPU.

    Beyond it Linux then refuses memory, which PyTorch tells. Without a limit it promises what it does not have, and
    kills a process when that is used.
    """
    if device.type != "cpu" or sys.platform != "linux":
        yield
        return
    before = resource.getrlimit(resource.RLIMIT_DATA)
    most = psutil.Process().memory_info().data + psutil.virtual_memory().available + psutil.swap_memory().free
    resource.setrlimit(resource.RLIMIT_DATA, (min([most, *(each for each in before if each >= 0)]), before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, before)
