"""What is most worth saying of a network's costs, in sentences made of its numbers."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate

from cnnviz.drawing.costs.portions import Portion, portions, share_text, totals
from cnnviz.drawing.wording import short_text
from cnnviz.network.kinds import Role
from cnnviz.network.summary import Summary

_NOUNS: Mapping[Role, str] = {
    "convolution": "convolution",
    "linear": "linear layer",
    "normalisation": "normalisation",
    "activation": "activation",
    "block": "block",
}
_TELLING = 0.1  # share from which a single layer is worth a sentence


def headlines(summary: Summary) -> tuple[str, ...]:
    """Return up to three sentences: which layers have most parameters, which alone have much, where outputs are made.

    None for a network without parameters and outputs.
    """
    found = portions(summary)
    leaves = [leaf for portion in found for leaf in portion.leaves]
    sentences = (_by_role(leaves), _alone(leaves), _first_half(found))
    return tuple(filter(None, sentences))


def _by_role(leaves: Sequence[Portion]) -> str:
    """Say what the role with most parameters has of the whole."""
    total = totals(leaves)
    if not total["params"]:
        return ""
    by_role = {leaf.row.role: [each for each in leaves if each.row.role == leaf.row.role] for leaf in leaves}
    role, layers = max(by_role.items(), key=lambda item: totals(item[1])["params"])
    layers = [layer for layer in layers if layer.amounts["params"]]
    own, noun, many = totals(layers), _NOUNS.get(role, "layer"), len(layers) > 1
    who = f"The {len(layers)} {noun}s have" if many else f"The {noun} has"
    params, mult_adds = (_share_words(own[name], total[name]) for name in ("params", "mult_adds"))
    joint = " and"
    if 2 * own["mult_adds"] * total["params"] < own["params"] * total["mult_adds"]:
        joint = ", but only" if mult_adds[0].isdigit() else ", but"
    return f"{who} {params} of the parameters{joint} {mult_adds} of the mult-adds."


def _share_words(amount: int, total: int) -> str:
    """Return a share as it is written in a sentence, without claiming all or nothing of what is only nearly so."""
    share = amount / total if total else 0.0
    if share < 0.01:
        return "less than 1 %" if share else "none"
    if share >= 0.995:
        return "all" if amount == total else "nearly all"
    return share_text(amount, total)


def _alone(leaves: Sequence[Portion]) -> str:
    """Name the single layers with most parameters and most mult-adds, where they have much."""
    total = totals(leaves)
    if not total["params"] or not total["mult_adds"] or len(leaves) < 2:
        return ""
    most = {name: max(leaves, key=lambda leaf: leaf.amounts[name]) for name in ("params", "mult_adds")}
    shares = {name: leaf.amounts[name] / total[name] for name, leaf in most.items()}
    if min(shares.values()) < _TELLING:
        return ""
    params, mult_adds = (share_text(leaf.amounts[name], total[name]) for name, leaf in most.items())
    first, second = most["params"], most["mult_adds"]
    other = "" if first is second else f"layer {_named(second)} "
    joint = " and" if first is second else ","
    return f"Layer {_named(first)} alone has {params} of the parameters{joint} {other}{mult_adds} of the mult-adds."


def _named(leaf: Portion) -> str:
    return f"{leaf.path} ({short_text(leaf.row)})"


def _first_half(found: Sequence[Portion]) -> str:
    """Say how many layers from the image on make half of the outputs."""
    outputs = list(_made(found))
    made = list(accumulate(outputs))
    half = next((number for number, so_far in enumerate(made, start=1) if 2 * so_far >= made[-1] > 0), 0)
    if not half or half == len(outputs):
        return ""
    first = "first" if half == 1 else f"first {half}"
    return f"The {first} of {len(outputs)} layers make{'s' if half == 1 else ''} half of all outputs."


def _made(found: Sequence[Portion]) -> Iterator[int]:
    """Yield the bytes of each output in the order they are made: of layers, then of the container that joins them."""
    for portion in found:
        yield from _made(portion.inside)
        if portion.row.is_leaf or portion.row.role == "merge":
            yield portion.amounts["outputs"] - totals(portion.inside)["outputs"]
