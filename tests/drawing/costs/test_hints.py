from cnnviz.drawing.costs.hints import cost_hints
from cnnviz.network.presets import preset
from cnnviz.network.summary import summarize


def test_a_hint_has_the_exact_numbers_with_their_shares():
    hints = cost_hints(summarize(preset("alexnet")))
    assert hints["3"].splitlines() == [
        "3 · Conv2d(out_channels=256, kernel_size=5, padding=2)",
        "614,656 parameters (1 %)",  # 256 × 96 × 25 + 256
        "415,334,400 mult-adds (44 %)",  # 256 × 96 × 25 × 26 × 26
        "692,224 bytes of outputs (13 %)",  # 4 × 256 × 26 × 26
        "sees 51×51 pixels",
    ]
    assert hints["1"].splitlines()[:2] == ["1 · ReLU()", "1,119,744 bytes of outputs (21 %)"]


def test_blocks_and_the_layers_inside_have_hints():
    assert {"0", "0.0", "0.1"} <= cost_hints(summarize(preset("vgg11"))).keys()
