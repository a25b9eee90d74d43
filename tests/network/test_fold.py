"""Blocks unfolded and folded again."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cnnviz.errors import SpecError
from cnnviz.network.edits import Edit, edited
from cnnviz.network.fold import Fold, fold, fold_around
from cnnviz.network.infer import infer_shapes
from cnnviz.network.known_blocks import KNOWN, expanded
from cnnviz.network.layers import LAYERS, all_params, check_layer
from cnnviz.network.notation import parse_layer
from cnnviz.network.params import REQUIRED, Param
from cnnviz.network.presets import preset
from cnnviz.network.spec import Layer
from cnnviz.network.unfold import unfold
from tests.network.examples import network

TRACELESS = {("ResidualBlock", "shortcut_norm"), ("Transition", "out_channels"), ("SqueezeExcite", "reduction")}
"""Parameters of which several values can stand for the same layers, as where a block has no shortcut to normalise."""


def small(param: Param) -> st.SearchStrategy:
    whole = st.integers(int(param.low), min(int(param.high), 9))
    drawn = {
        "bool": st.booleans(),
        "int": whole,
        "size": whole | st.tuples(whole, whole),
        "shape": st.tuples(*[whole] * (param.length or 1)),
    }[param.type]
    return st.none() | drawn if param.default is None else drawn


@st.composite
def blocks(draw, kind: str) -> Layer:
    params = LAYERS[kind].params
    required = {name: small(param) for name, param in params.items() if param.default is REQUIRED}
    optional = {name: small(param) for name, param in params.items() if param.default is not REQUIRED}
    return check_layer(Layer(kind, draw(st.fixed_dictionaries(required, optional=optional))))


@pytest.mark.parametrize("kind", KNOWN)
@settings(max_examples=30)
@given(st.data())
def test_folding_undoes_unfolding(kind, data):
    block = data.draw(blocks(kind))
    in_channels = data.draw(st.integers(1, 24))
    first, other = Layer("Conv2d", {"out_channels": in_channels, "kernel_size": 1}), Layer("Tanh")
    spec = network("ReLU()", input_shape=(3, 40, 40)).replace(layers=(first, block, other))
    assume(infer_shapes(spec).problem is None)
    loose = unfold(spec, "1")
    unfolded = edited(spec, Edit((1,), loose))
    chosen = data.draw(st.integers(1, len(loose)))
    found = fold(unfolded, "1", len(loose))
    assert found == fold_around(unfolded, str(chosen))
    assert (found.start, found.end, found.block.kind) == (1, 1 + len(loose), kind)
    assert expanded(found.block, in_channels) == loose
    was, now = all_params(block), all_params(found.block)
    assert {(kind, name) for name in was if was[name] != now[name]} <= TRACELESS


def test_layers_are_folded_inside_containers_and_at_the_width_they_are_written_for():
    spec = network(
        "Concat([Tanh()], [Conv2d(out_channels=8, kernel_size=3, padding=1), ReLU(), MaxPool2d(kernel_size=2)])"
    ).replace(width=0.5)
    block = parse_layer("VGGBlock(num_convs=1, out_channels=8)")
    assert fold(spec, "0.1.0", 3) == fold_around(spec, "0.1.1") == Fold(0, 3, block)
    assert fold_around(spec, "0.0.0") is None


def test_given_channels_that_would_be_inferred_hide_no_block():
    spec = network(
        "Conv2d(in_channels=1, out_channels=8, kernel_size=3, padding=1)", "ReLU()", "MaxPool2d(kernel_size=2)"
    )
    assert fold_around(spec, "2").block == parse_layer("VGGBlock(num_convs=1, out_channels=8)")


def test_the_longest_block_that_has_the_layer_is_found():
    vgg = preset("vgg11")
    loose = edited(vgg, Edit((3,), unfold(vgg, "3")), Edit((4,), unfold(vgg, "4")))
    assert [fold_around(loose, str(index)) for index in (3, 7)] == [Fold(3, 8, vgg.layers[3])] * 2
    assert fold_around(loose, "8") == Fold(8, 13, vgg.layers[4])
    assert fold(loose, "5", 3) == Fold(5, 8, parse_layer("VGGBlock(num_convs=1, out_channels=512)"))  # the last of two
    assert fold(loose, "3", 4) is None


def test_nothing_is_folded_that_would_change_what_another_copy_computes():
    body = "Residual([Conv2d(out_channels=8, kernel_size=3, padding=1), BatchNorm2d(), ReLU(), \
Conv2d(out_channels=8, kernel_size=3, padding=1), BatchNorm2d()], [Conv2d(out_channels=8, kernel_size=1), \
BatchNorm2d()]), ReLU()"
    assert fold(network(body.removesuffix(", ReLU()"), "ReLU()", input_shape=(1, 8, 8)), "0", 2) is not None
    repeated = network(f"Repeat([{body}], n=2)", input_shape=(1, 8, 8))  # a block has no shortcut in the second copy
    assert fold(repeated, "0.0.0", 2) is None


def test_layers_that_nothing_reaches_are_no_block_yet():
    assert fold_around(network("MaxPool2d(kernel_size=9)", "Conv2d(out_channels=8, kernel_size=3)"), "1") is None
    with pytest.raises(SpecError, match="there is no layer 7"):
        fold_around(network("ReLU()"), "7")
