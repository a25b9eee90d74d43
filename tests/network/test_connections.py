"""The edges of the data flow, for networks of ours and for modules of others, which must agree."""

import torch
from torch import Tensor, nn

from cnnviz.network.build import build
from cnnviz.network.module_summary import summarize_module
from cnnviz.network.summary import Summary, summarize
from tests.network.examples import network

RESIDUAL = "Residual: {body: ['Conv2d(out_channels=1, kernel_size=1)', ReLU()]}"
SHORTCUT = (
    "Residual: {body: ['Conv2d(out_channels=4, kernel_size=1)'], shortcut: ['Conv2d(out_channels=4, kernel_size=1)']}"
)


def sources(summary: Summary) -> dict[str, tuple[str, ...]]:
    return {row.path: row.sources for row in summary.rows}


def test_layers_in_a_row_follow_each_other_from_the_networks_input():
    found = sources(summarize(network("ReLU()", "Sequential: [Sigmoid(), Tanh()]", "Flatten()")))
    assert found == {"0": ("",), "1": (), "1.0": ("0",), "1.1": ("1.0",), "2": ("1.1",)}


def test_a_residual_adds_its_body_to_its_input():
    found = sources(summarize(network("ReLU()", RESIDUAL, "Flatten()")))
    assert found["1.body.0"] == ("0",)
    assert found["1"] == ("1.body.1", "0")
    assert found["2"] == ("1",)


def test_a_shortcut_stands_in_the_place_of_the_input():
    found = sources(summarize(network(SHORTCUT)))
    assert found["0.shortcut.0"] == ("",)
    assert found["0"] == ("0.body.0", "0.shortcut.0")


def test_an_empty_branch_passes_the_input_on():
    assert sources(summarize(network("Concat: [[ReLU()], []]")))["0"] == ("0.0.0", "")


def test_a_gate_multiplies_its_input():
    found = sources(summarize(network("ReLU()", "Gate: ['AdaptiveAvgPool2d(output_size=1)', Sigmoid()]")))
    assert found["1"] == ("1.body.1", "0")


def test_a_network_that_breaks_has_the_edges_of_what_fits():
    found = sources(summarize(network("Sequential: [ReLU(), 'Conv2d(out_channels=1, kernel_size=99)']", "ReLU()")))
    assert found == {"0": (), "0.0": ("",)}


def test_a_built_network_runs_along_the_same_edges():
    net = network("ReLU()", RESIDUAL, SHORTCUT, "Concat: [[ReLU()], [Tanh()]]", "Flatten()")
    ours, traced = sources(summarize(net)), sources(summarize_module(build(net), net.input_shape))
    assert ours["1"] == ("1.body.1", "0")
    assert traced["1.add"] == ("1.body.1", "1.shortcut")
    assert traced["1.shortcut"] == ("0",)
    assert traced["2.add"] == ("2.body.0", "2.shortcut.0") == ours["2"]
    assert traced["3.cat"] == ("3.0.0", "3.1.0") == ours["3"]


class Skips(nn.Module):
    """Keeps its input by Identity, changes it in place, and adds a dropout that does nothing when it does not train."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.kept, self.relu = nn.Conv2d(1, 1, 1), nn.Identity(), nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        kept = self.kept(x)
        y = self.relu(self.conv(x))
        return kept + nn.functional.dropout(y, training=self.training) + y + torch.ones(1)


def test_what_returns_its_input_is_told_from_it():
    assert sources(summarize_module(Skips(), (1, 4, 4))) == {
        "kept": ("",),
        "conv": ("",),
        "relu": ("conv",),
        "dropout": ("relu",),
        "add": ("kept", "dropout"),
        "add#2": ("add", "relu"),
        "add#3": ("add#2",),
    }
