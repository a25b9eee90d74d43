from collections import OrderedDict
from functools import partial

import torch
from torch import nn

from cnnviz.network.tracing.replica import Replicas, cpu_tensor, meta_tensor, unwrapped


def replicas(copy_tensor=meta_tensor) -> Replicas:
    return Replicas(copy_tensor, lambda module, replica: replica.forward)


def test_a_copy_has_the_class_the_structure_and_the_sizes_and_no_data():
    module = nn.Sequential(OrderedDict(conv=nn.Conv2d(3, 4, 3), norm=nn.BatchNorm2d(4))).train()
    module.conv.weight.requires_grad_(False)
    copy = replicas().of(module)
    assert repr(copy) == repr(module)
    assert {name: tensor.shape for name, tensor in copy.state_dict().items()} == {
        name: tensor.shape for name, tensor in module.state_dict().items()
    }
    assert all(tensor.is_meta for tensor in copy.state_dict().values())
    assert [param.requires_grad for param in copy.parameters()] == [False, True, True, True]
    assert not any(inner.training for inner in copy.modules())
    assert all(inner.training for inner in module.modules())


def test_a_copy_on_the_cpu_has_the_data_and_shares_none_of_it():
    module = nn.Linear(2, 2)
    copy = replicas(cpu_tensor).of(module)
    assert torch.equal(copy.weight, module.weight)
    assert copy.weight.data_ptr() != module.weight.data_ptr()


def test_what_is_one_object_stays_one_object():
    module = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    module.append(module[0])
    module[1].weight = module[0].weight
    copy = replicas().of(module)
    assert copy[2] is copy[0]
    assert copy[1].weight is copy[0].weight
    assert copy[1].bias is not copy[0].bias


def test_references_to_modules_and_tensors_lead_into_the_copy():
    module = nn.Sequential(nn.Linear(2, 2), nn.ReLU())
    module[1].parent = [module]  # in a list, so that it is no part of it
    module[1].table = {"weights": (module[0].weight, torch.ones(2)), "sizes": [1, 2]}
    module[1].method = module[0].forward
    module[1].call = partial(nn.Linear.forward, module[0])
    inside = replicas().of(module)[1]
    copy = inside.parent[0]
    assert copy[1] is inside
    assert inside.table["weights"][0] is copy[0].weight
    assert inside.table["weights"][1].is_meta
    assert inside.table["sizes"] == [1, 2]
    assert inside.table["sizes"] is not module[1].table["sizes"]
    assert inside.method.__self__ is copy[0]
    assert inside.call.args == (copy[0],)


def test_hooks_are_left_behind():
    module = nn.ReLU()
    module.register_forward_hook(lambda *_: None)
    module.register_forward_pre_hook(lambda *_: None)
    copy = replicas().of(module)
    assert not copy._forward_hooks
    assert not copy._forward_pre_hooks
    assert len(module._forward_hooks) == len(module._forward_pre_hooks) == 1


def test_wrappers_are_taken_off():
    module = nn.ReLU()
    assert unwrapped(module) is module
    assert unwrapped(nn.DataParallel(torch.compile(module))) is module
    holder = nn.Sequential(nn.DataParallel(module))
    assert type(replicas().of(holder)[0]) is nn.ReLU
