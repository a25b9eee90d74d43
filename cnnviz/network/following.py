"""Parameters that follow from a layer's input: inferred where they are left out, and held against it where given."""

from collections.abc import Mapping

from cnnviz.formatting import shape_text
from cnnviz.network.kinds import LayerKind
from cnnviz.network.layers import LAYERS
from cnnviz.network.params import Follows
from cnnviz.network.spec import Layer, Shape, Value


def mismatch(kind: LayerKind, params: Mapping[str, Value], shape: Shape) -> str | None:
    """Return in one sentence which given parameter is not what arrives, or None where all are."""
    for name, param in kind.params.items():
        given = params[name]
        if param.follows is None or given is None:
            continue
        arriving = _followed(param.follows, given, shape)
        if given != arriving:
            return f"{name} is {_text(given)}, but its input has {_text(arriving)}; leave it out to have it inferred"
    return None


def with_inferred(kind: LayerKind, params: Mapping[str, Value], shape: Shape) -> dict[str, Value]:
    """Return all of a layer's parameters, those that were left out taken from its input."""
    return {
        name: _followed(param.follows, None, shape) if param.follows and params[name] is None else params[name]
        for name, param in kind.params.items()
    }


def refitted(layer: Layer, shape: Shape) -> Layer:
    """Return a layer of a network at another width, what was given of the input's channels set to what arrives.

    Channels are the first dimension: sizes that leave it out, such as a map's width, are the same at any width.
    """
    known = LAYERS[layer.kind].params
    stale = {
        name: _followed(follows, given, shape)
        for name, given in layer.params.items()
        if (follows := known[name].follows) and (follows == "channels" or _length(given) == len(shape))
    }
    return layer.replace(**stale) if stale else layer


def _followed(follows: Follows, given: Value, shape: Shape) -> Value:
    match follows:
        case "channels":
            return shape[0]
        case "features":
            return shape[-1]
        case "shape":
            return shape[-len(given) :] if isinstance(given, tuple) else shape


def _length(given: Value) -> int:
    return len(given) if isinstance(given, tuple) else 1


def _text(value: Value) -> str:
    return shape_text(value) if isinstance(value, tuple) else str(value)
