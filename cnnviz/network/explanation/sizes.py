"""Why the output has its size: a formula for each way of looking at the input, or of arranging it anew."""

from collections.abc import Callable, Iterable, Mapping

from cnnviz.formatting import shape_text
from cnnviz.network.checks import padding_around, pair, reach, whole
from cnnviz.network.explanation.records import Formula
from cnnviz.network.explanation.terms import Term, bracketed, ceil, floor, number, product, symbol
from cnnviz.network.explanation.writing import (
    along_sides,
    formula,
    output,
    rows_and_columns,
)
from cnnviz.network.infer import Node
from cnnviz.network.spec import Shape, Value
from cnnviz.network.windows import (
    Sees,
    adaptive,
    never_seen,
    padded,
    resized,
    shuffled,
    sliding,
    strides,
    transposed,
)

Formulas = Iterable[Formula]


def size_formulas(node: Node) -> Formulas:
    """Return the formulas of a layer's output size; none where it is the input's."""
    build = _BY_KIND.get(node.layer.kind) or _BY_WINDOW.get(node.kind.sees)
    return build(node) if build else ()


# Windows that slide


def sliding_size(params: Mapping[str, Value], shape: Shape, side: int) -> Term:
    """Return how many windows fit along a side: (input + padding − window) / stride, rounded down or up, + 1."""
    before, after = padding_around(params)[side]
    stride, size = strides(params)[side], shape[1 + side]
    steps = (number(size) + _both_sides(before, after) - _spread(params, side)) / stride
    if not params.get("ceil_mode"):
        return floor(steps) + 1
    windows = ceil(steps) + 1
    assert windows.value is not None
    starts_outside = (windows.value - 1) * stride >= size + before
    return windows - 1 if starts_outside else windows


def transposed_size(params: Mapping[str, Value], shape: Shape, side: int) -> Term:
    """Return how far the windows of a transposed convolution reach: (input − 1) · stride − padding + window."""
    padding, extra = pair(params["padding"])[side], pair(params["output_padding"])[side]
    windows = bracketed(number(shape[1 + side]) - 1) * pair(params["stride"])[side]
    reached = windows - _both_sides(padding, padding) + _spread(params, side)
    return reached + extra if extra else reached


def _spread(params: Mapping[str, Value], side: int) -> Term:
    """Return a window's size along a side, spread by its dilation."""
    kernel, dilation = pair(params["kernel_size"])[side], pair(params.get("dilation", 1))[side]
    return number(kernel) if dilation == 1 else bracketed(number(dilation) * bracketed(number(kernel) - 1) + 1)


def _both_sides(before: int, after: int) -> Term:
    return number(2) * before if before == after else bracketed(number(before) + after)


def _sliding(node: Node) -> Formulas:
    rounded = "up" if node.params.get("ceil_mode") else "down"
    return along_sides(
        lambda side: sliding_size(node.params, node.input_shape, side),
        result=lambda side: _what_is_seen(node, (side,)),
        both=_what_is_seen(node, (0, 1)),
        rule=f"(input + padding − window) / stride, rounded {rounded}, + 1",
    )


def _what_is_seen(node: Node, sides: tuple[int, ...]) -> str:
    """Say which rows and columns at the edge no window reaches, or why none is lost."""
    params, shape = node.params, node.input_shape
    lost = [count if side in sides else 0 for side, count in enumerate(never_seen(params, shape))]
    if any(lost):
        verb = "is" if sum(lost) == 1 else "are"
        return f"{rows_and_columns(lost[0], lost[1], before='last')} {verb} never seen"
    if any(strides(params)[side] > reach(params)[side] for side in sides):
        return "the step is longer than the window, which skips what lies between"
    if shape[1:] == output(node)[1:]:
        return "the map keeps its size"
    return " and ".join(dict.fromkeys(_ending(node, side) for side in sides))


def _ending(node: Node, side: int) -> str:
    """Say where the last window of a side ends."""
    params = node.params
    size, (before, after) = node.input_shape[1 + side], padding_around(params)[side]
    left = (size + before + after - reach(params)[side]) % strides(params)[side]
    if left and params.get("ceil_mode"):
        return "rounded up, so that the last window reaches over the edge"
    return "what rounding down leaves out is padding" if left else "the last window ends at the edge"


def _transposed(node: Node) -> Formulas:
    has_extra = any(pair(node.params["output_padding"]))
    return along_sides(
        lambda side: transposed_size(node.params, node.input_shape, side),
        result=lambda side: "",
        both="",
        rule="(input − 1) · stride − padding + window" + (" + output padding" if has_extra else ""),
    )


# Windows that follow from the output


def _adaptive(node: Node) -> Formulas:
    """A global pool takes all values; else the windows are the input's share of each output."""
    shape, wanted = node.input_shape, pair(node.params["output_size"])
    if wanted == (1, 1):
        return (formula("Values in each window", product(shape[1:]), result="the whole map"),)
    if all(shape[1 + side] % wanted[side] == 0 for side in (0, 1)):
        return along_sides(
            lambda side: number(shape[1 + side]) / wanted[side],
            result=lambda side: "",
            both="windows that do not overlap",
            rule="input / output",
            name="Window",
        )
    return (_window_of_position(node, side, name) for side, name in enumerate(("rows", "columns")))


def _window_of_position(node: Node, side: int, name: str) -> Formula:
    size, wanted, j = node.input_shape[1 + side], pair(node.params["output_size"])[side], symbol("j")
    first, last = floor(j * size / wanted), ceil(bracketed(j + 1) * size / wanted) - 1
    window = adaptive(node.params, node.input_shape, side)
    lengths = sorted({len(step) for step in window.steps}) if window else [size]
    spans = Term(rf"{first.latex} \;\text{{to}}\; {last.latex}", f"{first.text} to {last.text}")
    return Formula(
        f"{name.capitalize()} of output j",
        spans.latex,
        spans.text,
        f"{' or '.join(map(str, lengths))} {name} each, for j from 0 to {wanted - 1}",
        "counted from 0",
    )


# Other ways to make a map larger


def _resized(node: Node) -> Formulas:
    scale, shape = node.params["scale_factor"], node.input_shape
    if isinstance(scale, float):
        return along_sides(
            lambda side: floor(number(shape[1 + side]) * number(scale)),
            result=lambda side: "",
            both="",
            rule="input · scale factor, rounded down",
        )
    wanted = output(node)[1:]
    return along_sides(
        lambda side: number(wanted[side]) / shape[1 + side],
        result=lambda side: f"times as large, to {wanted[side]}",
        both=f"times as large, to {shape_text(wanted)}",
        rule="size / input",
        name="Factor",
    )


def _shuffled(node: Node) -> Formulas:
    factor, shape = whole(node.params["upscale_factor"]), node.input_shape
    yield formula("Channels", number(shape[0]) / number(factor) ** 2, rule="channels / factor²")
    yield from along_sides(
        lambda side: number(shape[1 + side]) * factor, result=lambda side: "", both="", rule="input · factor"
    )


def _padded(node: Node) -> Formulas:
    around, shape = node.params["padding"], node.input_shape
    left, right, top, bottom = around if isinstance(around, tuple) else (whole(around),) * 4
    sides = ((top, bottom), (left, right))
    return along_sides(
        lambda side: number(shape[1 + side]) + _both_sides(*sides[side]),
        result=lambda side: "",
        both="",
        rule="input + padding",
    )


# Values arranged anew


def _flattened(node: Node) -> Formulas:
    rank = len(node.input_shape) + 1
    first, last = (whole(node.params[name]) % rank for name in ("start_dim", "end_dim"))
    joined = node.input_shape[first - 1 : last]
    if len(joined) > 1:
        yield formula("Values", product(joined), rule="the sizes joined, multiplied")


def _unflattened(node: Node) -> Formulas:
    wanted = node.params["unflattened_size"]
    assert isinstance(wanted, tuple)
    if len(wanted) > 1:
        yield formula("Values", product(wanted), result="as many as before", rule="the new sizes, multiplied")


_BY_WINDOW: Mapping[Sees, Callable[[Node], Formulas]] = {
    sliding: _sliding,
    transposed: _transposed,
    adaptive: _adaptive,
    resized: _resized,
    shuffled: _shuffled,
    padded: _padded,
}
_BY_KIND: Mapping[str, Callable[[Node], Formulas]] = {"Flatten": _flattened, "Unflatten": _unflattened}
