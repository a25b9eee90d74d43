import pytest
from pydantic import ValidationError

from cnnviz.errors import SpecError
from cnnviz.network.spec import MAX_LAYERS, Layer, Network, make_network

RELU = Layer("ReLU")


def test_replace_changes_one_field_and_leaves_the_original_as_it_was():
    network = make_network(name="one", input_shape=[1, 28, 28], layers=[RELU])
    assert network.replace(width=0.5) == make_network(name="one", input_shape=[1, 28, 28], layers=[RELU], width=0.5)
    assert network.width == 1


def test_replacing_a_layers_parameter_leaves_the_original_as_it_was():
    layer = Layer("Dropout", {"p": 0.5})
    assert layer.replace(p=0.2, inplace=True) == Layer("Dropout", {"p": 0.2, "inplace": True})
    assert layer == Layer("Dropout", {"p": 0.5})


def test_a_network_and_its_layers_are_frozen():
    network = make_network(input_shape=(1, 28, 28), layers=(RELU,))
    with pytest.raises(ValidationError):
        network.width = 2.0
    with pytest.raises(AttributeError):
        network.layers[0].kind = "Tanh"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"input_shape": (0, 28, 28)}, "input_shape[0] should be greater than or equal to 1, not 0"),
        ({"input_shape": (1, -28, 28)}, "input_shape[1] should be greater than or equal to 1, not -28"),
        ({"input_shape": (1, 28, 8193)}, "input_shape[2] should be less than or equal to 8192, not 8193"),
        ({"input_shape": (65537, 28, 28)}, "input_shape[0] should be less than or equal to 65536, not 65537"),
        ({"input_shape": (True, 28, 28)}, "input_shape[0] should be a valid integer, not True"),
        ({"input_shape": (1, 28.0, 28)}, "input_shape[1] should be a valid integer, not 28.0"),
        ({"input_shape": (1, 28)}, "input_shape[2] is missing"),
        ({"input_shape": (1, 28, 28, 28)}, "input_shape"),
        ({"width": 0}, "width should be greater than 0, not 0"),
        ({"width": -1}, "width should be greater than 0, not -1"),
        ({"width": 65}, "width should be less than or equal to 64, not 65"),
        ({"width": float("nan")}, "width should be a finite number, not nan"),
        ({"width": float("inf")}, "width should be a finite number, not inf"),
        ({"width": True}, "width"),
        ({"name": ""}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": 5}, "name should be a valid string, not 5"),
        ({"layers": ()}, "layers"),
        ({"layers": (RELU,) * (MAX_LAYERS + 1)}, "layers"),
        ({"wdith": 2}, "wdith: there is no such setting"),
    ],
)
def test_a_value_out_of_range_is_told_with_its_place_in_one_line(changes, message):
    with pytest.raises(SpecError) as error:
        Network(input_shape=(1, 28, 28), layers=(RELU,)).replace(**changes)
    assert str(error.value).startswith(message)
    assert len(str(error.value)) < 300
    assert "\n" not in str(error.value)


def test_a_missing_field_is_told_with_what_it_is():
    with pytest.raises(SpecError, match="input_shape is missing: channels, height and width of the image"):
        make_network(layers=(RELU,))
