import pytest
import torch

from cnnviz.network.blocks import vgg_block
from cnnviz.network.build import build
from cnnviz.network.notation import layer_text
from tests.network import handwritten
from tests.network.examples import network


def test_a_vgg_block_is_convolutions_with_relu_and_one_pool():
    assert [layer_text(layer) for layer in vgg_block(1, num_convs=2, out_channels=8)] == [
        "Conv2d(out_channels=8, kernel_size=3, padding=1)",
        "ReLU()",
        "Conv2d(out_channels=8, kernel_size=3, padding=1)",
        "ReLU()",
        "MaxPool2d(kernel_size=2, stride=2)",
    ]


@pytest.mark.parametrize("num_convs", [1, 3])
def test_a_vgg_block_computes_what_the_one_written_by_hand_does(num_convs):
    images = torch.rand(2, 3, 8, 8)
    torch.manual_seed(3)
    by_hand = handwritten.vgg_block(num_convs, 3, 5)(images)
    torch.manual_seed(3)
    ours = build(network(f"VGGBlock(num_convs={num_convs}, out_channels=5)", input_shape=(3, 8, 8)))(images)
    assert torch.equal(ours, by_hand)
