"""The vocabulary: every entry of LAYERS, and what a layer is in itself, whatever reaches it."""

import inspect

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from cnnviz.network.build import build
from cnnviz.network.layers import LAYERS, all_params, check_layer, new_layer
from cnnviz.network.notation import layer_text
from cnnviz.network.params import REQUIRED
from cnnviz.network.spec import Layer, Network
from cnnviz.network.summary import summarize
from tests.network import running, strategies
from tests.network.eager import Interpreter, interpret
from tests.network.refusals import error_line

LEAVES = [kind for kind, entry in LAYERS.items() if entry.expand is None and entry.merge is None]

ROW_OF_64 = (Layer("Flatten"), Layer("Linear", {"out_features": 64}))
BEFORE = {"Linear": ROW_OF_64, "Unflatten": ROW_OF_64, "BatchNorm1d": ROW_OF_64}


def with_new(kind: str) -> Network:
    """Return a small network that ends in a new layer of this kind."""
    return Network(input_shape=(4, 8, 8), layers=(*BEFORE.get(kind, ()), new_layer(kind)))


@pytest.mark.parametrize("kind", LAYERS)
def test_a_new_layer_is_measured_as_pytorch_runs_it(kind):
    module = build(with_new(kind))
    row = summarize(with_new(kind)).top_rows[-1]
    assert row.output_shape == tuple(module.eval()(torch.rand(2, 4, 8, 8)).shape[1:])
    assert row.num_params == sum(p.numel() for p in module[-1].parameters())


@pytest.mark.parametrize("kind", LEAVES)
def test_a_kind_without_layers_of_its_own_is_pytorchs_class_of_that_name(kind):
    assert type(build(with_new(kind))[-1]) is getattr(nn, kind)


@pytest.mark.parametrize("kind", LEAVES)
def test_parameters_have_pytorchs_names_order_and_defaults(kind):
    pytorchs, ours = inspect.signature(getattr(nn, kind)).parameters, LAYERS[kind].params
    assert list(ours) == [name for name in pytorchs if name in ours]
    for name, param in ours.items():
        if param.default is not REQUIRED and param.follows is None:
            assert (name, param.default) == (name, pytorchs[name].default)
            assert type(param.default) in (type(pytorchs[name].default), float)


@pytest.mark.parametrize("kind", LEAVES)
@settings(max_examples=150)
@given(st.data())
def test_a_layer_fits_exactly_when_pytorch_runs_it(kind, data):
    shape = data.draw(st.tuples(st.integers(1, 8), st.integers(1, 9), st.integers(1, 9)))
    before = data.draw(st.sampled_from([(), (Layer("Flatten"),), (Layer("Flatten", {"start_dim": 2}),)]))
    arriving = Interpreter().chain(before, torch.zeros(2, *shape))
    network = Network(input_shape=shape, layers=(*before, running.leaf(data.draw, kind, arriving)))
    real, summary = interpret(network), summarize(network)
    assert (summary.problem is None) == (real.failed is None)
    assert [(row.output_shape, row.num_params) for row in summary.rows] == [
        (ran.output_shape, ran.num_params) for ran in real.ran
    ]


@pytest.mark.parametrize("kind", LAYERS)
def test_every_kind_and_parameter_has_help_that_reads_as_a_sentence(kind):
    assert LAYERS[kind].help.endswith(".")
    assert all(param.help and not param.help.endswith(".") for param in LAYERS[kind].params.values())


@pytest.mark.parametrize("kind", LAYERS)
def test_a_new_layer_is_within_its_own_ranges(kind):
    assert check_layer(new_layer(kind)) == new_layer(kind)


@pytest.mark.parametrize("kind", LAYERS)
@given(st.data())
def test_a_checked_layer_is_canonical(kind, data):
    layer = data.draw(strategies.layers(kind))
    assert check_layer(layer) == layer
    assert check_layer(Layer(kind, dict(reversed(all_params(layer).items())), layer.parts)) == layer
    assert list(layer.params) == [name for name in LAYERS[kind].params if name in layer.params]


@pytest.mark.parametrize(
    ("kind", "name"), [(k, n) for k in LEAVES for n, param in LAYERS[k].params.items() if param.type == "float"]
)
def test_pytorch_runs_both_ends_of_a_range_or_refuses_what_a_check_does(kind, name):
    param, before = LAYERS[kind].params[name], BEFORE.get(kind, ())
    for end in (param.low, param.high):
        layer = check_layer(new_layer(kind).replace(**{name: end}))
        network = Network(input_shape=(4, 8, 8), layers=(*before, layer))
        assert (summarize(network).problem is None) == (interpret(network).failed is None)


# Layers made in Python


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("Relu", "there is no layer kind 'Relu'; did you mean ReLU?"),
        ("Conv", "there is no layer kind 'Conv'; did you mean Conv2d?"),
        ("a\nb", "there is no layer kind 'a\\nb'; the kinds are Conv2d, ConvTranspose2d, "),
        ("x" * 10**6, f"there is no layer kind '{'x' * 60}'; the kinds are Conv2d, "),
    ],
)
def test_a_kind_that_does_not_exist_is_told_with_the_nearest(kind, message):
    assert error_line(check_layer, Layer(kind)).startswith(message)


@pytest.mark.parametrize(
    ("value", "canonical"),
    [([3, 5], (3, 5)), ([3, 3], 3), (torch.Size([3, 5]), (3, 5))],
)
def test_a_list_is_a_tuple(value, canonical):
    layer = check_layer(Layer("Conv2d", {"out_channels": 3, "kernel_size": value}))
    assert repr(layer.params["kernel_size"]) == repr(canonical)


def test_values_of_pythons_other_types_are_written_as_plain_ones():
    word, share = type("Word", (str,), {"__repr__": lambda _: "!"})("same"), type("Share", (float,), {})(0.25)
    conv = check_layer(Layer("Conv2d", {"out_channels": 3, "kernel_size": 3, "padding": word}))
    assert layer_text(conv) == "Conv2d(out_channels=3, kernel_size=3, padding='same')"
    assert type(check_layer(Layer("Dropout", {"p": share})).params["p"]) is float


@pytest.mark.parametrize(
    ("kind", "parts", "message"),
    [
        ("ReLU", ((Layer("ReLU"),),), "ReLU holds no layers of its own"),
        ("Sequential", (), "Sequential holds 1 list of layers (layers), not 0"),
        ("Sequential", ((),), "Sequential needs at least one layer in its layers"),
        ("Residual", ((), (Layer("ReLU"),)), "Residual needs at least one layer in its body"),
        ("Residual", ((Layer("ReLU"),),) * 3, "Residual holds 1 to 2 lists of layers (body, shortcut), not 3"),
        ("Concat", ((Layer("ReLU"),),), "Concat holds 2 to 64 lists of layers, not 1"),
        ("Concat", ((Layer("ReLU"),),) * 65, "Concat holds 2 to 64 lists of layers, not 65"),
        ("Gate", ((Layer("Foo"),),), "there is no layer kind 'Foo'"),
    ],
)
def test_parts_that_a_container_does_not_hold_are_told(kind, parts, message):
    assert error_line(check_layer, Layer(kind, {}, parts)).startswith(message)


def test_an_empty_shortcut_is_none():
    assert check_layer(Layer("Residual", {}, ((Layer("ReLU"),), ()))).parts == ((Layer("ReLU"),),)
