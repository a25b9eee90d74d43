from cnnviz.drawing.costs.hints import cost_hints
from cnnviz.network.presets import preset
from cnnviz.network.summary import summarize
from tests.network.examples import network


def test_a_hint_has_the_exact_numbers_with_their_shares():
    hints = cost_hints(summarize(preset("alexnet")))
    assert hints["3"].splitlines() == [
        "3 · Conv2d(out_channels=256, kernel_size=5, padding=2)",
        "96×26×26 → 256×26×26",
        "614,656 parameters (1 %)",  # 256 × 96 × 25 + 256
        "415,334,400 mult-adds (44 %)",  # 256 × 96 × 25 × 26 × 26
        "692,224 bytes of outputs (13 %)",  # 4 × 256 × 26 × 26
        "sees 51×51 pixels",
    ]
    assert hints["1"].splitlines()[:2] == ["1 · ReLU()", "96×54×54 → 96×54×54"]


def test_blocks_and_the_layers_inside_have_hints():
    assert {"0", "0.0", "0.1"} <= cost_hints(summarize(preset("vgg11"))).keys()


def test_of_what_does_not_fit_its_hint_says_why():
    spec = network("ReLU()", "MaxPool2d(kernel_size=9)", input_shape=(3, 8, 8))
    assert cost_hints(summarize(spec))["1"].splitlines() == [
        "1 · MaxPool2d(kernel_size=9)",
        "3×8×8 → does not fit: its 9×9 window is larger than the 8×8 map that reaches it",
    ]
    block = network("VGGBlock(num_convs=1, out_channels=2)", input_shape=(3, 1, 1))
    assert cost_hints(summarize(block))["0"].splitlines()[1] == "3×1×1 → does not fit"
