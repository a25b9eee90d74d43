"""What is told of layers, against hand arithmetic and a step written out."""

import pytest
import torch
from torch import nn

from cnnviz.training.statistics import Observer


def test_norm_and_ratio_of_a_step_by_hand() -> None:
    """One weight row (3, 4) of norm 5, input (1, 2): the gradient of the output is (1, 2), of norm sqrt 5."""
    net = nn.Sequential(nn.Linear(2, 1, bias=False))
    nn.init.constant_(net[0].weight, 0)
    net[0].weight.data[:] = torch.tensor([[3.0, 4.0]])
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    with Observer(net).step() as statistics:
        net(torch.tensor([[1.0, 2.0]])).sum().backward()
        optimizer.step()
        (layer,) = statistics()
    assert layer.path == "0"
    assert layer.gradient_norm == pytest.approx(5**0.5)
    assert layer.update_ratio == pytest.approx(0.1 * 5**0.5 / 5)
    assert layer.dead_share is None


def test_dead_units_are_those_that_are_0_for_the_whole_batch() -> None:
    net = nn.Sequential(nn.Conv2d(1, 4, 1), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Linear(16, 3), nn.ReLU())
    nn.init.constant_(net[1].weight, 0)  # the normalisation gives its bias
    net[1].bias.data[:] = torch.tensor([1.0, -1.0, 0.0, 2.0])  # two of four channels are shut off
    nn.init.constant_(net[4].weight, 0)
    net[4].bias.data[:] = torch.tensor([-1.0, 1.0, 1.0])
    with Observer(net).step() as statistics:
        net(torch.rand(5, 1, 2, 2)).sum().backward()
        conv, linear = statistics()
    assert (conv.path, conv.dead_share) == ("0", 0.5)
    assert (linear.path, linear.dead_share) == ("4", pytest.approx(1 / 3))


def test_a_unit_that_works_for_one_example_is_not_dead() -> None:
    net = nn.Sequential(nn.Linear(1, 2), nn.ReLU())
    net[0].weight.data[:] = torch.tensor([[1.0], [-1.0]])
    nn.init.zeros_(net[0].bias)
    with Observer(net).step() as statistics:
        net(torch.tensor([[1.0], [2.0]])).sum().backward()
        (layer,) = statistics()
    assert layer.dead_share == 0.5


def test_nothing_is_watched_outside_of_a_step() -> None:
    net = nn.Sequential(nn.Linear(2, 2), nn.ReLU())
    observer = Observer(net)
    with observer.step():
        assert all(layer._forward_hooks for layer in net)
    assert not any(layer._forward_hooks for layer in net)


def test_paths_reach_into_containers_and_a_layer_without_gradient_is_left_out() -> None:
    net = nn.Sequential(nn.Sequential(nn.Linear(2, 2), nn.ReLU()), nn.Linear(2, 1))
    net[0][0].weight.requires_grad_(False)
    with Observer(net).step() as statistics:
        net(torch.ones(1, 2)).sum().backward()
        assert [layer.path for layer in statistics()] == ["1"]
