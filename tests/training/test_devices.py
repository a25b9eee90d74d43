import pytest
import torch

from cnnviz.errors import RecipeError
from cnnviz.training.devices import available, resolve


def test_cpu_is_always_there_and_last() -> None:
    assert available()[-1] == "cpu"


def test_auto_takes_the_first_device() -> None:
    assert resolve("auto") == torch.device(available()[0])


def test_device_is_found_by_name() -> None:
    assert resolve("cpu") == torch.device("cpu")


def test_missing_device_names_those_that_exist() -> None:
    with pytest.raises(RecipeError, match=r"device cuda:99 is not here; choose one of auto,.* cpu"):
        resolve("cuda:99")
