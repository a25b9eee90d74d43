"""The smallest image that works, held against hand arithmetic and against PyTorch run at that size and one less."""

import itertools

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnviz.network.build import build
from cnnviz.network.costs.smallest import smallest_input
from cnnviz.network.infer import infer_shapes
from cnnviz.network.presets import preset
from cnnviz.network.spec import Network
from tests.network.examples import network

BY_HAND = {
    "lenet": 12,  # two pools of 2 around a 5×5 window: 2 × (2 + 4)
    "alexnet": 67,  # three 3/2 pools need 3, 7 and 15 lines, and the first convolution 4 × 14 + 11
    "vgg11": 32,  # five pools of 2
    "densenet": 29,  # three pools of 2 need 8 lines, a padded 3/2 pool 15, and a padded 7/2 convolution 29
    "resnet18": 1,  # everything is padded
}


@pytest.mark.parametrize("name", BY_HAND)
def test_presets_by_hand(name):
    assert smallest_input(preset(name)) == (BY_HAND[name], BY_HAND[name])


@pytest.mark.parametrize("name", ["lenet", "alexnet", "vgg11-narrow", "densenet"])
def test_pytorch_takes_that_size_and_no_smaller_one(name):
    spec = preset(name)
    height, width = smallest_input(spec)
    module = build(spec.replace(input_shape=(1, height, width))).eval()
    with torch.no_grad():
        module(torch.rand(1, 1, height, width))
        for smaller in ((height - 1, width), (height, width - 1)):
            with pytest.raises(RuntimeError, match=r"Output size is too small|Kernel size can't be greater"):
                module(torch.rand(1, 1, *smaller))


@pytest.mark.parametrize(
    ("layers", "size"),
    [
        (["ReLU()"], (1, 1)),
        (["Conv2d(out_channels=2, kernel_size=(5, 2))", "MaxPool2d(kernel_size=(1, 3))"], (5, 4)),
        (["Conv2d(out_channels=2, kernel_size=5, padding=(1, 2))"], (3, 1)),
        (["Conv2d(out_channels=2, kernel_size=5, dilation=4)"], (17, 17)),
        (["InstanceNorm2d()"], (1, 2)),  # any map of more than one pixel
        (["ZeroPad2d(padding=(1, 0, 3, 1))", "MaxPool2d(kernel_size=6)"], (2, 5)),
        (["Upsample(scale_factor=0.05)"], (20, 20)),
    ],
)
def test_each_side_is_the_least(layers, size):
    assert smallest_input(network(*layers)) == size


@pytest.mark.parametrize(
    ("layers", "size"),
    [
        (["Residual([MaxPool2d(kernel_size=2), Upsample(scale_factor=2.0)])"], (2, 2)),
        (["AvgPool2d(kernel_size=3)", "Residual([MaxPool2d(kernel_size=4), Upsample(scale_factor=4.0)])"], (12, 12)),
        # Padded by one, the branch makes 6 n lines of 6 n − 2.
        (["ZeroPad2d(padding=1)", "Residual([MaxPool2d(kernel_size=6), Upsample(scale_factor=6.0)])"], (4, 4)),
        (["MaxPool2d(kernel_size=2)", "Concat([], [Upsample(size=5)])"], (10, 10)),
    ],
)
def test_branches_that_meet_only_at_some_sizes(layers, size):
    assert smallest_input(network(*layers)) == size


@pytest.mark.parametrize(
    ("layers", "size"),
    [
        (["MaxPool2d(kernel_size=2)", "Flatten()", "Linear(in_features=36, out_features=3)"], (12, 12)),
        (["Linear(in_features=9, out_features=3)"], (1, 9)),
        (["LayerNorm(normalized_shape=(1, 7, 7))"], (7, 7)),
        (["Flatten()", "BatchNorm1d(num_features=400)"], (20, 20)),
        (["Flatten()", "Unflatten(dim=1, unflattened_size=(1, 3, 3))"], (3, 3)),
        (["AdaptiveAvgPool2d(output_size=3)", "Flatten()", "Linear(in_features=9, out_features=3)"], (1, 1)),
        (["Flatten()", "Linear(in_features=30, out_features=3)"], None),  # 30 is no square
        (["Conv2d(in_channels=3, out_channels=3, kernel_size=1)"], None),  # the image has one channel
        (["Flatten()", "MaxPool2d(kernel_size=2)"], None),
        (["Residual([Upsample(scale_factor=2.0)])"], None),
    ],
)
def test_given_numbers_of_values_pin_the_size(layers, size):
    assert smallest_input(network(*layers)) == size


def test_a_network_that_takes_no_square_is_narrowed_from_its_own_shape():
    layers = ("MaxPool2d(kernel_size=2)", "Flatten()", "Linear(in_features=6, out_features=3)")
    assert smallest_input(network(*layers, input_shape=(1, 5, 7))) == (4, 6)


def test_a_network_that_works_as_it_is_has_a_smallest_input_however_large_it_is():
    layers = ("Flatten()", "Linear(in_features=67108864, out_features=1)")
    assert smallest_input(network(*layers, input_shape=(1, 8192, 8192))) == (8192, 8192)


LAYERS = st.sampled_from(
    [
        "MaxPool2d(kernel_size=2)",
        "MaxPool2d(kernel_size=3, stride=2, ceil_mode=True)",
        "Conv2d(out_channels=1, kernel_size=(3, 2), stride=(1, 2))",
        "Conv2d(out_channels=1, kernel_size=3, padding=1)",
        "ConvTranspose2d(out_channels=1, kernel_size=2, stride=2)",
        "Residual([MaxPool2d(kernel_size=2), Upsample(scale_factor=2.0)])",
        "Concat([AvgPool2d(kernel_size=3, stride=2, padding=1)], [MaxPool2d(kernel_size=2)])",
        "InstanceNorm2d()",
    ]
)


def works(spec: Network, height: int, width: int) -> bool:
    return infer_shapes(spec.replace(input_shape=(1, height, width))).problem is None


@given(st.lists(LAYERS, min_size=1, max_size=4))
@settings(max_examples=30)
def test_no_smaller_size_works_when_all_are_tried(layers):
    spec = network(*layers)
    found = smallest_input(spec)
    if found is None:  # an even height and an odd width, for instance
        assert not any(works(spec, side, side) for side in range(1, 65))
        return
    height, width = found
    assert works(spec, height, width)
    assert not any(works(spec, smaller, smaller) for smaller in range(1, max(height, width)))
    assert not any(works(spec, height, smaller) for smaller in range(1, width))
    side = next(side for side in itertools.count(1) if works(spec, side, side))
    assert not any(works(spec, smaller, side) for smaller in range(1, height))
