"""A layer's text: it reads like its PyTorch call, and the lists of layers inside a container come first in it."""

import ast
import re
from fractions import Fraction

from cnnviz.errors import SpecError, shorten
from cnnviz.network.layers import check_layer
from cnnviz.network.spec import MAX_DEPTH, Layer, Value

MAX_LAYER_TEXT = 100_000


def parse_layer(text: str) -> Layer:
    """Read one layer, such as ``Conv2d(out_channels=96, kernel_size=11, stride=4)``; nothing is executed.

    A container's lists come first: ``Residual([Conv2d(out_channels=8, kernel_size=1)], [Identity()])``.
    Raises SpecError naming the kind, the parameter, the value and what is allowed.
    """
    return check_layer(read_call(text))


def read_call(text: str) -> Layer:
    """Read one layer without holding its parameters and parts against `LAYERS`."""
    if len(text) > MAX_LAYER_TEXT:
        raise SpecError(f"a layer's text can have {MAX_LAYER_TEXT:,} characters, this has {len(text):,}")
    try:
        call = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise _unreadable(text) from error
    return _layer(call, 0)


def layer_text(layer: Layer) -> str:
    """Write a layer as its PyTorch call, those inside it too; `parse_layer` reads it back."""
    parts = [f"[{', '.join(map(layer_text, part))}]" for part in layer.parts]
    return f"{layer.kind}({', '.join([*parts, *_params(layer)])})"


def call_text(layer: Layer) -> str:
    """Write a layer as its PyTorch call, without the layers inside it."""
    return f"{layer.kind}({params_text(layer)})"


def params_text(layer: Layer) -> str:
    """Write a layer's parameters as in its call: ``out_channels=96, kernel_size=11, stride=4``."""
    return ", ".join(_params(layer))


def parse_shape(text: str) -> tuple[int, int, int]:
    """Read an input shape such as "1,224,224", "1 × 224 × 224" or "[1, 224, 224]".

    Raises SpecError when it is not three whole numbers; their range is the network's to check.
    """
    sizes = re.split(r"\s*[,x×*\s]\s*", text.strip().strip("[]()").strip())
    if len(sizes) != 3 or not all(re.fullmatch(r"\d{1,9}", size, re.ASCII) for size in sizes):
        raise SpecError(f"input shape {shorten(text)} must be channels, height and width, such as 1, 224, 224")
    return int(sizes[0]), int(sizes[1]), int(sizes[2])


def parse_width(text: str) -> float:
    """Read a width ratio such as "0.25", "1/4" or "×2"; its range is the network's to check.

    Raises SpecError when it is not a number.
    """
    try:
        if len(text) > 40 or re.search(r"e[+-]?\d{4}", text, re.I):
            raise ValueError(text)
        return float(Fraction(text.strip().removeprefix("×").replace(" ", "")))
    except (ValueError, ZeroDivisionError, OverflowError) as error:
        raise SpecError(f"width {shorten(text)} must be a number above 0, such as 0.25 or 1/4") from error


def width_text(width: float) -> str:
    """Write a width ratio as "×1/4" where it is a simple fraction, else as "×0.3"; `parse_width` reads it back."""
    near = Fraction(width).limit_denominator(16)
    return f"×{near}" if float(near) == width else f"×{width!r}"


def _params(layer: Layer) -> list[str]:
    return [f"{name}={value!r}" for name, value in layer.params.items()]


def _layer(node: ast.expr, depth: int) -> Layer:
    if depth > MAX_DEPTH:
        raise SpecError(f"containers can be nested {MAX_DEPTH} deep, and this is deeper")
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
        raise _unreadable(ast.unparse(node))
    kind = node.func.id
    if any(not isinstance(arg, ast.List) for arg in node.args) or any(key.arg is None for key in node.keywords):
        raise SpecError(f"{kind}: give parameters by name, as in {kind}(name=value)")
    names = [str(keyword.arg) for keyword in node.keywords]
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        raise SpecError(f"{kind}: {repeated[0]} is given twice")
    params = {str(k.arg): _value(k.value, f"{kind}: {k.arg}") for k in node.keywords}
    lists = [arg for arg in node.args if isinstance(arg, ast.List)]
    return Layer(kind, params, tuple(tuple(_layer(inner, depth + 1) for inner in part.elts) for part in lists))


def _unreadable(text: str) -> SpecError:
    return SpecError(f"cannot read {shorten(text)} as a layer; write it like ReLU() or Dropout(p=0.5)")


def _value(node: ast.expr, place: str) -> Value:
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError, MemoryError, RecursionError) as error:
        raise SpecError(f"{place} must be a plain value, such as 3, 0.5, True or (3, 5)") from error
    if not isinstance(value, int | float | bool | str | tuple | list | None):
        raise SpecError(f"{place} must be a plain value, such as 3, 0.5, True or (3, 5), not {shorten(value)}")
    return tuple(value) if isinstance(value, list) else value
