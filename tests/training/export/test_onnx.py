"""ONNX files give in onnxruntime what PyTorch gives."""

import numpy as np
import onnxruntime
import pytest
import torch
from torch import Tensor, nn

from cnnviz.errors import SpecError
from cnnviz.network.build import build
from cnnviz.network.costs.smallest import smallest_input
from cnnviz.network.presets import PRESETS, preset
from cnnviz.network.spec import Network
from cnnviz.training.export.onnx import export_onnx
from tests.network.examples import network

MOST_PIXELS = 64  # a side: what a layer is written as does not depend on it, but how large a Linear after it is


def small(name: str) -> Network:
    found = preset(name)
    channels, *sides = found.input_shape
    least = max(smallest_input(found))
    return found.replace(input_shape=(channels, *(min(side, max(least, MOST_PIXELS)) for side in sides)))


def trained(of: Network) -> nn.Module:
    """The network with weights and statistics as after training: none of them is 0 or 1 all over."""
    module = build(of).eval()
    generator = torch.Generator().manual_seed(3)
    for name, tensor in module.state_dict().items():
        if name.endswith(("running_mean", "running_var", "bias")):
            tensor.copy_(torch.rand(tensor.shape, generator=generator) + 0.5)
    return module


def outputs(content: bytes, images: Tensor) -> np.ndarray:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    return session.run(["logits"], {"images": images.numpy()})[0]


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_gives_in_onnxruntime_what_it_gives_in_pytorch_for_any_batch(name):
    of = small(name)
    module = trained(of)
    content = export_onnx(of, module.state_dict())
    images = torch.rand(3, *of.input_shape, generator=torch.Generator().manual_seed(4))
    with torch.no_grad():
        expected = module(images).numpy()
    assert expected.std() > 0
    np.testing.assert_allclose(outputs(content, images), expected, rtol=1e-4, atol=1e-4 * np.abs(expected).max())
    np.testing.assert_array_equal(outputs(content, images[:1]).shape, (1, *expected.shape[1:]))


def test_weights_of_another_network_are_refused():
    weights = {"0.weight": torch.zeros(1), "0.bias": torch.zeros(2)}
    with pytest.raises(SpecError, match=r"not the weights of this network: .*size mismatch for 0\.weight"):
        export_onnx(network("Conv2d(out_channels=2, kernel_size=3)"), weights)


def test_what_pytorchs_exporter_cannot_write_is_named():
    with pytest.raises(SpecError, match=r"cannot be written as ONNX: .* cannot translate adaptive_max_pool2d"):
        export_onnx(network("AdaptiveMaxPool2d(output_size=3)"))


def test_more_weights_than_one_file_holds_are_refused_before_anything_is_written():
    with pytest.raises(SpecError, match=r"has 2\.1.* GB of weights; one ONNX file holds 2 GB"):
        export_onnx(network("Flatten()", "Linear(out_features=8192)", input_shape=(1, 256, 256)))
