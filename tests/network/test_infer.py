"""The tree of layers with their shapes, and the first layer that does not fit."""

import pytest

from cnnviz.errors import SpecError
from cnnviz.network.infer import Problem, infer_shapes, walk_nodes
from tests.network.examples import network


def test_the_problem_is_the_first_layer_that_does_not_fit():
    inferred = infer_shapes(network("ReLU()", "MaxPool2d(kernel_size=9)", "Linear(out_features=3)"))
    assert [node.path for node in inferred.nodes] == ["0"]
    assert inferred.problem == Problem(
        "1",
        "MaxPool2d",
        (1, 8, 8),
        "its 9×9 window is larger than the 8×8 map that reaches it",
        "MaxPool2d(kernel_size=9)",
    )


def test_nodes_are_a_block_before_its_layers_with_paths_from_zero():
    nodes = infer_shapes(network("ReLU()", "VGGBlock(num_convs=1, out_channels=4)", "Flatten()")).nodes
    assert [(node.path, node.layer.kind, depth) for node, depth in walk_nodes(nodes)] == [
        ("0", "ReLU", 0),
        ("1", "VGGBlock", 0),
        ("1.0", "Conv2d", 1),
        ("1.1", "ReLU", 1),
        ("1.2", "MaxPool2d", 1),
        ("2", "Flatten", 0),
    ]


@pytest.mark.parametrize(
    ("layer", "path", "input_shape", "reason"),
    [
        ("Residual([Conv2d(out_channels=8, kernel_size=1)])", "0", (4, 8, 8), "its body makes 8×8×8 but the input"),
        (
            "Residual([Conv2d(out_channels=8, kernel_size=1)], [Conv2d(out_channels=8, kernel_size=1, stride=2)])",
            "0",
            (4, 8, 8),
            "its body makes 8×8×8 but its shortcut makes 8×4×4",
        ),
        ("Residual([Conv2d(out_channels=4, kernel_size=9)])", "0.body.0", (4, 8, 8), "its 9×9 window"),
        ("Concat([], [MaxPool2d(kernel_size=2)])", "0", (4, 8, 8), "its branches make 4×8×8, 4×4×4"),
        ("Concat([], [Flatten(), ReLU()])", "0", (4, 8, 8), "its branches make 4×8×8, 256"),
        ("Gate([AdaptiveAvgPool2d(output_size=2)])", "0", (4, 8, 8), "its gate makes 4×2×2"),
        ("Repeat([MaxPool2d(kernel_size=2), ReLU()], n=4)", "0.3.0", (4, 1, 1), "its 2×2 window"),
        ("Sequential([Sequential([MaxPool2d(kernel_size=9)])])", "0.0.0", (4, 8, 8), "its 9×9 window"),
        ("Bottleneck(channels=65536, expansion=64)", "0", (4, 8, 8), "inside it, Conv2d: out_channels must be"),
    ],
)
def test_a_problem_inside_a_container_is_told_where_it_is(layer, path, input_shape, reason):
    problem = infer_shapes(network(layer, input_shape=(4, 8, 8))).problem
    assert (problem.path, problem.input_shape) == (path, input_shape)
    assert problem.reason.startswith(reason)


def test_what_fits_of_a_container_stays():
    text = "Residual([ReLU(), Conv2d(out_channels=4, kernel_size=9)], [Tanh()])"
    (node,) = infer_shapes(network(text)).nodes
    assert node.output_shape is None
    assert [inner.path for part in node.parts for inner in part] == ["0.body.0"]


def test_too_many_layers_are_refused_before_they_are_made(time_limit):
    deep = "ReLU()"
    for _ in range(8):
        deep = f"Repeat([{deep}, ReLU()], n=1000)"
    with time_limit(10), pytest.raises(SpecError, match="a network can have 5,000 layers"):
        infer_shapes(network(deep))


BIG = (65536, 8192, 8192)


@pytest.mark.parametrize(
    ("layers", "path"),
    [
        (("ConvTranspose2d(out_channels=65536, kernel_size=1024, stride=1024)",), "0"),
        (("Upsample(scale_factor=64.0)",) * 20, "1"),
        (("Flatten()", "Linear(out_features=1000000)"), "1"),
        ((f"Concat({'[], ' * 64})",) * 6 + ("Conv2d(out_channels=65536, kernel_size=1024)",), "6"),
        ((f"Concat({'[], ' * 64})",) * 60 + ("BatchNorm2d()",), "60"),
        (("Flatten()", f"Unflatten(dim=1, unflattened_size=({2**40}, {2**40}))"), "1"),
    ],
)
def test_sizes_beyond_all_memory_are_a_problem_of_the_layer_that_makes_them(layers, path, time_limit):
    with time_limit(20):
        assert infer_shapes(network(*layers, input_shape=BIG)).problem.path == path


def test_an_even_window_with_same_padding_is_measured_without_a_warning():
    text = "Conv2d(out_channels=1, kernel_size=2, padding='same')"
    assert infer_shapes(network(text)).nodes[0].output_shape == (1, 8, 8)
