import pytest
import torch

from cnnviz.network.build import build
from cnnviz.network.presets import preset
from cnnviz.training.acceleration import memory_format
from cnnviz.training.recipe import make_recipe
from tests.training.examples import CPU, small_resnet


@pytest.mark.parametrize(
    ("name", "layout"),
    [
        ("alexnet", torch.channels_last),
        ("vgg11-narrow", torch.channels_last),
        ("resnet18", torch.channels_last),
        ("lenet", torch.contiguous_format),  # 6 channels
        ("googlenet", torch.contiguous_format),  # 24 channels
        ("mobilenet-v2", torch.contiguous_format),  # a group for each channel
    ],
)
def test_channels_stand_together_only_where_kernels_take_whole_blocks_of_them(
    name: str, layout: torch.memory_format
) -> None:
    with torch.device("meta"):
        module = build(preset(name))
    assert memory_format(module, make_recipe(), CPU) is layout
    assert memory_format(module, make_recipe(channels_last=False), CPU) is torch.contiguous_format


def test_accelerators_take_any_network_with_channels_together() -> None:
    assert memory_format(small_resnet(), make_recipe(), torch.device("cuda")) is torch.channels_last
