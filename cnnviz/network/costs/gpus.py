"""Common GPUs, and how much of a memory is left for tensors."""

import re
from collections.abc import Mapping
from difflib import get_close_matches

from cnnviz.errors import SpecError, shorten

_GB = 10**9

GPUS: Mapping[str, int] = {
    "RTX 4060": 8 * _GB,
    "RTX 3060": 12 * _GB,
    "RTX 4070": 12 * _GB,
    "RTX 5080": 16 * _GB,
    "T4": 16 * _GB,
    "V100 16 GB": 16 * _GB,
    "RTX 3090": 24 * _GB,
    "RTX 4090": 24 * _GB,
    "A10": 24 * _GB,
    "L4": 24 * _GB,
    "RTX 5090": 32 * _GB,
    "V100 32 GB": 32 * _GB,
    "A100 40 GB": 40 * _GB,
    "L40S": 48 * _GB,
    "A100 80 GB": 80 * _GB,
    "H100": 80 * _GB,
    "H200": 141 * _GB,
    "B200": 180 * _GB,
}
"""Memory in bytes as the makers' data sheets give it, in gigabytes of 10^9; the cards have that or a little more."""

_FRAGMENTATION = 1.1  # memory that PyTorch's allocator holds, by bytes of tensors
_CUDA_BYTES = (_GB, _GB // 2)  # CUDA's context and cuDNN's workspace: the most and the least

_UNITS: Mapping[str, int] = {
    "b": 1,
    **{f"{prefix}b": 1000**power for power, prefix in enumerate("kmgt", start=1)},
    **{f"{prefix}ib": 1024**power for power, prefix in enumerate("kmgt", start=1)},
}


def tensor_budget(memory_bytes: float) -> tuple[float, float]:
    """Return how many bytes of tensors fit a GPU's memory: surely, and at best.

    Tensors need about × 1.1 for memory between them, and CUDA itself takes 0.5 to 1 GB.
    """
    surely, at_best = (max(0.0, (memory_bytes - taken) / _FRAGMENTATION) for taken in _CUDA_BYTES)
    return surely, at_best


def gpu_range(peak_bytes: float) -> tuple[float, float]:
    """Return how many bytes of a GPU's memory tensors of `peak_bytes` take: at best, and at most."""
    most, least = (peak_bytes * _FRAGMENTATION + taken for taken in _CUDA_BYTES)
    return least, most


def parse_memory(text: str) -> Mapping[str, int]:
    """Read a GPU of the list, written in any case and with or without spaces, or a size such as "24GB" or "1.5 GiB".

    Returns its name and its bytes. Raises SpecError for anything else, naming the nearest GPU.
    """
    named = {_plain(name): name for name in GPUS}
    if name := named.get(_plain(text)):
        return {name: GPUS[name]}
    match = re.fullmatch(r"(\d{1,15}(?:\.\d{1,15})?)([kmgt]i?b|b)", _plain(text))
    if match:
        return {text.strip(): int(float(match[1]) * _UNITS[match[2]])}
    near = get_close_matches(_plain(text), named, n=1)
    guess = f"did you mean {named[near[0]]}?" if near else f"the GPUs are {', '.join(GPUS)}"
    raise SpecError(f"{shorten(text)} is neither a memory, such as 24GB, nor a known GPU; {guess}")


def _plain(text: str) -> str:
    return "".join(text.split()).lower()
