"""How much memory training holds and how busy its device is, and how much memory is free."""

import os
from collections.abc import Callable
from dataclasses import dataclass

import psutil
import torch


@dataclass(frozen=True)
class Reading:
    """Bytes of memory, and the share of the device, 0 to 1, that was busy.

    On an NVIDIA device both are the whole device's, whoever uses it; otherwise they are this process's own, its
    share being that of all processors since the reading before.
    """

    memory_bytes: int
    load: float


def monitor(device: torch.device) -> Callable[[], Reading]:
    """Return what reads memory and load of an NVIDIA device by NVML, or of this process on any other device."""
    return (device.type == "cuda" and _nvidia(device)) or _own_process()


def free_memory(device: torch.device) -> int:
    """Return how many bytes can still be had: of a CUDA device's memory, or of this machine's."""
    if device.type == "cuda":
        return int(torch.cuda.mem_get_info(device)[0])
    return int(psutil.virtual_memory().available)


def system_text() -> str:
    """Say what the machine has and how much of it is in use."""
    memory = psutil.virtual_memory()
    cores, busy = psutil.cpu_count() or 1, psutil.getloadavg()[0]
    free, total = (number / 1e9 for number in (memory.available, memory.total))
    return f"{cores} processors, {busy:.1f} busy over the last minute; {free:.1f} of {total:.1f} GB memory free"


def _own_process() -> Callable[[], Reading]:
    process, cores = psutil.Process(os.getpid()), psutil.cpu_count() or 1
    process.cpu_percent()  # the first one of psutil is always 0

    def read() -> Reading:
        return Reading(int(process.memory_info().rss), min(1.0, process.cpu_percent() / 100 / cores))

    return read


def _nvidia(device: torch.device) -> Callable[[], Reading] | None:
    """Return what reads an NVIDIA device, found by its own id since programs number devices differently."""
    import pynvml

    try:
        pynvml.nvmlInit()
        handle = pynvml.nvmlDeviceGetHandleByUUID(f"GPU-{torch.cuda.get_device_properties(device).uuid}")
    except pynvml.NVMLError:  # another maker's device under CUDA's name, or no driver to ask
        return None

    def read() -> Reading:
        used: int = pynvml.nvmlDeviceGetMemoryInfo(handle).used
        busy: int = pynvml.nvmlDeviceGetUtilizationRates(handle).gpu
        return Reading(used, busy / 100)

    return read
