from cnnviz.drawing.costs.headlines import headlines
from cnnviz.network.presets import preset
from cnnviz.network.summary import summarize
from tests.network.examples import network


def said(*layers, input_shape=(1, 8, 8)):
    return headlines(summarize(network(*layers, input_shape=input_shape)))


def test_alexnets_parameters_are_in_its_linear_layers_and_its_work_is_not():
    first, second, third = headlines(summarize(preset("alexnet")))
    assert first == "The 3 linear layers have 92 % of the parameters, but only 5 % of the mult-adds."
    # 26,218,496 of 46,764,746 parameters and 415,334,400 of 938,439,168 mult-adds
    assert second.startswith("Layer 14 (Linear")
    assert "alone has 56 % of the parameters, layer 3 (Conv 5×5" in second
    assert second.endswith(") 44 % of the mult-adds.")
    # 96 × 54 × 54 twice, then 96 × 26 × 26 and 256 × 26 × 26: of 1,340,244 values the first four make 797,824
    assert third == "The first 4 of 21 layers make half of all outputs."


def test_less_than_a_hundredth_is_said_so():
    # 123,633,664 of VGG-19's 143,667,240 parameters, and about as many of its 19.6 G mult-adds
    assert headlines(summarize(preset("vgg19")))[0] == (
        "The 3 linear layers have 86 % of the parameters, but less than 1 % of the mult-adds."
    )


def test_a_single_layer_has_all():
    assert said("Conv2d(out_channels=3, kernel_size=1)") == (
        "The convolution has all of the parameters and all of the mult-adds.",
    )


def test_what_is_only_nearly_so_is_not_called_all_or_nothing():
    first, *_ = said("Conv2d(out_channels=64, kernel_size=7, padding=3)", "BatchNorm2d()", input_shape=(8, 64, 64))
    # 64 × 8 × 49 + 64 = 25,152 of 25,280 parameters are 99.49 %
    assert first == "The convolution has 99 % of the parameters and all of the mult-adds."
    first, *_ = said("Conv2d(out_channels=64, kernel_size=9, padding=4)", "BatchNorm2d()", input_shape=(8, 64, 64))
    assert first == "The convolution has nearly all of the parameters and all of the mult-adds."  # 99.69 %


def test_one_layer_with_most_of_both_is_named_once():
    _, second, _ = said("Conv2d(out_channels=9, kernel_size=5)", "Conv2d(out_channels=1, kernel_size=1)", "ReLU()")
    assert second == "Layer 0 (Conv 5×5) alone has 96 % of the parameters and 96 % of the mult-adds."


def test_where_no_layer_stands_out_none_is_named():
    assert not [line for line in headlines(summarize(preset("resnet50"))) if "alone" in line]


def test_what_a_container_makes_of_its_branches_is_an_output_too():
    conv = "Conv2d(out_channels=1, kernel_size=1)"
    *_, last = said(f"Residual: {{body: ['{conv}']}}", "ReLU()", "ReLU()")
    assert last == "The first 2 of 4 layers make half of all outputs."  # the convolution and the sum


def test_a_network_without_parameters_says_only_where_outputs_are_made():
    assert said("ReLU()", "MaxPool2d(kernel_size=2)") == ("The first of 2 layers makes half of all outputs.",)
    assert said("ReLU()") == ()
