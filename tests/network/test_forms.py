"""Forms that are often added do what their help says."""

import torch

from cnnviz.network.build import build
from cnnviz.network.forms import FORMS
from cnnviz.network.layers import LAYERS
from cnnviz.network.spec import Network


def changed_by(form: str, channel: int) -> torch.Tensor:
    """Return which values (C, H, W) of its output depend on the middle pixel of one channel of a 6×7×7 map."""
    module = build(Network(input_shape=(6, 7, 7), layers=(FORMS[form].make(6),)))
    torch.nn.init.ones_(next(module.parameters()))
    image = torch.zeros(1, 6, 7, 7)
    other = image.clone()
    other[0, channel, 3, 3] = 1
    return (module(other) != module(image))[0]


def test_each_has_a_help_of_its_own():
    helps = [entry.help for entry in (*FORMS.values(), *LAYERS.values())]
    assert len(set(helps)) == len(helps)


def test_one_pixel_sees_all_its_channels_and_no_neighbours():
    changed = changed_by("Conv2d 1×1", channel=2)
    assert changed.sum(dim=(1, 2)).tolist() == [1] * 6


def test_the_same_size_sees_its_neighbours_in_all_channels():
    changed = changed_by("Conv2d same size", channel=2)
    assert changed.shape == (6, 7, 7)
    assert changed.sum(dim=(1, 2)).tolist() == [9] * 6


def test_depthwise_leaves_channels_apart():
    assert changed_by("Conv2d depthwise", channel=2).sum(dim=(1, 2)).tolist() == [0, 0, 9, 0, 0, 0]
