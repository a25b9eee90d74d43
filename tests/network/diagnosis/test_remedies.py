"""There is something to try for every reason why a layer can refuse its input."""

import pytest
import torch
from torch import nn

from cnnviz.network.diagnosis import diagnose
from cnnviz.network.diagnosis.remedies import REMEDIES
from cnnviz.network.layers import LAYERS
from cnnviz.network.notation import parse_layer
from cnnviz.network.spec import Layer
from tests.network.examples import network


def test_every_check_and_every_merge_has_its_remedy_and_no_other_has():
    asked = {check for kind in LAYERS.values() for check in kind.checks}
    merged = {kind.merge for kind in LAYERS.values() if kind.merge}
    assert set(REMEDIES) == asked | merged


@pytest.mark.parametrize(
    ("layers", "input_shape", "wanted"),
    [
        (["Flatten()", "MaxPool2d(kernel_size=2)"], (1, 8, 8), "a feature map (channels × height × width)"),
        (["Linear(out_features=3)"], (1, 8, 8), "a row of values"),
        (["Linear(in_features=70, out_features=3)"], (1, 8, 8), "a row of 70 values"),
        (["Flatten()", "Linear(in_features=70, out_features=3)"], (1, 8, 8), "70 values"),
        (["Conv2d(in_channels=1, out_channels=1, kernel_size=1)"], (3, 8, 8), "1 channel"),
        (["BatchNorm2d(num_features=4)"], (3, 8, 8), "4 channels"),
        (["LayerNorm(normalized_shape=(8, 9))"], (3, 8, 8), "an input whose last dimensions are 8×9"),
        # 3 + 2 · (5 − 1) = 11 rows of which 2 are padding
        (["Conv2d(out_channels=1, kernel_size=5, dilation=2, padding=1)"], (1, 4, 4), "a map of at least 7×7 pixels"),
        (["MaxPool2d(kernel_size=(4, 2), padding=2)"], (1, 8, 8), "a padding of at most 2×1, half its window"),
        (["Conv2d(out_channels=6, kernel_size=1, groups=4)"], (4, 8, 8), "channels that are multiples of 4"),
        (["GroupNorm(num_groups=5)"], (4, 8, 8), "a multiple of 5 channels"),
        (["PixelShuffle(upscale_factor=3)"], (4, 8, 8), "a multiple of 9 channels"),
        (["Flatten()", "Unflatten(dim=1, unflattened_size=(2, 5, 5))"], (1, 8, 8), "as many values as 2×5×5 holds"),
        (["Bottleneck(channels=65536, expansion=64)"], (1, 8, 8), "another input"),
    ],
)
def test_what_the_layer_wanted_is_said_with_numbers(layers, input_shape, wanted):
    diagnosis = diagnose(network(*layers, input_shape=input_shape))
    assert diagnosis.problem is not None
    assert diagnosis.wanted.endswith(wanted)


def test_a_layer_with_two_faults_is_mended_by_the_first_it_is_refused_for():
    spec = network("Conv2d(in_channels=2, out_channels=4, kernel_size=9)", input_shape=(1, 8, 8))
    assert diagnose(spec).wanted == "a map of at least 9×9 pixels"


def takes(layer: Layer, side: int) -> bool:
    """Whether PyTorch's own layer runs on a square of so many pixels."""
    try:
        getattr(nn, layer.kind)(**layer.params)(torch.zeros(1, 1, side, side))
    except RuntimeError:
        return False
    return True


@pytest.mark.parametrize(
    "text",
    [
        "MaxPool2d(kernel_size=3, stride=2)",
        "MaxPool2d(kernel_size=3, stride=2, ceil_mode=True)",
        "MaxPool2d(kernel_size=3, stride=2, padding=1, dilation=2, ceil_mode=True)",
        "MaxPool2d(kernel_size=4, stride=3, dilation=2, ceil_mode=True)",
        "AvgPool2d(kernel_size=4, stride=2, ceil_mode=True)",
        "AvgPool2d(kernel_size=6, stride=3, padding=1, ceil_mode=True)",
    ],
)
def test_the_least_map_that_a_pool_wanted_is_the_least_that_pytorch_takes(text):
    layer = parse_layer(text)
    least = next(side for side in range(1, 20) if takes(layer, side))
    diagnosis = diagnose(network(text, input_shape=(1, least - 1, least - 1)))
    assert diagnosis.wanted == f"a map of at least {least}×{least} pixels"
    assert ("may hang over its edge" in diagnosis.problem.reason) == ("ceil_mode" in text)
