"""Where a layer's parameters and mult-adds come from."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from cnnviz.formatting import count_text
from cnnviz.network.checks import pair, whole
from cnnviz.network.explanation.records import Formula
from cnnviz.network.explanation.terms import Operand, Term, number
from cnnviz.network.explanation.writing import addends, formula, in_brackets, output
from cnnviz.network.infer import Node
from cnnviz.network.spec import Value

_PARAMETERS, _MULT_ADDS = "Parameters", "Mult-adds"
_LARGE = 1_000_000  # from here on a count is easier read with three digits and a unit


@dataclass(frozen=True)
class Weights:
    """A layer's learned numbers: the weights, which values are multiplied by, and the biases added to them.

    `rule` says in words what is multiplied and added.
    """

    weights: Term
    biases: Term | None = None
    rule: str = ""


def convolution_weights(node: Node) -> Weights:
    """Return each filter's channels · height · width, for every filter, and a bias each."""
    filters = whole(node.params["out_channels"])
    rule = "filters · weights of each"
    return _filters(node, filters, _grouped(node, "in_channels"), rule)


def transposed_weights(node: Node) -> Weights:
    """Return the output channels · height · width for every input channel, and a bias for each output channel."""
    channels = whole(node.params["in_channels"])
    rule = "input channels · weights of each"
    return _filters(node, channels, _grouped(node, "out_channels"), rule)


def _filters(node: Node, many: int, channels: Operand, rule: str) -> Weights:
    weights = number(many) * in_brackets([channels, *pair(node.params["kernel_size"])])
    biases = _optional(node.params["bias"], whole(node.params["out_channels"]))
    return Weights(weights, biases, rule + (" + biases" if biases else ""))


def _grouped(node: Node, name: str) -> Operand:
    channels, groups = whole(node.params[name]), whole(node.params["groups"])
    return channels if groups == 1 else number(channels) / groups


def linear_weights(node: Node) -> Weights:
    """Return a weight for each pair of an input and an output, and a bias for each output."""
    inputs, outputs = whole(node.params["in_features"]), whole(node.params["out_features"])
    biases = _optional(node.params["bias"], outputs)
    return Weights(number(outputs) * inputs, biases, "outputs · inputs" + (" + biases" if biases else ""))


def _optional(is_there: Value, count: int) -> Term | None:
    return number(count) if is_there else None


def parameter_formulas(node: Node, weights: Weights) -> Iterator[Formula]:
    """Return the formulas of a layer's parameters and, where its weights meet values, of its mult-adds."""
    learned = weights.weights if weights.biases is None else weights.weights + weights.biases
    yield formula(_PARAMETERS, learned, result=_short(node.num_params), rule=weights.rule)
    per = node.kind.weight_per
    if per is None:
        return
    positions = node.input_shape if per == "input" else output(node)
    along = positions[:-1] if node.kind.role == "linear" else positions[1:]
    computed = in_brackets(along) * weights.weights if along else weights.weights
    rule = f"{per} positions · weights" if along else "each weight once"
    yield formula(_MULT_ADDS, computed, result=_short(node.mult_adds), rule=f"{rule}, without biases")


def sum_formulas(node: Node) -> Iterator[Formula]:
    """Return the parameters and mult-adds of a block or container as the sum over the layers inside it."""
    inside = _apart(node)
    counts: Mapping[str, Iterable[int]] = {
        _PARAMETERS: (each.num_params for each in inside),
        _MULT_ADDS: (each.mult_adds for each in inside),
    }
    for name, each in counts.items():
        if amounts := [amount for amount in each if amount]:
            yield formula(name, addends(amounts), result=_short(sum(amounts)), rule="the sum over the layers inside")


def _apart(node: Node) -> list[Node]:
    """Return the layers inside a block; where a single one of them costs anything, those inside that one."""
    costly = [each for part in node.parts for each in part if each.num_params or each.mult_adds]
    return _apart(costly[0]) if len(costly) == 1 and costly[0].parts else costly


def _short(count: int) -> str:
    return count_text(count) if count >= _LARGE else ""
