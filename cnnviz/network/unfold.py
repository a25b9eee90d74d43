"""A block replaced by the layers it stands for."""

from cnnviz.errors import SpecError
from cnnviz.network.infer import infer_shapes
from cnnviz.network.layers import layer_kind
from cnnviz.network.spec import Layer, Network


def unfold(network: Network, index: int) -> tuple[Layer, ...]:
    """Return the layers that the block, Sequential or Repeat at an index of the network stands for.

    What they are can follow from the channels that reach it, before the width ratio is applied.
    Raises SpecError when it stands for no layers, or when it or a layer before it does not fit.
    """
    layer = network.layers[index]
    if layer_kind(layer.kind).expand is None:
        raise SpecError(f"layer {index} ({layer.kind}) is a layer by itself; only blocks can be unfolded")
    inferred = infer_shapes(network.replace(width=1.0, layers=network.layers[: index + 1]))
    if inferred.problem:
        raise SpecError(f"layer {index} ({layer.kind}) can be unfolded once this is mended: {inferred.problem}")
    return tuple(inner.layer for inner in inferred.nodes[index].parts[0])
