"""Blocks known by the layers they stand for."""

import pytest

from cnnviz.network.known_blocks import KNOWN, block_of, expanded
from cnnviz.network.layers import LAYERS
from cnnviz.network.notation import parse_layer
from cnnviz.network.spec import Layer
from tests.network.source.test_writer import of_every_kind

BLOCKS = [text for text in of_every_kind() if text.partition("(")[0] in KNOWN]


def test_every_block_can_be_known_by_its_layers():
    assert KNOWN.keys() == {kind for kind, entry in LAYERS.items() if entry.expand and entry.parts is None}
    assert {text.partition("(")[0] for text in BLOCKS} == KNOWN.keys()


@pytest.mark.parametrize("text", BLOCKS)
@pytest.mark.parametrize("in_channels", [1, 4, 6, 64])
def test_a_block_is_known_by_its_layers(text, in_channels):
    layers = expanded(parse_layer(text), in_channels)
    found = block_of(layers, in_channels)
    assert found is not None
    assert expanded(found, in_channels) == layers


@pytest.mark.parametrize("text", BLOCKS)
def test_layers_that_differ_in_anything_are_no_block(text):
    layers = expanded(parse_layer(text), 4)
    assert block_of((*layers, Layer("Tanh")), 4) is None
    assert block_of((Layer("Tanh"), *layers), 4) is None
    assert block_of((), 4) is None
