"""What holds for any network: drawn at random, run for real, and held against what is inferred without running it."""

from collections import Counter

import torch
from hypothesis import HealthCheck, given, settings
from torch import nn

from cnnviz.network import modules
from cnnviz.network.build import build
from cnnviz.network.document import parse, to_json, to_text
from cnnviz.network.layers import LAYERS
from cnnviz.network.notation import layer_text, parse_layer
from cnnviz.network.spec import Network
from cnnviz.network.summary import Summary, summarize
from tests.network.eager import Failed, Interpreter, Ran, interpret
from tests.network.running import networks

AS_THEY_ARE_DRAWN = [HealthCheck.too_slow, HealthCheck.data_too_large]  # the networks run while they are drawn


def test_random_networks_are_measured_as_pytorch_runs_them_up_to_the_layer_that_pytorch_refuses():
    verdicts, kinds = Counter(), Counter()

    @settings(max_examples=16_500, suppress_health_check=AS_THEY_ARE_DRAWN)
    @given(networks())
    def hold(network: Network) -> None:
        summary, real = summarize(network), interpret(network)
        hold_against_the_interpreter(summary, real)
        if real.failed is None:
            hold_against_the_built_module(network, summary)
        verdicts["fits" if real.failed is None else "broken"] += 1
        kinds.update(row.kind for row in summary.rows)
        verdicts["three deep"] += any(row.depth == 3 for row in summary.rows)

    hold()
    assert verdicts["fits"] >= 3_000
    assert verdicts["broken"] >= 10_000
    assert verdicts["three deep"] >= 1_000
    assert kinds.keys() == LAYERS.keys()


def hold_against_the_interpreter(summary: Summary, real: Interpreter) -> None:
    """Same leaves, shapes and counts, and the same first failing layer."""
    assert [
        Ran(row.path, row.kind, row.input_shape, row.output_shape, row.num_params) for row in summary.leaf_rows
    ] == real.ran
    problem = summary.problem
    assert (problem and Failed(problem.path, problem.kind, problem.input_shape)) == real.failed


def hold_against_the_built_module(network: Network, summary: Summary) -> None:
    """Every row is a module of the built network: its class, shapes and parameters, as forward hooks see them."""
    built, shapes = build(network), {}
    named = dict(built.named_modules())
    for path, module in named.items():
        module.register_forward_hook(
            lambda _, inputs, output, path=path: shapes.update({path: (inputs[0].shape[1:], output.shape[1:])})
        )
    with torch.no_grad():
        output = built(torch.zeros(2, *network.input_shape))
    assert summary.output_shape == tuple(output.shape[1:])
    assert summary.num_params == sum(parameter.numel() for parameter in built.parameters())
    for row in summary.rows:
        assert type(named[row.path]) is getattr(nn if row.is_leaf else modules, row.kind, nn.Sequential)
        assert shapes[row.path] == (row.input_shape, row.output_shape)
        assert row.num_params == sum(parameter.numel() for parameter in named[row.path].parameters())


@settings(max_examples=3_000, suppress_health_check=AS_THEY_ARE_DRAWN)
@given(networks())
def test_text_yaml_and_json_of_random_networks_are_read_back_as_they_were(network: Network):
    assert parse(to_text(network)) == network
    assert to_text(parse(to_text(network))) == to_text(network)
    assert parse(to_json(network)) == network
    assert tuple(parse_layer(layer_text(layer)) for layer in network.layers) == network.layers
