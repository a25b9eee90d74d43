import pytest
import torch
import torch.nn.functional as F
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import FlopCounterMode

from cnnviz.network.tracing.operations import MetaOperations, tensors

FUNCTIONS = {
    "add": lambda x, w: x + 1,
    "batch_norm": lambda x, w: F.batch_norm(x, w[:4, 0, 0, 0], w[:4, 0, 0, 0]),
    "chunk": lambda x, w: x.chunk(2, dim=1),
    "compare": lambda x, w: x > 0,
    "cat": lambda x, w: torch.cat([x + 1, x, x], dim=1),
    "cat of the last dimension": lambda x, w: torch.cat([x + 1, x[..., :2].contiguous()], dim=-1),
    "cat with nothing": lambda x, w: torch.cat([x.new_empty(0), x + 1]),
    "conv": lambda x, w: F.conv2d(x, w, stride=2, padding=1),
    "conv_transpose": lambda x, w: F.conv_transpose2d(x, w.transpose(0, 1), stride=2, output_padding=1),
    "double": lambda x, w: x.double(),
    "einsum": lambda x, w: torch.einsum("nchw,dchw->nd", x[..., :3, :3], w),
    "gelu": lambda x, w: F.gelu(x),
    "in place": lambda x, w: (x + 0).relu_().add_(1),
    "interpolate": lambda x, w: F.interpolate(x, scale_factor=2.0, mode="bilinear"),
    "layer_norm": lambda x, w: F.layer_norm(x, (6,)),
    "matmul": lambda x, w: x @ x.transpose(2, 3),
    "max": lambda x, w: x.max(dim=1),
    "mean": lambda x, w: x.mean((2, 3)),
    "permuted": lambda x, w: F.relu(x.permute(0, 2, 3, 1)),
    "pool": lambda x, w: F.max_pool2d(x, 2, return_indices=True),
    "shape in place": lambda x, w: (x + 0).unsqueeze_(0).squeeze_(0),
    "split": lambda x, w: torch.cat(x.split([1, 3], dim=1)[::-1], dim=1),
    "whole numbers": lambda x, w: x.long() // 2,
}


class Answering(TorchDispatchMode):
    """Gives every operation to `MetaOperations`."""

    def __init__(self, operations: MetaOperations) -> None:
        super().__init__()
        self.operations, self.mult_adds = operations, 0

    def __torch_dispatch__(self, operation, types, args=(), kwargs=None):
        output, mult_adds = self.operations.run(operation, args, kwargs or {}, tensors((args, kwargs)))
        self.mult_adds += mult_adds
        return output


def inputs(device: str) -> tuple[Tensor, Tensor]:
    return torch.ones(2, 4, 8, 6, device=device), torch.ones(8, 4, 3, 3, device=device)


def metadata(output: object) -> list[tuple]:
    return [(tensor.shape, tensor.stride(), tensor.dtype) for tensor in tensors(output)]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_answers_have_the_sizes_of_a_real_run_and_pytorchs_mult_adds_first_and_from_memory(name):
    function, operations = FUNCTIONS[name], MetaOperations()
    with torch.inference_mode():
        wanted = metadata(function(*inputs("cpu")))
        with FlopCounterMode(display=False) as counter:
            function(*inputs("meta"))
        for _ in range(2):
            with Answering(operations) as answering:
                output = function(*inputs("meta"))
            assert metadata(output) == wanted
            assert all(tensor.is_meta for tensor in tensors(output))
            assert answering.mult_adds == counter.get_total_flops() / 2


def test_an_operation_in_place_gives_its_input_back():
    with torch.inference_mode(), Answering(MetaOperations()):
        for _ in range(2):
            x = inputs("meta")[0]
            assert x.relu_() is x


def test_numbers_of_different_types_are_different_operations():
    with torch.inference_mode(), Answering(MetaOperations()):
        x = torch.ones(3, dtype=torch.long, device="meta")
        assert [(x + 1).dtype, (x + 1.0).dtype, (x + True).dtype] == [torch.int64, torch.float32, torch.int64]


def test_constants_keep_their_values_until_they_meet_a_tensor_without_data():
    with torch.inference_mode(), Answering(MetaOperations()):
        steps = torch.arange(6) * 2
        assert steps.tolist() == [0, 2, 4, 6, 8, 10]
        assert (inputs("meta")[0] + steps).is_meta


@pytest.mark.parametrize(
    "function",
    [
        lambda x, w: F.conv2d(x[:, :3], w),
        lambda x, w: torch.cat([x + 1, x[:, :, :2].contiguous()], dim=1),
        lambda x, w: torch.cat([x + 1, x], dim=4),
        lambda x, w: F.softmax(x, dim=4),
        lambda x, w: x + w,
        lambda x, w: F.batch_norm(x, w[:, 0, 0, 0], w[:, 0, 0, 0]),
        lambda x, w: F.layer_norm(x, (5,)),
        lambda x, w: F.max_pool2d(x, 9),
    ],
)
def test_what_is_refused_is_refused_in_the_words_of_the_cpu(function):
    with torch.inference_mode():
        with pytest.raises((RuntimeError, IndexError)) as wanted:
            function(*inputs("cpu"))
        with pytest.raises(type(wanted.value)) as found, Answering(MetaOperations()):
            function(*inputs("meta"))
    assert str(found.value) == str(wanted.value)
