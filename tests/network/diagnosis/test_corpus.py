"""Broken networks as people bring them: PyTorch refuses each for real, and what is offered works for real."""

import warnings
from collections import Counter

import pytest
import torch
from torch import nn

from cnnviz.network import modules
from cnnviz.network.build import build
from cnnviz.network.diagnosis import diagnose
from cnnviz.network.diagnosis.case import case_of
from cnnviz.network.infer import infer_shapes
from cnnviz.network.scaling import scaled_layers
from cnnviz.network.spec import Layer, Network, Shape
from tests.network.diagnosis.corpus import CORPUS, Broken
from tests.network.eager import CHANNELS, Interpreter, Refused

cases = pytest.mark.parametrize("broken", CORPUS, ids=lambda broken: broken.name)


def test_there_are_many_and_of_every_sort():
    assert len(CORPUS) >= 70
    assert Counter(broken.name for broken in CORPUS).most_common(1)[0][1] == 1


@cases
def test_it_fails_where_the_network_fails_that_is_really_run(broken: Broken):
    interpreter = Interpreter()
    with pytest.raises(Refused):
        interpreter.chain(scaled_layers(broken.network), torch.zeros(2, *broken.input_shape))
    assert interpreter.failed.path == broken.path


@pytest.mark.parametrize("broken", [each for each in CORPUS if each.asked], ids=lambda broken: broken.name)
def test_pytorch_says_what_people_search_for(broken: Broken):
    case = case_of(broken.network, infer_shapes(broken.network))
    with pytest.raises((RuntimeError, ValueError, IndexError)) as error:
        module_for(case.layer, case.shape)(torch.zeros(2, *case.shape))
    assert broken.asked in str(error.value)


def module_for(layer: Layer, shape: Shape) -> nn.Module:
    """Return PyTorch's own module of a layer, or the container of its parts, whatever reaches it."""
    if layer.parts:
        parts = (build(Network(input_shape=shape, layers=part)) if part else nn.Identity() for part in layer.parts)
        return getattr(modules, layer.kind)(*parts)
    channels = {CHANNELS[layer.kind]: shape[0]} if layer.kind in CHANNELS else {}
    return getattr(nn, layer.kind)(**channels | dict(layer.params))


@cases
def test_the_layer_that_fails_is_named_with_what_reached_it_and_a_fix_makes_all_of_it_work(broken: Broken):
    diagnosis = diagnose(broken.network)
    assert diagnosis.problem.path == broken.path
    assert diagnosis.wanted
    offered = {fix.title: fix for fix in diagnosis.fixes}
    assert len(offered) == len(diagnosis.fixes) <= 4
    assert broken.fix in offered
    assert offered[broken.fix].effect == "the whole network works"


@cases
def test_whatever_is_said_to_work_runs_on_real_images(broken: Broken):
    works = [fix for fix in diagnose(broken.network).fixes if fix.effect == "the whole network works"]
    assert works
    for fix in works:
        assert runs(fix.network), fix.title


def runs(network: Network) -> bool:
    """Whether PyTorch runs the network on two images and learns from them: forward, and backward too."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Using padding='same' with even kernel lengths")
        build(network)(torch.rand(2, *network.input_shape)).sum().backward()
    return True
