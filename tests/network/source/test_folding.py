"""Blocks known by the layers they stand for."""

import pytest

from cnnviz.network.layers import LAYERS
from cnnviz.network.notation import layer_text, parse_layer
from cnnviz.network.source import from_source
from cnnviz.network.source.folding import GUESSES, block_of, expanded
from cnnviz.network.spec import Layer
from tests.network.source.test_writer import of_every_kind

BLOCKS = [text for text in of_every_kind() if text.partition("(")[0] in GUESSES]


def test_every_block_can_be_known_by_its_layers():
    assert GUESSES.keys() == {kind for kind, entry in LAYERS.items() if entry.expand and entry.parts is None}
    assert {text.partition("(")[0] for text in BLOCKS} == GUESSES.keys()


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


def sequential(*layers: str) -> list[str]:
    read = from_source(f"net = nn.Sequential(nn.Sequential({', '.join(layers)}))\nx = torch.rand(1, 4, 8, 8)")
    return [layer_text(layer) for layer in read.layers]


def test_a_pool_without_its_stride_is_the_same_pool():
    assert sequential("nn.Conv2d(4, 8, 3, padding=1)", "nn.ReLU()", "nn.MaxPool2d(2)") == [
        "VGGBlock(num_convs=1, out_channels=8)"
    ]


@pytest.mark.parametrize(
    "layers",
    [
        ("nn.Conv2d(4, 8, 3, padding=1)", "nn.ReLU()", "nn.MaxPool2d(2, 1)"),
        ("nn.Conv2d(4, 8, 3)", "nn.ReLU()", "nn.MaxPool2d(2, 2)"),
        ("nn.Conv2d(4, 8, 3, padding=1, bias=False)", "nn.ReLU()", "nn.MaxPool2d(2, 2)"),
        ("nn.Conv2d(4, 8, 3, padding=1)", "nn.Tanh()", "nn.MaxPool2d(2, 2)"),
        ("nn.Conv2d(4, 8, 3, padding=1)", "nn.ReLU(inplace=True)", "nn.MaxPool2d(2, 2)"),
        ("nn.Conv2d(4, 8, 3, padding=1)", "nn.ReLU()", "nn.AvgPool2d(2, 2)"),
        ("nn.Conv2d(9, 8, 3, padding=1)", "nn.ReLU()", "nn.MaxPool2d(2, 2)"),
    ],
)
def test_what_is_only_like_a_block_stays_as_it_is(layers):
    (text,) = sequential(*layers)
    assert text.startswith("Sequential([Conv2d(")


def test_layers_that_are_alike_are_repeated():
    assert sequential(*["nn.ReLU()"] * 3) == ["Repeat([ReLU()], n=3)"]
    assert sequential(*["nn.Sequential(nn.ReLU(), nn.Tanh())"] * 2) == ["Repeat([ReLU(), Tanh()], n=2)"]
    assert sequential(*["nn.Sequential(nn.ReLU())"] * 2) == ["Repeat([Sequential([ReLU()])], n=2)"]
    assert sequential("nn.ReLU()") == ["Sequential([ReLU()])"]
