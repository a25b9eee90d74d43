"""Text to spec and back: a layer reads like its PyTorch call, a network is a YAML document of them."""

import ast
import re
from collections import Counter
from collections.abc import Hashable
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml

from cnnviz.errors import SpecError, shorten
from cnnviz.network.layers import check_layer
from cnnviz.network.spec import Layer, Network, Value, make_network

MAX_TEXT = 300_000  # characters of a network's text: 5,000 layers of 60
MAX_LAYER_TEXT = 2_000


def parse(text: str) -> Network:
    """Read a network from YAML text.

    Raises SpecError naming the place, the value and what is allowed.
    """
    document = _read_yaml(text)
    if not isinstance(document, dict):
        raise SpecError(f"a network is written as `name:`, `input_shape:` and `layers:`, not as {shorten(document)}")
    if not isinstance(layers := document.get("layers"), list) or not layers:
        raise SpecError("layers must be a list of at least one layer, such as [Conv2d(out_channels=6, kernel_size=5)]")
    return make_network(**{str(name): value for name, value in document.items()} | {"layers": _layers(layers)})


def parse_layer(text: str) -> Layer:
    """Read one layer, such as ``Conv2d(out_channels=96, kernel_size=11, stride=4)``; nothing is executed.

    Raises SpecError naming the kind, the parameter, the value and what is allowed.
    """
    if len(text) > MAX_LAYER_TEXT:
        raise SpecError(f"a layer's text can have {MAX_LAYER_TEXT:,} characters, this has {len(text):,}")
    try:
        call = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise SpecError(f"cannot read {shorten(text)} as a layer; write it like ReLU() or Dropout(p=0.5)") from error
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
        raise SpecError(f"cannot read {shorten(text)} as a layer; write it like ReLU() or Dropout(p=0.5)")
    kind = call.func.id
    if call.args or any(keyword.arg is None for keyword in call.keywords):
        raise SpecError(f"{kind}: give parameters by name, as in {kind}(name=value)")
    names = [str(keyword.arg) for keyword in call.keywords]
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        raise SpecError(f"{kind}: {repeated[0]} is given twice")
    return check_layer(Layer(kind, {str(k.arg): _value(k.value, f"{kind}: {k.arg}") for k in call.keywords}))


def layer_text(layer: Layer) -> str:
    """Write a layer as its PyTorch call; `parse_layer` reads it back."""
    return f"{layer.kind}({params_text(layer)})"


def params_text(layer: Layer) -> str:
    """Write a layer's parameters as in its call: ``out_channels=96, kernel_size=11, stride=4``."""
    return ", ".join(f"{name}={value!r}" for name, value in layer.params.items())


def to_text(network: Network) -> str:
    """Write a network as YAML, its canonical form; `parse` reads it back."""
    head: dict[str, Any] = {"name": network.name}
    if network.source:
        head["source"] = network.source
    head["input_shape"] = list(network.input_shape)
    if network.width != 1:
        head["width"] = network.width
    if network.recipe:
        head["recipe"] = dict(network.recipe)
    lines = [_line(name, value) for name, value in head.items()]
    return "".join(lines) + "layers:\n" + "".join(f"  - {layer_text(layer)}\n" for layer in network.layers)


def read_file(path: Path) -> Network:
    """Read a network from a YAML file.

    Raises SpecError naming the file and what is wrong with it.
    """
    try:
        if path.is_fifo() or path.is_char_device():
            raise SpecError("this is not a file but a pipe or a device")
        with path.open("rb") as file:
            data = file.read(4 * MAX_TEXT + 1)
        if len(data) > 4 * MAX_TEXT:
            raise SpecError(f"a network's text can have {MAX_TEXT:,} characters, and this has more")
        text = data.decode("utf-8")
        network = parse(text)
    except UnicodeDecodeError as error:
        raise SpecError(f"{path}: this is not a text file; a network is written in YAML") from error
    except OSError as error:
        raise SpecError(f"{path}: cannot be read: {error.strerror}") from error
    except SpecError as error:
        raise SpecError(f"{path}: {error}") from error
    return network if network.name != "network" else network.replace(name=path.stem[:100])


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


class _PlainLoader(yaml.SafeLoader):
    """YAML without aliases, which could make a small file huge, and without a key given twice."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            line = self.peek_event().start_mark.line + 1  # type: ignore[no-untyped-call]
            raise SpecError(f"line {line}: YAML aliases (*name) cannot be used here; write the value out")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [key.value for key, _ in node.value if isinstance(key.value, str)]
        if repeated := [key for key, times in Counter(keys).items() if times > 1]:
            raise SpecError(f"line {node.start_mark.line + 1}: {shorten(repeated[0])} is given twice")
        return super().construct_mapping(node, deep)

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)
        except (IndexError, KeyError, AttributeError) as error:
            tag = node.tag.removeprefix("tag:yaml.org,2002:")
            raise SpecError(f"line {node.start_mark.line + 1}: {shorten(node.value)} is no {tag}") from error


def _read_yaml(text: str) -> object:
    if len(text) > MAX_TEXT:
        raise SpecError(f"a network's text can have {MAX_TEXT:,} characters, and this has more")
    try:
        return yaml.load(text, Loader=_PlainLoader)
    except SpecError:
        raise
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise SpecError(f"{line}this is not YAML: {error.problem}") from error
    except (yaml.YAMLError, ValueError) as error:
        raise SpecError(f"this is not YAML: {str(error).splitlines()[0]}") from error
    except RecursionError as error:
        raise SpecError("this is not a network: its text is nested too deeply") from error


def _layers(items: list[object]) -> tuple[Layer, ...]:
    return tuple(_layer(number, item) for number, item in enumerate(items))


def _layer(number: int, item: object) -> Layer:
    try:
        if not isinstance(item, str):
            raise SpecError(f"a layer is written like ReLU() or Dropout(p=0.5), not as {shorten(item)}")
        return parse_layer(item)
    except SpecError as error:
        raise SpecError(f"layer {number}: {error}") from error


def _value(node: ast.expr, place: str) -> Value:
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError, MemoryError, RecursionError) as error:
        raise SpecError(f"{place} must be a plain value, such as 3, 0.5, True or (3, 5)") from error
    if isinstance(value, list):
        value = tuple(value)
    if not isinstance(value, int | float | bool | str | tuple | None):
        raise SpecError(f"{place} must be a plain value, such as 3, 0.5, True or (3, 5), not {shorten(value)}")
    return value


_END = "...\n"  # what PyYAML writes after a document that is one plain value


def _line(name: str, value: object) -> str:
    text = yaml.safe_dump(
        value,
        sort_keys=False,
        default_flow_style=True,
        allow_unicode=value == value and not re.search(r"[^\S ]", str(value)),
        width=10_000,
    )
    return f"{name}: {text.removesuffix(_END).strip()}\n"
