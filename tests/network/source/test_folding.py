"""What was read as a person would list it."""

import pytest

from cnnviz.network.notation import layer_text
from cnnviz.network.source import from_source


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
