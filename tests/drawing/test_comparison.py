from cnnviz.drawing.comparison import comparison_text
from cnnviz.network.comparison import compare
from cnnviz.network.edits import Edit, edited
from cnnviz.network.notation import parse_layer
from cnnviz.network.presets import preset
from tests.network.examples import network


def test_differences_are_told_one_a_line_with_their_settings_before_and_after():
    lenet = preset("lenet").replace(width=0.25, input_shape=(3, 32, 32))
    layers = tuple(map(parse_layer, ("BatchNorm2d()", "ReLU()", "MaxPool2d(kernel_size=2)")))
    assert comparison_text(compare(preset("lenet"), edited(lenet, Edit((1,), layers, removed=2)))).splitlines() == [
        "~ input 1×28×28 → 3×32×32",
        "~ width ×1 → ×1/4",
        "~ 0 Conv2d: out_channels 6 → 1",
        "+ 1 BatchNorm2d",
        "~ 1 → 2 Sigmoid → ReLU",
        "~ 2 → 3 AvgPool2d → MaxPool2d: stride 2 → kernel_size",
        "~ 3 → 4 Conv2d: out_channels 16 → 4",
    ]


def test_what_was_removed_is_told_with_its_settings_and_words_stand_for_what_was_not_given():
    before = network("Conv2d(out_channels=2, kernel_size=3, bias=False)", "Dropout(p=0.2)")
    after = network("Conv2d(out_channels=2, kernel_size=3, in_channels=1)")
    assert comparison_text(compare(before, after)).splitlines() == [
        "~ 0 Conv2d: in_channels inferred → 1, bias off → on",
        "− 1 Dropout(p=0.2)",
    ]


def test_two_networks_that_are_the_same_are_told_to_be():
    assert comparison_text(compare(preset("nin"), preset("nin"))) == "The same layers with the same settings."
