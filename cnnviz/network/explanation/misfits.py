"""Why no size comes out of a layer that does not fit: the number that is wrong, by the check that refuses it."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from cnnviz.network import checks
from cnnviz.network.checks import Check, pair, whole
from cnnviz.network.containers import Merge, add, concatenate, multiply
from cnnviz.network.explanation.records import Formula
from cnnviz.network.explanation.roles.containers import part_outputs
from cnnviz.network.explanation.sizes import sliding_size, transposed_size
from cnnviz.network.explanation.terms import Term, number, product
from cnnviz.network.explanation.writing import along_sides, formula, shape_formula
from cnnviz.network.infer import Node

Formulas = Iterable[Formula]

_NOT_WHOLE = "not a whole number"


def misfit_formulas(node: Node) -> Formulas:
    """Return the formulas that show which number of a layer is wrong; none where the reason says it all.

    The node is one without an output, and its parameters are as they were tried.
    """
    if node.kind.merge is not None:
        return _MERGES[node.kind.merge](node)
    refusing = (check for check in node.kind.checks if check(node.params, node.input_shape))
    build = _CHECKS.get(next(refusing, checks.takes_a_map))
    return build(node) if build else ()


def _no_window(node: Node) -> Formulas:
    return _too_small(lambda side: sliding_size(node.params, node.input_shape, side), "no window fits")


def _no_output(node: Node) -> Formulas:
    return _too_small(lambda side: transposed_size(node.params, node.input_shape, side), "nothing is left")


def _too_small(build: Callable[[int], Term], so: str) -> Formulas:
    def result(side: int) -> str:
        value = build(side).value
        assert value is not None
        return f"less than 1: {so}" if value < 1 else ""

    return along_sides(build, result=result, both=f"less than 1: {so}")


def _channels_by_groups(node: Node) -> Iterator[Formula]:
    groups = whole(node.params["groups"])
    for name, channels in (("Input", node.input_shape[0]), ("Output", whole(node.params["out_channels"]))):
        if channels % groups:
            yield formula(f"{name} channels of each group", number(channels) / groups, result=_NOT_WHOLE)


def _normalised_by_groups(node: Node) -> Iterator[Formula]:
    groups = number(node.input_shape[0]) / whole(node.params["num_groups"])
    yield formula("Channels of each group", groups, result=_NOT_WHOLE)


def _pixels_of_channels(node: Node) -> Iterator[Formula]:
    left = number(node.input_shape[0]) / number(whole(node.params["upscale_factor"])) ** 2
    yield formula("Channels", left, result=_NOT_WHOLE)


def _values_wanted(node: Node) -> Iterator[Formula]:
    wanted = node.params["in_features"]
    yield formula(
        "Values that reach it",
        product(node.input_shape),
        result="in no single row" if wanted is None else f"and in_features is {whole(wanted):,}",
    )


def _sizes_wanted(node: Node) -> Iterator[Formula]:
    wanted, rank = node.params["unflattened_size"], len(node.input_shape) + 1
    assert isinstance(wanted, tuple)
    dim = whole(node.params["dim"]) % rank
    if dim:
        there = f"but dimension {dim} of its input has {node.input_shape[dim - 1]:,}"
        yield formula("Values wanted", product(wanted), result=there)


def _half_a_window(node: Node) -> Formulas:
    kernel, padding = pair(node.params["kernel_size"]), pair(node.params["padding"])
    return along_sides(
        lambda side: number(kernel[side]) / 2,
        result=lambda side: f"its padding is {padding[side]}",
        both=f"its padding is {padding[0]}",
        name="Most padding",
    )


_CHECKS: Mapping[Check, Callable[[Node], Formulas]] = {
    checks.window_fits: _no_window,
    checks.transposed_output_is_not_empty: _no_output,
    checks.groups_divide_channels: _channels_by_groups,
    checks.groups_divide_normalised_channels: _normalised_by_groups,
    checks.channels_make_pixels: _pixels_of_channels,
    checks.takes_values_or_says_so: _values_wanted,
    checks.sizes_multiply_to_the_dimension: _sizes_wanted,
    checks.padding_is_at_most_half: _half_a_window,
}


def _branches(node: Node) -> Iterator[Formula]:
    for index, shape in enumerate(part_outputs(node)):
        yield shape_formula(f"Branch {index} makes", shape)


def _sum_of_two(node: Node) -> Iterator[Formula]:
    body, *shortcut = part_outputs(node)
    yield shape_formula("Its body makes", body)
    yield shape_formula("Its shortcut makes" if shortcut else "Its input is", (shortcut or [node.input_shape])[0])


def _gated(node: Node) -> Iterator[Formula]:
    yield shape_formula("Its body makes", part_outputs(node)[0])
    yield shape_formula("Its input is", node.input_shape)


_MERGES: Mapping[Merge, Callable[[Node], Formulas]] = {add: _sum_of_two, concatenate: _branches, multiply: _gated}
