import pytest

from cnnviz.errors import SpecError
from cnnviz.network.build import build
from cnnviz.network.notation import layer_text
from cnnviz.network.presets import preset
from cnnviz.network.scaling import head_path, num_classes, scaled_layers, with_classes
from cnnviz.network.spec import Layer, Network
from cnnviz.network.summary import summarize
from tests.network.examples import network


def scaled_texts(width: float, *layers: str) -> list[str]:
    return [layer_text(layer) for layer in scaled_layers(network(*layers).replace(width=width))]


def test_vgg11_at_a_quarter_of_its_width_is_the_narrow_one():
    quarter = preset("vgg11").replace(width=1 / 4)
    assert scaled_layers(quarter) == preset("vgg11-narrow").layers
    # The seed prints: [(1, 16), (1, 32), (2, 64), (2, 128), (2, 128)]
    assert [tuple(layer.params.values()) for layer in scaled_layers(quarter)[:5]] == [
        (1, 16),
        (1, 32),
        (2, 64),
        (2, 128),
        (2, 128),
    ]


def test_vgg11_at_a_quarter_of_its_width_has_the_state_of_the_narrow_one():
    quarter = build(preset("vgg11").replace(width=1 / 4), device="meta").state_dict()
    narrow = build(preset("vgg11-narrow"), device="meta").state_dict()
    assert {name: value.shape for name, value in quarter.items()} == {k: v.shape for k, v in narrow.items()}


def test_width_scales_convolutions_and_blocks_but_no_linear_layer():
    assert scaled_texts(
        2,
        "Conv2d(out_channels=3, kernel_size=1)",
        "VGGBlock(num_convs=1, out_channels=4)",
        "Flatten()",
        "Linear(out_features=5)",
        "Linear(out_features=10)",
    ) == [
        "Conv2d(out_channels=6, kernel_size=1)",
        "VGGBlock(num_convs=1, out_channels=8)",
        "Flatten()",
        "Linear(out_features=5)",
        "Linear(out_features=10)",
    ]


def test_width_leaves_the_layer_that_makes_the_classes():
    conv = "Conv2d(out_channels=10, kernel_size=1)"
    assert scaled_texts(0.5, conv, conv, "AdaptiveAvgPool2d(output_size=1)", "Flatten()")[:2] == [
        "Conv2d(out_channels=5, kernel_size=1)",
        conv,
    ]


@pytest.mark.parametrize(
    ("channels", "width", "scaled"),
    [(7, 0.5, 3), (1, 0.25, 1), (3, 1 / 3, 1), (10, 0.1, 1), (98, 1 / 49, 2), (6, 1.5, 9)],
)
def test_channels_are_rounded_down_and_at_least_one(channels, width, scaled):
    first = scaled_layers(
        network(f"VGGBlock(num_convs=1, out_channels={channels})", "Linear(out_features=10)").replace(width=width)
    )[0]
    assert first.params["out_channels"] == scaled


@pytest.mark.parametrize("width", [1, 0.5])
@pytest.mark.parametrize("layer", [Layer("Foo"), Layer("Conv2d")], ids=["unknown kind", "missing parameter"])
def test_a_layer_that_is_wrong_in_itself_is_told_at_any_width(layer, width):
    wrong = Network(input_shape=(1, 8, 8), width=width, layers=(layer, Layer("Linear", {"out_features": 10})))
    with pytest.raises(SpecError, match=r"there is no layer kind 'Foo'|Conv2d needs out_channels"):
        summarize(wrong)


def test_channels_that_become_too_many_are_told_with_the_layer_and_the_width():
    wide = network("ReLU()", "Conv2d(out_channels=2000, kernel_size=1)", "Flatten()", "Linear(out_features=10)")
    with pytest.raises(SpecError, match=r"at width 64, layer 1: Conv2d: ") as error:
        summarize(wide.replace(width=64))
    assert "128000" in str(error.value)


def test_a_layer_that_becomes_too_wide_is_told_with_its_place_among_containers():
    deep = network("ReLU()", "Sequential([Residual([Tanh(), Conv2d(out_channels=2000, kernel_size=1)])])", "ReLU()")
    with pytest.raises(SpecError, match=r"^at width 64, layer 1\.0\.body\.1: Conv2d: out_channels must be"):
        summarize(deep.replace(width=64))


def test_width_scales_the_layers_inside_containers():
    conv = "Conv2d(out_channels=8, kernel_size=1)"
    assert scaled_texts(0.5, f"Sequential([{conv}, Residual([{conv}])])", "Flatten()", "Linear(out_features=3)")[0] == (
        "Sequential([Conv2d(out_channels=4, kernel_size=1), Residual([Conv2d(out_channels=4, kernel_size=1)])])"
    )


def test_a_depthwise_convolution_stays_one():
    depthwise = "Conv2d(out_channels=8, kernel_size=3, groups=8)"
    halved = scaled_texts(0.5, depthwise, "Flatten()", "Linear(out_features=3)")[0]
    assert halved == "Conv2d(out_channels=4, kernel_size=3, groups=4)"


def test_at_another_width_given_channels_are_those_that_arrive_and_other_given_sizes_stay():
    spec = network(
        "Conv2d(in_channels=1, out_channels=8, kernel_size=1)",
        "BatchNorm2d(num_features=8)",
        "LayerNorm(normalized_shape=(8, 8, 8))",
        "LayerNorm(normalized_shape=(8, 8))",
        "Linear(in_features=8, out_features=8)",
        "Flatten()",
        "LayerNorm(normalized_shape=512)",
        "Linear(in_features=512, out_features=10)",
    )
    rows, halved = summarize(spec).rows, summarize(spec.replace(width=0.5)).rows
    assert [row.num_params for row in rows] == [16, 16, 2 * 512, 2 * 64, 72, 0, 2 * 512, 5130]
    assert [row.num_params for row in halved] == [8, 8, 2 * 256, 2 * 64, 72, 0, 2 * 256, 2570]
    assert halved[-1].text == "Linear(in_features=256, out_features=10)"


def test_the_head_is_the_last_layer_that_sets_its_features():
    assert head_path(preset("lenet").layers) == (11,)
    assert num_classes(preset("lenet")) == 10
    assert num_classes(network("ReLU()")) is None


@pytest.mark.parametrize(
    ("layers", "path", "classes"),
    [
        (("Flatten()", "Linear(out_features=10)", "Softmax(dim=1)"), (1,), 10),
        (("Flatten()", "Linear(out_features=10)", "Sequential([Softmax(dim=1)])"), (1,), 10),
        (("Sequential([Flatten(), Linear(out_features=10)])", "Softmax(dim=1)"), (0, 1), 10),
        (("Sequential([ReLU(), Sequential([Conv2d(out_channels=7, kernel_size=1)])])", "Flatten()"), (0, 1, 0), 7),
        (("Flatten()", "Linear(out_features=10)", "Residual([Tanh()])"), None, None),
        (("Flatten()", "Linear(out_features=10)", "Sequential([Concat([], [])])"), None, None),
        (("Flatten()", "Repeat([Linear(out_features=10)], n=2)"), None, None),
        (("Fire(squeeze_channels=2, expand_channels=4)", "Flatten()"), None, None),
    ],
)
def test_the_head_is_looked_for_in_a_sequential_and_no_other_container(layers, path, classes):
    spec = network(*layers)
    assert (head_path(spec.layers), num_classes(spec)) == (path, classes)
    if path:
        assert num_classes(with_classes(spec, 3)) == 3
        assert summarize(with_classes(spec, 3)).problem is None


def test_with_classes_changes_the_head_alone():
    changed = with_classes(preset("lenet"), 100)
    assert num_classes(changed) == 100
    assert changed.layers[:-1] == preset("lenet").layers[:-1]
    assert with_classes(changed, 10) == preset("lenet")


def test_a_network_without_a_head_cannot_be_given_classes():
    with pytest.raises(SpecError, match="no layer of this network sets a number of classes; add a Linear layer"):
        with_classes(network("ReLU()"), 10)
