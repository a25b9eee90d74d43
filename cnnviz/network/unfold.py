"""A block replaced by the layers it stands for, and layers put into a container."""

from cnnviz.errors import SpecError
from cnnviz.network.edits import layer_at, place_of
from cnnviz.network.infer import infer_shapes, walk_nodes
from cnnviz.network.layers import layer_kind
from cnnviz.network.spec import Layer, Network


def unfold(network: Network, path: str) -> tuple[Layer, ...]:
    """Return the layers that the block, Sequential or Repeat at a path of the network stands for.

    What they are can follow from the channels that reach it, before the width ratio is applied.
    Raises SpecError when it stands for no layers, or when it or a layer before it does not fit.
    """
    layer = layer_at(network, place_of(network, path))
    if layer_kind(layer.kind).expand is None:
        raise SpecError(f"layer {path} ({layer.kind}) is a layer by itself; only blocks can be unfolded")
    inferred = infer_shapes(network.replace(width=1.0))
    node = next((node for node, _ in walk_nodes(inferred.nodes) if node.path == path), None)
    if node is None or node.output_shape is None:
        raise SpecError(f"layer {path} ({layer.kind}) can be unfolded once this is mended: {inferred.problem}")
    return tuple(inner.layer for inner in node.parts[0])
