import pytest
import torch
from torch import Tensor, nn
from torchvision.models.convnext import LayerNorm2d
from torchvision.models.resnet import Bottleneck
from torchvision.ops.misc import Conv2dNormActivation, FrozenBatchNorm2d

from cnnviz.network.layers import LAYERS, new_layer
from cnnviz.network.notation import parse_layer
from cnnviz.network.tracing.labels import module_label, operation_label

aten = torch.ops.aten
X = torch.ones(1)
ARGUMENTS = {
    "Conv2d": {"in_channels": 4},
    "ConvTranspose2d": {"in_channels": 4},
    "Linear": {"in_features": 4},
    "BatchNorm1d": {"num_features": 4},
    "BatchNorm2d": {"num_features": 4},
    "InstanceNorm2d": {"num_features": 4},
    "GroupNorm": {"num_channels": 4},
    "LayerNorm": {"normalized_shape": 4},
}


@pytest.mark.parametrize("kind", [kind for kind in LAYERS if hasattr(nn, kind) and LAYERS[kind].parts is None])
def test_a_layer_of_pytorch_reads_as_in_a_network_and_has_its_role(kind):
    inferred = ARGUMENTS.get(kind, {})
    module = getattr(nn, kind)(**inferred, **new_layer(kind).params)
    label = module_label(module)
    assert (label.kind, label.role) == (kind, LAYERS[kind].role)
    assert repr(getattr(nn, kind)(**inferred, **parse_layer(label.text).params)) == repr(module)


@pytest.mark.parametrize(
    ("module", "text", "role"),
    [
        (
            nn.Conv2d(3, 64, 7, 2, 3, bias=False),
            "Conv2d(out_channels=64, kernel_size=7, stride=2, padding=3, bias=False)",
            "convolution",
        ),
        (
            nn.Conv2d(4, 4, (1, 3), padding="same", groups=4),
            "Conv2d(out_channels=4, kernel_size=(1, 3), padding='same', groups=4)",
            "convolution",
        ),
        (nn.AdaptiveAvgPool2d((1, 1)), "AdaptiveAvgPool2d(output_size=1)", "pooling"),
        (nn.AdaptiveAvgPool2d((None, 7)), "AdaptiveAvgPool2d(output_size=(None, 7))", "pooling"),
        (nn.Conv1d(3, 8, 3), "Conv1d(3, 8, kernel_size=(3,), stride=(1,))", "convolution"),
        (nn.ReLU6(), "ReLU6()", "activation"),
        (nn.LayerNorm([4, 4], bias=False), "LayerNorm(bias=False)", "normalisation"),
        (nn.Embedding(10, 6), "Embedding(10, 6)", "linear"),
        (nn.LSTM(4, 8), "LSTM(4, 8)", "linear"),
        (nn.ReflectionPad2d(1), "ReflectionPad2d((1, 1, 1, 1))", "reshape"),
        (nn.MultiheadAttention(4, 2), "MultiheadAttention()", "block"),
        (nn.Sequential(nn.ReLU()), "Sequential()", "block"),
        (Bottleneck(256, 64), "Bottleneck()", "block"),
        (Conv2dNormActivation(3, 4), "Conv2dNormActivation()", "block"),
        (LayerNorm2d(4), "LayerNorm2d((4,), eps=1e-05, elementwise_affine=True, bias=True)", "normalisation"),
        (FrozenBatchNorm2d(4), "FrozenBatchNorm2d()", "reshape"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, nn.Module) else "",
)
def test_a_module_is_told_by_its_call_and_by_the_class_of_pytorch_that_it_is(module, text, role):
    label = module_label(module)
    assert (label.kind, label.text, label.role) == (type(module).__name__, text, role)


@pytest.mark.parametrize(
    ("operation", "args", "text", "role"),
    [
        (aten.add_.Tensor, (X, X), "add()", "merge"),
        (aten.cat.default, ([X], 1), "cat(dim=1)", "merge"),
        (aten.mul.Tensor, (X, 0.5), "mul(other=0.5)", "merge"),
        (aten.relu.default, (X,), "relu()", "activation"),
        (aten.hardtanh.default, (X, 0, 6), "hardtanh(min_val=0, max_val=6)", "activation"),
        (
            aten.max_pool2d.default,
            (X, [3, 3], [2, 2], [1, 1]),
            "max_pool2d(kernel_size=3, stride=2, padding=1)",
            "pooling",
        ),
        (
            aten.avg_pool2d.default,
            (X, [3, 2], [2, 2]),
            "avg_pool2d(kernel_size=(3, 2), stride=2)",
            "pooling",
        ),
        (aten.mean.dim, (X, [2, 3]), "mean(dim=(2, 3))", "reshape"),
        (aten.matmul.default, (X, X), "matmul()", "linear"),
        (aten.scaled_dot_product_attention.default, (X,) * 3, "scaled_dot_product_attention()", "linear"),
        (aten.conv2d.default, (X, X, None, [2, 2]), "conv2d(stride=2)", "convolution"),
        (aten.batch_norm.default, (X,), "batch_norm()", "normalisation"),
        (aten.dropout.default, (X, 0.5, False), "dropout(p=0.5, train=False)", "regularisation"),
        (aten.flatten.using_ints, (X, 1), "flatten(start_dim=1)", "reshape"),
        (aten._softmax.default, (X, -1, False), "softmax(dim=-1, half_to_float=False)", "activation"),
    ],
    ids=lambda value: str(value) if isinstance(value, torch._ops.OpOverload) else "",
)
def test_an_operation_is_told_by_its_name_and_what_is_not_at_its_default(operation, args, text, role):
    label = operation_label(operation, args, {}, used=[])
    assert (label.kind, label.text, label.role) == (text.split("(")[0], text, role)


def test_an_operation_names_the_parameters_it_used():
    label = operation_label(aten.cat.default, ([X], 1), {}, used=["class_token"])
    assert label.text == "cat(class_token, dim=1)"


def test_words_that_are_too_long_are_cut_and_a_class_that_cannot_describe_itself_has_its_name():
    class Long(nn.Module):
        def extra_repr(self) -> str:
            return "x" * 500

    class Broken(nn.Module):
        def extra_repr(self) -> str:
            return f"{self.missing}"

    class Wordy(nn.Module):
        def __init__(self, scale: Tensor) -> None:
            super().__init__()
            self.scale = scale

        def extra_repr(self) -> str:
            return f"scale={self.scale.item()},\n  more"

    assert len(module_label(Long()).text) == 100
    assert module_label(Broken()).text == "Broken()"
    assert module_label(Wordy(torch.tensor(2.0))).text == "Wordy(scale=2.0, more)"
