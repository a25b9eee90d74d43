"""A network, with or without trained weights, as an ONNX file."""

import re
import threading
from collections.abc import Mapping

import torch
from torch import Tensor, nn

from cnnviz.errors import SpecError
from cnnviz.formatting import bytes_text
from cnnviz.network.build import build
from cnnviz.network.spec import Network

INPUT, OUTPUT = "images", "logits"
MOST_BYTES = 2_000_000_000  # protobuf, which ONNX files are made of, holds 2 GiB

_OPERATION = re.compile(r"torch\.ops\.aten\.(\w+)")
_one_at_a_time = threading.Lock()  # torch.export changes PyTorch's global state while it runs


def export_onnx(network: Network, weights: Mapping[str, Tensor] | None = None) -> bytes:
    """Return a network in inference mode as the bytes of an ONNX file; without weights they are PyTorch's random ones.

    Its input is "images", float32 (N, C, H, W) with any N, and its output "logits", (N, classes).
    Raises SpecError when the network does not fit together, the weights are not its own, or ONNX cannot hold it.
    """
    size_bytes = sum(tensor.nbytes for tensor in build(network, device="meta").state_dict().values())
    if size_bytes > MOST_BYTES:
        raise SpecError(f"{network.name} has {bytes_text(size_bytes)} of weights; one ONNX file holds 2 GB")
    module = build(network).eval()
    if weights is not None:
        load_weights(module, weights)
    images = torch.zeros(2, *network.input_shape)  # two: of a single image the exporter would make a fixed batch
    batch = torch.export.Dim("batch")
    try:
        with _one_at_a_time:
            program = torch.onnx.export(
                module,
                (images,),
                dynamo=True,
                dynamic_shapes=({0: batch},),
                input_names=[INPUT],
                output_names=[OUTPUT],
                verbose=False,
            )
    except torch.onnx.OnnxExporterError as error:
        raise SpecError(f"{network.name} cannot be written as ONNX: {_reason(error)}") from error
    assert program is not None  # it is where dynamo is used
    content: bytes = program.model_proto.SerializeToString()
    return content


def load_weights(module: nn.Module, weights: Mapping[str, Tensor]) -> None:
    """Put weights by name into a module.

    Raises SpecError when their names or shapes are not those of the module.
    """
    try:
        module.load_state_dict(weights)
    except RuntimeError as error:
        raise SpecError(f"these are not the weights of this network: {' '.join(str(error).split())[:300]}") from error


def _reason(error: Exception) -> str:
    """Return what the exporter has no translation for, out of a message of many pages."""
    found = _OPERATION.search(str(error))
    return f"PyTorch's exporter cannot translate {found[1]} as it is used here" if found else str(error).splitlines()[0]
