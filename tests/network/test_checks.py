"""What does not fit: the sentence that a person reads, and PyTorch refusing the same but not what is beside it."""

import pytest
import torch

from cnnviz.network import checks
from cnnviz.network.layers import LAYERS, new_layer
from cnnviz.network.notation import layer_text
from cnnviz.network.summary import summarize
from tests.network.eager import Interpreter, interpret, run_leaf
from tests.network.examples import network
from tests.network.misfits import MISFITS


def test_every_check_has_a_misfit():
    assert {misfit.check for misfit in MISFITS} - {None} == {
        check for entry in LAYERS.values() for check in entry.checks
    }


@pytest.mark.parametrize("misfit", MISFITS, ids=lambda misfit: misfit.refused)
def test_a_layer_that_does_not_fit_is_told_in_words_and_numbers(misfit):
    problem = summarize(network(misfit.after, misfit.refused, input_shape=misfit.input_shape)).problem
    assert (problem.path, problem.kind, problem.reason) == ("1", misfit.refused.partition("(")[0], misfit.reason)


@pytest.mark.parametrize("misfit", [each for each in MISFITS if each.by_pytorch], ids=lambda misfit: misfit.refused)
def test_pytorch_refuses_it_too(misfit):
    before, layer = network(misfit.after, misfit.refused, input_shape=misfit.input_shape).layers
    arriving = Interpreter().chain([before], torch.zeros(2, *misfit.input_shape))
    with pytest.raises((RuntimeError, ValueError, IndexError)):
        run_leaf(layer, arriving)


@pytest.mark.parametrize("misfit", MISFITS, ids=lambda misfit: misfit.fits)
def test_the_layer_beside_it_is_measured_as_pytorch_runs_it(misfit):
    spec = network(misfit.after, misfit.fits, input_shape=misfit.fits_input_shape or misfit.input_shape)
    real, summary = interpret(spec), summarize(spec)
    assert (real.failed, summary.problem) == (None, None)
    assert summary.output_shape == real.ran[-1].output_shape


@pytest.mark.parametrize("kind", [kind for kind, entry in LAYERS.items() if checks.takes_a_map in entry.checks])
def test_a_layer_that_needs_a_map_does_not_take_a_row(kind):
    flat = network("Flatten()", layer_text(new_layer(kind)), input_shape=(4, 5, 6))
    problem = summarize(flat).problem
    assert (problem.path, problem.kind, problem.input_shape) == ("1", kind, (120,))
    assert "it needs a feature map" in problem.reason
    assert "a row of 120 values reaches it" in problem.reason


def test_a_linear_layer_acts_on_the_last_dimension_of_a_map_where_that_is_asked_for():
    row = summarize(network("Linear(in_features=6, out_features=3)", input_shape=(4, 5, 6))).rows[0]
    assert (row.output_shape, row.num_params, row.mult_adds) == ((4, 5, 3), 6 * 3 + 3, 4 * 5 * 6 * 3)
