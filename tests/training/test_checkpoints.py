import errno
import logging
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from cnnviz.errors import StoreError
from cnnviz.training.checkpoint_folder import checkpoints, go_back, newest, step_of, steps
from cnnviz.training.checkpoints import load, save, write_tensors
from tests.training.test_nested import same

STATE = {
    "module": {"0.weight": torch.linspace(0, 1, 6).reshape(2, 3).T, "empty": torch.zeros(0), "count": torch.tensor(7)},
    "optimizer": {"state": {0: {"step": torch.tensor(3.0), "exp_avg": torch.ones(2, dtype=torch.bfloat16)}}},
    "generator": torch.get_rng_state(),
    "clock": [0.1, float("nan"), 12345678901234567890],
    "betas": (0.9, 0.999),
}


def names(folder: Path) -> list[str]:
    return [path.name for path in checkpoints(folder)]


def flip_a_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def truncate(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def test_state_comes_back_as_it_was_and_the_checksums_are_those_of_sha256sum(tmp_path):
    path = save(tmp_path / "checkpoints", 123, STATE)
    assert path.name == "step-000000123"
    assert same(load(path), STATE)
    assert newest(path.parent) == path
    subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=path, check=True)


def test_newest_two_are_kept(tmp_path):
    for step in (5, 10, 1_000_000_000):
        save(tmp_path, step, STATE)
    assert names(tmp_path) == ["step-000000010", "step-1000000000"]
    assert step_of(newest(tmp_path)) == 1_000_000_000


def test_as_many_are_kept_as_asked_for(tmp_path):
    for step in range(1, 6):
        save(tmp_path, step, STATE, kept=4)
    assert steps(tmp_path) == (2, 3, 4, 5)


def test_going_back_removes_what_came_after_the_step(tmp_path):
    for step in (5, 10, 10, 15):
        save(tmp_path, step, {"step": step}, kept=9)
    go_back(tmp_path, 10)
    assert names(tmp_path) == ["step-000000005", "step-000000010", "step-000000010-2"]
    assert load(newest(tmp_path)) == {"step": 10}


def test_going_back_to_a_step_without_a_whole_checkpoint_removes_nothing(tmp_path):
    paths = [save(tmp_path, step, STATE, kept=9) for step in (5, 10, 15)]
    flip_a_byte(paths[1] / "tensors.safetensors")
    for step in (7, 10):
        with pytest.raises(StoreError, match=rf"no whole checkpoint of step {step}; .* are there: 5, 10, 15$"):
            go_back(tmp_path, step)
    assert len(names(tmp_path)) == 3
    with pytest.raises(StoreError, match="are there: none"):
        go_back(tmp_path / "none", 3)


def test_step_saved_again_takes_the_place_of_the_newest(tmp_path):
    for number in range(12):
        save(tmp_path, 7, {"number": number})
    assert names(tmp_path) == ["step-000000007-11", "step-000000007-12"]
    assert load(newest(tmp_path)) == {"number": 11}


def test_going_on_from_an_older_one_removes_those_after_it(tmp_path):
    for step in (10, 30):
        save(tmp_path, step, STATE)
    save(tmp_path, 20, STATE)
    assert names(tmp_path) == ["step-000000010", "step-000000020"]


@pytest.mark.parametrize("damage", [flip_a_byte, truncate, os.unlink], ids=lambda damage: damage.__name__)
@pytest.mark.parametrize("name", ["tensors.safetensors", "state.json", "SHA256SUMS"])
def test_damaged_one_is_refused_and_the_one_before_it_taken_and_told(
    name: str, damage: Callable[[Path], None], tmp_path, caplog
):
    older, newer = (save(tmp_path, step, STATE) for step in (1, 2))
    damage(newer / name)
    with pytest.raises(StoreError, match="step-000000002 is damaged: "):
        load(newer)
    with caplog.at_level(logging.WARNING):
        assert newest(tmp_path) == older
    (record,) = caplog.records
    assert record.getMessage().startswith("the checkpoint step-000000002 is damaged and left out: ")


def test_without_a_whole_one_there_is_none(tmp_path):
    assert newest(tmp_path / "nowhere") is None
    truncate(save(tmp_path, 1, STATE) / "state.json")
    assert newest(tmp_path) is None


def test_half_written_one_is_left_out_and_removed_by_the_next(tmp_path):
    (tmp_path / ".unfinished-abc").mkdir()
    (tmp_path / ".unfinished-abc" / "state.json").write_text("{")
    assert newest(tmp_path) is None
    save(tmp_path, 1, STATE)
    assert [path.name for path in tmp_path.iterdir()] == ["step-000000001"]


@pytest.mark.parametrize("size_bytes", [50, 50_000], ids=["nothing", "a part"])
def test_file_that_cannot_be_as_large_leaves_the_one_before_and_says_so(size_bytes, tmp_path, files_of_at_most):
    save(tmp_path, 1, {"weight": torch.zeros(10)})
    with files_of_at_most(size_bytes), pytest.raises(StoreError, match=r"step 2 cannot be written .*File too large"):
        save(tmp_path, 2, {"weight": torch.zeros(100_000), "text": "long " * 20_000})
    with files_of_at_most(size_bytes), pytest.raises(StoreError, match=r"weights\.safetensors cannot be written: "):
        write_tensors(tmp_path / "weights.safetensors", {"weight": torch.zeros(100_000)})
    assert [path.name for path in tmp_path.iterdir()] == ["step-000000001"]
    assert torch.equal(load(newest(tmp_path))["weight"], torch.zeros(10))


@pytest.fixture
def small_disk(tmp_path):
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("only the superuser makes a small disk")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_full_disk_leaves_the_one_before_and_room_for_smaller_ones(small_disk):
    save(small_disk, 1, {"weight": torch.zeros(10)})
    with pytest.raises(StoreError, match=r"step 2 cannot be written .* No space left on device"):
        save(small_disk, 2, {"weight": torch.zeros(1_000_000)})
    assert names(small_disk) == ["step-000000001"]
    save(small_disk, 3, {"weight": torch.zeros(100_000)})
    assert names(small_disk) == ["step-000000001", "step-000000003"]


def test_failed_flush_is_no_checkpoint(tmp_path, monkeypatch):
    def fail(descriptor: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    save(tmp_path, 1, STATE)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        with pytest.raises(StoreError, match="Input/output error"):
            save(tmp_path, 2, STATE)
    assert [path.name for path in tmp_path.iterdir()] == ["step-000000001"]


def test_tensors_are_written_whole_over_those_before(tmp_path):
    path = tmp_path / "weights.safetensors"
    for value in (1.0, 2.0):
        write_tensors(path, {"0.weight": torch.full((2, 3), value).T})
    assert torch.equal(load_file(path)["0.weight"], torch.full((3, 2), 2.0))
    assert list(tmp_path.iterdir()) == [path]
