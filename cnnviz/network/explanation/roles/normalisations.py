"""What is taught of layers that bring values to a common scale."""

import math
from collections.abc import Callable, Iterator, Mapping

from cnnviz.formatting import plural, shape_text
from cnnviz.network.checks import whole
from cnnviz.network.explanation.lesson import Lesson
from cnnviz.network.explanation.records import Formula
from cnnviz.network.explanation.terms import Term, bracketed, number, root, symbol, term
from cnnviz.network.explanation.weights import Weights
from cnnviz.network.explanation.writing import X, definition, in_brackets, number_text, setting
from cnnviz.network.infer import Node

Sentences = tuple[str, str]

_MEAN, _VARIANCE = symbol(r"\mu", "μ"), symbol(r"\sigma^2", "σ²")
_SCALE, _SHIFT = symbol(r"\gamma", "γ"), symbol(r"\beta", "β")
_BROUGHT = "to mean 0 and variance 1"


def _has_scale(node: Node) -> bool:
    return bool(node.params.get("affine", node.params.get("elementwise_affine")))


def _has_shift(node: Node) -> bool:
    return _has_scale(node) and bool(node.params.get("bias", True))


def _each_value(node: Node) -> Iterator[Formula]:
    brought = (X - _MEAN) / root(_VARIANCE + number(setting(node, "eps")))
    scaled = _SCALE * brought if _has_scale(node) else brought
    yield definition(
        "Each value",
        scaled + _SHIFT if _has_shift(node) else scaled,
        result="the mean is μ, the variance σ²" + ("; γ and β are learned" if _has_shift(node) else ""),
    )


def _learned(node: Node, scaled: Term, what: str) -> Weights | None:
    """Return a scale for each, and a shift too where there is one."""
    if not _has_scale(node):
        return None
    return (
        Weights(number(2) * scaled, rule=f"a scale and a shift for each {what}")
        if _has_shift(node)
        else Weights(scaled, rule=f"a scale for each {what}")
    )


def _per_channel(node: Node) -> Weights | None:
    channels = node.params["num_channels" if "num_channels" in node.params else "num_features"]
    return _learned(node, term(whole(channels)), "channel")


def _per_value(node: Node) -> Weights | None:
    normalized = node.params["normalized_shape"]
    assert isinstance(normalized, tuple)
    return _learned(node, in_brackets(normalized), "value")


def _scaled_after(node: Node, what: str) -> str:
    if _has_shift(node):
        return f"then stretches and shifts each {what} by two learned numbers"
    return f"then stretches each {what} by a learned number" if _has_scale(node) else "and learns nothing"


def _when_used(node: Node) -> str:
    if not node.params["track_running_stats"]:
        return "It does the same in training and in use, with the mean and variance of what it is given."
    newest = number_text(setting(node, "momentum"))
    return f"In use it takes running means and variances from training, in which the newest batch weighs {newest}."


def _batch_norm(node: Node) -> Sentences:
    channels, *positions = node.input_shape
    what = "channel" if positions else "value"
    over = f"the batch and its {shape_text(positions)} positions" if positions else "the batch"
    return (
        f"Brings each of the {plural(channels, what)} {_BROUGHT} over {over}, {_scaled_after(node, what)}.",
        _when_used(node),
    )


def _instance_norm(node: Node) -> Sentences:
    channels, *positions = node.input_shape
    return (
        f"Brings each of the {plural(channels, 'channel')} of each image {_BROUGHT} over its own "
        f"{shape_text(positions)} positions, {_scaled_after(node, 'channel')}.",
        _when_used(node),
    )


def _layer_norm(node: Node) -> Sentences:
    normalized = node.params["normalized_shape"]
    assert isinstance(normalized, tuple)
    return (
        f"Brings the {math.prod(normalized):,} values of {shape_text(normalized)} {_BROUGHT} together, for each image "
        f"by itself, {_scaled_after(node, 'value')}.",
        "The batch plays no part, so that it does the same in training and in use, and with a single image.",
    )


def _group_norm(node: Node) -> Sentences:
    groups, channels = whole(node.params["num_groups"]), whole(node.params["num_channels"])
    each = plural(channels // groups, "channel")
    together = f"{plural(groups, 'group')} of {each}" if groups > 1 else f"all {each} together"
    return (
        f"Brings {together} {_BROUGHT}, {math.prod(node.input_shape) // groups:,} values at once for each image by "
        f"itself, {_scaled_after(node, 'channel')}.",
        "The batch plays no part, so that it does the same in training and in use, and with a single image.",
    )


def _local_response(node: Node) -> Sentences:
    size = whole(node.params["size"])
    return (
        f"Divides each value by a number that grows with the squares of the {plural(size, 'channel')} around it at "
        "the same position.",
        "A strong answer so damps its neighbours; AlexNet had it in 2012, before batch normalisation.",
    )


def _damped(node: Node) -> Iterator[Formula]:
    alpha, beta, k = (number(setting(node, name)) for name in ("alpha", "beta", "k"))
    squares = Term(r"\sum_j x_j^2", "Σⱼ xⱼ²")
    around = bracketed(k + alpha / whole(node.params["size"]) * squares)
    yield definition("Each value", X / around**beta)


def _normalisation(what: Callable[[Node], Sentences], weights: Callable[[Node], Weights | None]) -> Lesson:
    return Lesson(what, _each_value, weights)


NORMALISATIONS: Mapping[str, Lesson] = {
    "BatchNorm2d": _normalisation(_batch_norm, _per_channel),
    "BatchNorm1d": _normalisation(_batch_norm, _per_channel),
    "LayerNorm": _normalisation(_layer_norm, _per_value),
    "GroupNorm": _normalisation(_group_norm, _per_channel),
    "InstanceNorm2d": _normalisation(_instance_norm, _per_channel),
    "LocalResponseNorm": Lesson(_local_response, _damped),
}
