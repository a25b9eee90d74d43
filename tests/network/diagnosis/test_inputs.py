"""Another input as the fix: just as large as is needed, with as many channels, channels first."""

import pytest

from cnnviz.network.diagnosis import diagnose
from cnnviz.network.diagnosis.inputs import looks_channels_last
from cnnviz.network.infer import infer_shapes
from cnnviz.network.presets import preset
from cnnviz.network.spec import Network
from tests.network.examples import network


def works(spec: Network, height: int, width: int) -> bool:
    return infer_shapes(spec.replace(input_shape=(spec.input_shape[0], height, width))).problem is None


@pytest.mark.parametrize(
    ("name", "side", "least"),
    [
        ("alexnet", 32, 67),  # 3 ← 7 ← 15 ← 14 · 4 + 11
        ("alexnet-2012", 60, 67),
        ("vgg16", 28, 32),  # 2⁵
        ("lenet", 4, 12),  # 1 ← 2 ← 6 ← 12
        ("nin", 20, 67),
        ("densenet", 16, 29),  # 2³ after a stem that rounds ¼ up
        ("squeezenet1.1", 10, 17),
    ],
)
def test_the_input_is_enlarged_to_the_least_square_that_works(name, side, least):
    spec = preset(name).replace(input_shape=(1, side, side))
    offered = [
        fix for fix in diagnose(spec).fixes if fix.title.startswith(f"Enlarge the input to at least {least}×{least}")
    ]
    assert [fix.network.input_shape for fix in offered] == [(1, least, least)]
    assert offered[0].network == spec.replace(input_shape=(1, least, least))
    assert [size for size in range(side, least + 1) if works(spec, size, size)] == [least]


def test_only_the_sides_that_are_too_small_are_enlarged():
    spec = preset("vgg11").replace(input_shape=(3, 100, 8))
    (fix,) = [fix for fix in diagnose(spec).fixes if fix.title.startswith("Enlarge")]
    assert fix.network.input_shape == (3, 100, 32)
    assert works(spec, 100, 32)
    assert not works(spec, 100, 31)


def test_where_no_size_makes_all_of_it_work_the_problem_is_got_past():
    spec = network(
        "MaxPool2d(kernel_size=9)", "Conv2d(in_channels=7, out_channels=1, kernel_size=1)", input_shape=(1, 8, 8)
    )
    (fix,) = [fix for fix in diagnose(spec).fixes if fix.title.startswith("Enlarge")]
    assert fix.title == "Enlarge the input to at least 9×9 pixels, to get past layer 0 (1×9×9 instead of 1×8×8)"
    assert fix.effect == "reaches layer 1 (Conv2d)"


def test_no_input_is_proposed_that_nobody_would_use():
    spec = network("Conv2d(out_channels=1, kernel_size=1000, dilation=2)", input_shape=(1, 8, 8))
    assert not [fix for fix in diagnose(spec).fixes if fix.network.input_shape != (1, 8, 8)]


@pytest.mark.parametrize(
    ("shape", "looks"),
    [
        ((224, 224, 3), True),
        ((480, 640, 3), True),
        ((28, 28, 1), True),
        ((3, 224, 224), False),
        ((3, 3, 3), False),
        ((512, 7, 7), False),
        ((64, 1, 1), False),
        ((128, 128, 64), False),
    ],
)
def test_channels_last_is_told_by_its_few_channels(shape, looks):
    assert looks_channels_last(shape) == looks
