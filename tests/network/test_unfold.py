import pytest
import torch

from cnnviz.errors import SpecError
from cnnviz.network.build import build
from cnnviz.network.layers import LAYERS, new_layer
from cnnviz.network.presets import preset
from cnnviz.network.spec import Network
from cnnviz.network.unfold import unfold
from tests.network.examples import network


@pytest.mark.parametrize("kind", [kind for kind, entry in LAYERS.items() if entry.expand])
def test_an_unfolded_block_computes_what_the_block_did(kind):
    block = Network(input_shape=(32, 8, 8), layers=(new_layer(kind),))
    loose = block.replace(layers=unfold(block, "0"))
    image = torch.rand(2, 32, 8, 8)
    torch.manual_seed(1)
    folded = build(block)(image)
    torch.manual_seed(1)
    assert torch.equal(build(loose)(image), folded)


def test_what_follows_from_the_channels_that_arrive_is_written_out():
    layers = network("Conv2d(out_channels=24, kernel_size=1)", "DepthwiseSeparable(out_channels=48)")
    depthwise, *_, pointwise, _, _ = unfold(layers.replace(width=0.5), "1")
    assert (depthwise.params["out_channels"], depthwise.params["groups"]) == (24, 24)
    assert pointwise.params["out_channels"] == 48


def test_a_layer_by_itself_cannot_be_unfolded():
    with pytest.raises(SpecError, match=r"layer 1 \(Sigmoid\) is a layer by itself"):
        unfold(preset("lenet"), "1")


def test_a_block_that_nothing_reaches_cannot_be_unfolded():
    broken = network("MaxPool2d(kernel_size=9)", "VGGBlock(num_convs=1, out_channels=4)")
    with pytest.raises(SpecError, match=r"layer 1 \(VGGBlock\) can be unfolded once this is mended: layer 0"):
        unfold(broken, "1")
