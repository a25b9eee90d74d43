"""Memory as people write it, and what a GPU leaves for tensors."""

import pytest

from cnnviz.errors import SpecError
from cnnviz.network.costs.gpus import GPUS, gpu_range, parse_memory, tensor_budget


@pytest.mark.parametrize(
    ("text", "name", "num_bytes"),
    [
        ("24GB", "24GB", 24_000_000_000),
        (" 1.5 GiB ", "1.5 GiB", 1_610_612_736),
        ("800 mb", "800 mb", 800_000_000),
        ("RTX 4090", "RTX 4090", 24_000_000_000),
        ("rtx4090", "RTX 4090", 24_000_000_000),
        ("a100 80gb", "A100 80 GB", 80_000_000_000),
    ],
)
def test_a_size_or_a_gpu_is_read(text, name, num_bytes):
    assert parse_memory(text) == {name: num_bytes}


@pytest.mark.parametrize(
    ("text", "guess"),
    [
        ("RTX 4091", "did you mean RTX 4090?"),
        ("", "the GPUs are RTX 4060, RTX 3060"),
        ("24", "the GPUs are"),
        ("-3GB", "the GPUs are"),
        ("9" * 400 + "GB", "the GPUs are"),
    ],
)
def test_anything_else_is_refused_with_a_guess(text, guess):
    with pytest.raises(SpecError, match="is neither a memory, such as 24GB, nor a known GPU; ") as raised:
        parse_memory(text)
    assert guess in str(raised.value)
    assert len(str(raised.value)) < 400


def test_what_is_left_for_tensors_is_what_takes_the_whole_memory():
    surely, at_best = tensor_budget(24e9)
    assert gpu_range(surely)[1] == pytest.approx(24e9)
    assert gpu_range(at_best)[0] == pytest.approx(24e9)
    assert surely < at_best < min(memory for memory in GPUS.values() if memory >= 24e9)
    assert tensor_budget(0.2e9) == (0, 0)
