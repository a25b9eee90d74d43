"""Each block against the module that the book or torchvision writes for it."""

import pytest
import torch
from torch import nn
from torchvision.models.densenet import _DenseBlock, _Transition
from torchvision.models.mobilenetv2 import InvertedResidual
from torchvision.models.resnet import BasicBlock, Bottleneck
from torchvision.models.squeezenet import Fire
from torchvision.ops import SqueezeExcitation

from cnnviz.network.blocks import vgg_block
from cnnviz.network.build import build
from cnnviz.network.layers import LAYERS
from cnnviz.network.notation import layer_text
from tests.network import book, handwritten
from tests.network.examples import network


def shortcut(in_channels: int, out_channels: int, stride: int) -> nn.Sequential:
    """Return what torchvision's ResNet puts beside a block that changes the shape."""
    return nn.Sequential(nn.Conv2d(in_channels, out_channels, 1, stride, bias=False), nn.BatchNorm2d(out_channels))


def book_transition(in_channels: int, out_channels: int) -> nn.Sequential:
    return nn.Sequential(
        nn.BatchNorm2d(in_channels),
        nn.ReLU(),
        nn.Conv2d(in_channels, out_channels, kernel_size=1),
        nn.AvgPool2d(kernel_size=2, stride=2),
    )


def depthwise_separable(in_channels: int, out_channels: int, stride: int) -> nn.Sequential:
    """Return MobileNet's block as its paper draws it: depthwise, BN, ReLU, pointwise, BN, ReLU."""
    return nn.Sequential(
        nn.Conv2d(in_channels, in_channels, 3, stride, padding=1, groups=in_channels, bias=False),
        nn.BatchNorm2d(in_channels),
        nn.ReLU(),
        nn.Conv2d(in_channels, out_channels, 1, bias=False),
        nn.BatchNorm2d(out_channels),
        nn.ReLU(),
    )


BLOCKS = [
    ("VGGBlock(num_convs=1, out_channels=5)", handwritten.vgg_block(1, 8, 5)),
    ("VGGBlock(num_convs=3, out_channels=5)", handwritten.vgg_block(3, 8, 5)),
    ("NiNBlock(out_channels=6, kernel_size=5, stride=2, padding=1)", book.nin_block(8, 6, 5, 2, 1)),
    ("Inception(c1=3, c2=(2, 4), c3=(2, 5), c4=3)", book.Inception(8, 3, (2, 4), (2, 5), 3)),
    ("Fire(squeeze_channels=3, expand_channels=5)", Fire(8, 3, 5, 5)),
    ("ResidualBlock(out_channels=8, bias=True, shortcut_norm=False)", book.Residual(8, 8, 1, False)),
    ("ResidualBlock(out_channels=6, stride=2, bias=True, shortcut_norm=False)", book.Residual(8, 6, 2, True)),
    ("ResidualBlock(out_channels=8)", BasicBlock(8, 8)),
    ("ResidualBlock(out_channels=8, stride=2)", BasicBlock(8, 8, 2, shortcut(8, 8, 2))),
    ("ResidualBlock(out_channels=6)", BasicBlock(8, 6, 1, shortcut(8, 6, 1))),
    ("Bottleneck(channels=2)", Bottleneck(8, 2)),
    ("Bottleneck(channels=3, stride=2)", Bottleneck(8, 3, 2, shortcut(8, 12, 2))),
    ("DenseBlock(num_layers=3, growth_rate=4, bias=True)", book.DenseBlock(3, 8, 4)),
    ("DenseBlock(num_layers=3, growth_rate=4, bottleneck=2)", _DenseBlock(3, 8, bn_size=2, growth_rate=4, drop_rate=0)),
    ("Transition()", _Transition(8, 4)),
    ("Transition(out_channels=3, bias=True)", book_transition(8, 3)),
    ("DepthwiseSeparable(out_channels=6, stride=2)", depthwise_separable(8, 6, 2)),
    ("InvertedResidual(out_channels=8)", InvertedResidual(8, 8, 1, 6)),
    ("InvertedResidual(out_channels=8, expand_ratio=1)", InvertedResidual(8, 8, 1, 1)),
    ("InvertedResidual(out_channels=6, stride=2, expand_ratio=3)", InvertedResidual(8, 6, 2, 3)),
    ("SqueezeExcite(reduction=4)", SqueezeExcitation(8, 2)),
]


def test_every_block_is_held_against_one_written_by_hand():
    by_hand = {text.partition("(")[0] for text, _ in BLOCKS}
    assert by_hand == {kind for kind, entry in LAYERS.items() if entry.expand and not entry.parts}


@pytest.mark.parametrize(("text", "by_hand"), BLOCKS, ids=[text for text, _ in BLOCKS])
def test_a_block_has_the_state_and_computes_what_the_one_written_by_hand_does(text, by_hand):
    ours = build(network(text, input_shape=(8, 9, 9)))
    state = by_hand.state_dict().values()
    assert [value.shape for value in ours.state_dict().values()] == [value.shape for value in state]
    ours.load_state_dict(dict(zip(ours.state_dict(), state, strict=True)))
    images = torch.rand(2, 8, 9, 9)
    for training in (True, False):
        assert torch.equal(ours.train(training)(images), by_hand.train(training)(images))


def test_a_vgg_block_is_convolutions_with_relu_and_one_pool():
    assert [layer_text(layer) for layer in vgg_block(1, num_convs=2, out_channels=8)] == [
        "Conv2d(out_channels=8, kernel_size=3, padding=1)",
        "ReLU()",
        "Conv2d(out_channels=8, kernel_size=3, padding=1)",
        "ReLU()",
        "MaxPool2d(kernel_size=2, stride=2)",
    ]
