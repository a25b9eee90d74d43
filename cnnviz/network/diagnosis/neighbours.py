"""Findings on layers that stand side by side and undo or repeat each other."""

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

from cnnviz.network.diagnosis.fitting import Fitting
from cnnviz.network.diagnosis.records import Finding
from cnnviz.network.diagnosis.spots import layers_text, paths_of
from cnnviz.network.infer import Node
from cnnviz.network.spec import Layer

Pair = tuple[Node, Node]

_BATCH_NORMS = ("BatchNorm1d", "BatchNorm2d")
_DROPOUTS = ("Dropout", "Dropout2d")


def activations_in_a_row(fitting: Fitting) -> Iterator[Finding]:
    """Two activations with nothing to learn between them."""
    pairs = _pairs(fitting, lambda first, second: first.kind.role == second.kind.role == "activation")
    if pairs:
        second = [node for _, node in pairs]
        kinds = " and ".join(dict.fromkeys(f"{two.layer.kind} after {one.layer.kind}" for one, two in pairs))
        yield Finding(
            "Two activations in a row",
            f"{layers_text(second)}: {kinds}, with nothing learned between them",
            paths_of(second),
            "warning",
            fitting.fix(f"Remove {layers_text(second)}", fitting.removing(second), "one activation is left"),
        )


def linear_in_a_row(fitting: Fitting) -> Iterator[Finding]:
    """Two linear layers without an activation compute what one can."""
    pairs = _pairs(fitting, lambda first, second: first.layer.kind == second.layer.kind == "Linear", between=_DROPOUTS)
    if pairs:
        second = [node for _, node in pairs]
        shown = " and ".join(f"{one.path} and {two.path}" for one, two in pairs[:3])
        yield Finding(
            "Two linear layers with no activation between them",
            f"layers {shown} together compute only what one Linear layer can",
            paths_of(node for pair in pairs for node in pair),
            "warning",
            fitting.fix(
                f"Insert ReLU() before {layers_text(second)}",
                [spot.inserting(Layer("ReLU")) for spot in fitting.spots_of(second)],
                "each layer adds something",
            ),
        )


def bias_before_norm(fitting: Fitting) -> Iterator[Finding]:
    """A normalisation takes the mean of a channel away, and with it the bias of the layer before."""
    pairs = _pairs(fitting, lambda first, second: _has_bias(first) and _takes_mean(first, second))
    if pairs:
        biased = [node for node, _ in pairs]
        count = sum(node.output_shape[0] for node in biased if node.output_shape)
        spots = [spot for spot in fitting.spots_of(biased) if spot.has("bias")]
        yield Finding(
            "A bias before a normalisation has no effect",
            f"the normalisation right after {layers_text(biased)} subtracts each channel's mean, and with it the bias: "
            f"{count:,} parameters without effect",
            paths_of(biased),
            "note",
            fitting.saving_fix(f"Set bias=False in {layers_text(spots)}", [spot.setting(bias=False) for spot in spots]),
        )


def dropout_before_norm(fitting: Fitting) -> Iterator[Finding]:
    """Dropout raises the variance while training only, and the running statistics keep that."""
    pairs = _pairs(fitting, lambda first, second: first.layer.kind in _DROPOUTS and second.layer.kind in _BATCH_NORMS)
    if pairs:
        drops = [node for node, _ in pairs]
        yield Finding(
            "Dropout right before a batch normalisation",
            f"dropping values in {layers_text(drops)} raises the variance that the normalisation sees while training, "
            "and it keeps that for evaluation, when nothing is dropped",
            paths_of(drops),
            "note",
            fitting.fix(f"Remove {layers_text(drops)}", fitting.removing(drops), "the variance stays the same"),
        )


def overwritten_input(fitting: Fitting) -> Iterator[Finding]:
    """A layer in place, first in a part of a container, changes what the container still needs."""
    first = [node for node in _first_in_parts(fitting.inferred.nodes) if node.params.get("inplace")]
    if first:
        spots = [spot for spot in fitting.spots_of(first) if spot.has("inplace")]
        yield Finding(
            "An in-place layer overwrites what is still needed",
            f"the input of {layers_text(first)} is written over in place, but has still to be added, joined or "
            "multiplied",
            paths_of(first),
            "warning",
            fitting.fix(
                f"Set inplace=False in {layers_text(spots)}",
                [spot.setting(inplace=False) for spot in spots],
                "the input stays as it was",
            ),
        )


def softmax_over_the_batch(fitting: Fitting) -> Iterator[Finding]:
    """Dimension 0 is the batch: each image's result would depend on the others."""
    wrong = [node for node in fitting.leaves if _is_over_the_batch(node)]
    if wrong:
        yield Finding(
            "Softmax over the batch",
            f"in {layers_text(wrong)} the values of different images add up to 1, because dimension 0 is the batch",
            paths_of(wrong),
            "warning",
            fitting.fix(
                f"Set dim=1 in {layers_text(wrong)}",
                [spot.setting(dim=1) for spot in fitting.spots_of(wrong)],
                "the values of one image add up to 1",
            ),
        )


def _pairs(fitting: Fitting, wanted: Callable[[Node, Node], bool], between: Iterable[str] = ()) -> list[Pair]:
    """Return neighbours in a straight run that are as wanted; Identity, and kinds named, stand between nobody."""
    passed = ("Identity", *between)
    runs = ([node for node in run if node.layer.kind not in passed] for run in fitting.runs)
    return [pair for run in runs for pair in pairwise(run) if wanted(*pair)]


def _has_bias(node: Node) -> bool:
    """Whether a convolution, or a Linear layer on a row, adds a number to each of its channels."""
    per_channel = node.kind.role == "convolution" or (node.kind.role == "linear" and len(node.input_shape) == 1)
    return per_channel and bool(node.params["bias"])


def _takes_mean(first: Node, second: Node) -> bool:
    channels = first.output_shape[0] if first.output_shape else 0
    return second.layer.kind in (*_BATCH_NORMS, "InstanceNorm2d") or second.params.get("num_groups") == channels


def _is_over_the_batch(node: Node) -> bool:
    return node.layer.kind in ("Softmax", "LogSoftmax") and node.params["dim"] in (0, -1 - len(node.input_shape))


def _first_in_parts(nodes: tuple[Node, ...]) -> Iterator[Node]:
    """Yield the first layer that computes in each part of each container whose parts share one input."""
    for node in nodes:
        for part in node.parts:
            if node.kind.merge is not None and (first := _first(part)):
                yield first
            yield from _first_in_parts(part)


def _first(nodes: tuple[Node, ...]) -> Node | None:
    """Return the first layer that computes, unless it is in a container, which is looked at by itself."""
    if not nodes or nodes[0].is_leaf:
        return nodes[0] if nodes else None
    return _first(nodes[0].parts[0]) if nodes[0].kind.merge is None else None
