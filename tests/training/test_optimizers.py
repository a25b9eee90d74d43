from typing import Any

import pytest
import torch
from torch import nn

from cnnviz.training.optimizers import make_optimizer, optimizer_state, restore_optimizer
from cnnviz.training.recipe import make_recipe

pytestmark = pytest.mark.usefixtures("one_thread")  # two of them take longer over so little

ALL: list[tuple[dict[str, Any], Any]] = [
    ({"optimizer": "sgd"}, lambda p: torch.optim.SGD(p, lr=0.05)),
    (
        {"optimizer": "sgd", "momentum": 0.9, "nesterov": True, "weight_decay": 0.01},
        lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, nesterov=True, weight_decay=0.01),
    ),
    ({"optimizer": "adam", "weight_decay": 0.01}, lambda p: torch.optim.Adam(p, lr=0.05, weight_decay=0.01)),
    ({"optimizer": "adamw", "weight_decay": 0.2}, lambda p: torch.optim.AdamW(p, lr=0.05, weight_decay=0.2)),
    ({"optimizer": "rmsprop", "momentum": 0.5}, lambda p: torch.optim.RMSprop(p, lr=0.05, momentum=0.5)),
]


def module_of(layout: torch.memory_format) -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(3, 4, 3), nn.Flatten(), nn.Linear(16, 2)).to(memory_format=layout)


def take_steps(module: nn.Module, optimizer: torch.optim.Optimizer, numbers: range) -> None:
    for number in numbers:
        optimizer.zero_grad()
        images = torch.randn(5, 3, 4, 4, generator=torch.Generator().manual_seed(number))
        module(images).square().mean().backward()
        optimizer.step()


@pytest.mark.parametrize(("settings", "make"), ALL)
def test_steps_are_those_of_pytorchs_optimizer(settings: dict[str, Any], make: Any) -> None:
    ours, theirs = (module_of(torch.contiguous_format) for _ in range(2))
    take_steps(ours, make_optimizer(ours.parameters(), make_recipe(lr=0.05, **settings)), range(4))
    take_steps(theirs, make(theirs.parameters()), range(4))
    for our, their in zip(ours.parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(our, their)


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
@pytest.mark.parametrize("settings", [settings for settings, _ in ALL])
def test_a_restored_optimizer_goes_on_bit_for_bit(settings: dict[str, Any], layout: torch.memory_format) -> None:
    recipe = make_recipe(lr=0.05, **settings)
    whole, first, second = (module_of(layout) for _ in range(3))
    take_steps(whole, make_optimizer(whole.parameters(), recipe), range(6))
    optimizer = make_optimizer(first.parameters(), recipe)
    take_steps(first, optimizer, range(3))
    kept = {number: {n: v.contiguous() for n, v in each.items()} for number, each in optimizer_state(optimizer).items()}
    second.load_state_dict({name: value.contiguous() for name, value in first.state_dict().items()})
    restored = make_optimizer(second.parameters(), recipe)
    restore_optimizer(restored, kept)
    take_steps(second, restored, range(3, 6))
    for one, other in zip(whole.parameters(), second.parameters(), strict=True):
        assert torch.equal(one, other)


def test_frozen_weights_are_left_alone() -> None:
    module = module_of(torch.contiguous_format)
    module[0].requires_grad_(False)  # type: ignore[index]
    optimizer = make_optimizer(module.parameters(), make_recipe())
    assert [len(group["params"]) for group in optimizer.param_groups] == [2]
