import pytest
import torch
from torch import nn

from cnnviz.training.initialization import initialize


def test_initialize_draws_xavier_weights_in_the_modules_order_and_nothing_else() -> None:
    class Special(nn.Linear):
        pass

    net = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.Sequential(nn.Linear(8, 8)), Special(4, 4))
    before = {name: value.clone() for name, value in net.state_dict().items()}
    torch.manual_seed(1)
    initialize(net)
    torch.manual_seed(1)
    expected = {"0.weight": nn.init.xavier_uniform_(torch.empty(4, 1, 3, 3))}
    expected["2.0.weight"] = nn.init.xavier_uniform_(torch.empty(8, 8))
    for name, value in net.state_dict().items():
        assert torch.equal(value, expected.get(name, before[name])), name


@pytest.mark.parametrize("name", ["pytorch", "kaiming"])
def test_other_initializations_are_pytorchs(name: str) -> None:
    torch.manual_seed(0)
    net = nn.Sequential(nn.Conv2d(1, 4, 3), nn.Linear(8, 8))
    before = {name: value.clone() for name, value in net.state_dict().items()}
    torch.manual_seed(1)
    initialize(net, name)
    torch.manual_seed(1)
    expected = dict(before)
    if name == "kaiming":
        for each in ("0.weight", "1.weight"):
            expected[each] = nn.init.kaiming_normal_(torch.empty_like(before[each]), nonlinearity="relu")
    for each, value in net.state_dict().items():
        assert torch.equal(value, expected[each]), each
