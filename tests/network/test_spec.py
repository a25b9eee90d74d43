import pytest
from pydantic import ValidationError

from cnnviz.errors import SpecError
from cnnviz.network.document import parse, to_json, to_text
from cnnviz.network.notation import layer_text, parse_layer
from cnnviz.network.spec import MAX_DEPTH, MAX_LAYERS, Layer, Network, make_network
from cnnviz.network.summary import summarize

RELU = Layer("ReLU")


def nested(depth: int) -> Layer:
    layer = RELU
    for _ in range(depth):
        layer = Layer("Sequential", parts=((layer,),))
    return layer


def branching(depth: int, ways: int) -> Layer:
    """Return few objects that are ways ** depth layers."""
    layer = RELU
    for _ in range(depth):
        layer = Layer("Concat", parts=((layer,),) * ways)
    return layer


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
        ({"layers": (RELU,) * (MAX_LAYERS + 1)}, "layers must be a list of 1 to 5,000 layers"),
        ({"layers": ("ReLU()",)}, "layers[0] should be a dictionary or an instance of Layer, not 'ReLU()'"),
        ({"layers": (nested(21),)}, "layers can be nested 20 deep, and these are deeper"),
        ({"layers": (nested(50_000),)}, "layers can be nested 20 deep, and these are deeper"),
        ({"layers": (branching(20, ways=64),)}, "layers can be at most 5,000, those inside containers included"),
        ({"year": 99999}, "year should be less than or equal to 2100, not 99999"),
        ({"recipe": {"lr": float("nan")}}, "recipe[lr] must be a number of usual size or a word, not nan"),
        ({"recipe": {"lr": 10**5000}}, "recipe[lr] must be a number of usual size or a word, not a huge number"),
        ({"recipe": {"lr": True}}, "recipe[lr] must be a number of usual size or a word, not True"),
        ({"recipe": {"lr": None}}, "recipe[lr] must be a number of usual size or a word, not None"),
        ({"wdith": 2}, "wdith: there is no such setting"),
    ],
)
def test_a_value_out_of_range_is_told_with_its_place_in_one_line(changes, message):
    with pytest.raises(SpecError) as error:
        Network(input_shape=(1, 28, 28), layers=(RELU,)).replace(**changes)
    assert str(error.value).startswith(message)
    assert len(str(error.value)) < 300
    assert "\n" not in str(error.value)


def test_a_network_made_of_wrong_values_is_told_in_the_same_words():
    with pytest.raises(SpecError, match="width should be greater than 0, not -1"):
        Network(input_shape=(1, 28, 28), layers=(RELU,), width=-1)


def test_20_containers_within_each_other_are_the_most_there_can_be():
    network = make_network(input_shape=(1, 8, 8), layers=[nested(MAX_DEPTH)])
    assert parse(to_text(network)) == parse(to_json(network)) == network
    assert parse_layer(layer_text(network.layers[0])) == network.layers[0]
    assert summarize(network).rows[-1].depth == MAX_DEPTH


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ((5,), "a layer's kind must be a name such as 'Conv2d', not 5"),
        ((["ReLU"],), "a layer's kind must be a name such as 'Conv2d', not ['ReLU']"),
        (("ReLU", None), "'ReLU': params must be a dict of values by name, not None"),
        (("ReLU", [("inplace", True)]), "'ReLU': params must be a dict of values by name, not [('inplace', True)]"),
        (("ReLU", {5: 1}), "'ReLU': params must be a dict of values by name, not {5: 1}"),
        (("Residual", {}, None), "'Residual': parts must be lists of layers, such as ((Layer('ReLU'),),)"),
        (("Residual", {}, (RELU,)), "'Residual': parts must be lists of layers"),
        (("Residual", {}, "ReLU()"), "'Residual': parts must be lists of layers"),
        (("Residual", {}, (("ReLU()",),)), "'Residual': parts must be lists of layers"),
        (("Residual", {}, ((RELU,), None)), "'Residual': parts must be lists of layers"),
        (("Residual", {}, {"body": [RELU]}), "'Residual': parts must be lists of layers"),
    ],
)
def test_a_layer_made_of_other_types_is_told(fields, message):
    with pytest.raises(SpecError) as error:
        Layer(*fields)
    assert str(error.value).startswith(message)


def test_parts_given_as_lists_are_tuples():
    assert Layer("Residual", {}, [[RELU], [RELU]]) == Layer("Residual", {}, ((RELU,), (RELU,)))


def test_a_missing_field_is_told_with_what_it_is():
    with pytest.raises(SpecError, match="input_shape is missing: channels, height and width of the image"):
        make_network(layers=(RELU,))
