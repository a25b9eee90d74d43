"""A network's text: a YAML or JSON document whose layers are calls, and whose containers are mappings of lists.

layers:
  - Conv2d(out_channels=64, kernel_size=3)
  - Residual:
      body:
        - Conv2d(out_channels=64, kernel_size=3, padding=1)
      shortcut:
        - Conv2d(out_channels=64, kernel_size=1)
  - Repeat(n=2):
      - ReLU()
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from pathlib import Path
from typing import Any

import yaml

from cnnviz.errors import SpecError, shorten
from cnnviz.network.layers import check_layer, layer_kind, part_paths
from cnnviz.network.notation import call_text, parse_layer, read_call
from cnnviz.network.spec import Layer, Network, make_network

MAX_TEXT = 300_000  # characters of a network's text: 5,000 layers of 60
MAX_BYTES = 4 * MAX_TEXT  # of a file


def parse(text: str) -> Network:
    """Read a network from YAML or JSON text.

    Raises SpecError naming the place, the value and what is allowed.
    """
    document = _read(text)
    if not isinstance(document, dict):
        raise SpecError(f"a network is written as `name:`, `input_shape:` and `layers:`, not as {shorten(document)}")
    if not isinstance(layers := document.get("layers"), list) or not layers:
        raise SpecError("layers must be a list of at least one layer, such as [Conv2d(out_channels=6, kernel_size=5)]")
    return make_network(
        **{str(name): value for name, value in document.items()} | {"layers": _layers(layers, "layer ")}
    )


def to_text(network: Network) -> str:
    """Write a network as YAML, its canonical form; `parse` reads it back."""
    document = _document(network)
    layers = document.pop("layers")
    return "".join(_line(name, value) for name, value in document.items()) + "layers:\n" + _block(layers, 2)


def to_json(network: Network) -> str:
    """Write a network as JSON; `parse` reads it back."""
    return json.dumps(_document(network), ensure_ascii=False)


def list_text(layers: Iterable[Layer]) -> str:
    """Write layers as the lines they are in a network's YAML; `parse_list` reads them back."""
    return _block(list(map(_item, layers)), 0)


def parse_list(text: str) -> tuple[Layer, ...]:
    """Read layers from a list in YAML or JSON, from one layer alone, or from calls one a line.

    Raises SpecError naming the place, the value and what is allowed.
    """
    lines = [line.strip().rstrip(",") for line in text.strip().splitlines()]
    if len(lines) > 1 and not any(line.startswith(("-", "[", "{")) or line.endswith(":") for line in lines):
        return _layers([line for line in lines if line], "line ")
    found = _read(text)
    return _layers(found if isinstance(found, list) else [found], "layer ")


def read_file(path: Path, read: Callable[[str], Network] = parse) -> Network:
    """Read a network from a file of YAML, or of what else `read` reads; a network without a name has the file's.

    Raises SpecError naming the file and what is wrong with it.
    """
    try:
        if path.is_fifo() or path.is_char_device():
            raise SpecError("this is not a file but a pipe or a device")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise SpecError(f"a network's file can have {MAX_BYTES:,} bytes, and this has more")
        network = read(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise SpecError(f"{path}: this is not a text file; a network is written in YAML or Python") from error
    except OSError as error:
        raise SpecError(f"{path}: cannot be read: {error.strerror}") from error
    except SpecError as error:
        raise SpecError(f"{path}: {error}") from error
    return network if network.name != "network" else network.replace(name=path.stem[:100])


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


def _read(text: str) -> object:
    if len(text) > MAX_TEXT:
        raise SpecError(f"a network's text can have {MAX_TEXT:,} characters, and this has more")
    try:
        return _read_json(text) if text.lstrip().startswith("{") else _read_yaml(text)
    except RecursionError as error:
        raise SpecError("this is not a network: its text is nested too deeply") from error


def _read_json(text: str) -> object:
    """Read JSON, which YAML nearly includes: it has no pairs of surrogates; or what else begins with a brace."""
    try:
        return json.loads(text, object_pairs_hook=_unique)
    except SpecError:
        raise
    except ValueError:
        return _read_yaml(text)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if repeated := [key for key, times in Counter(key for key, _ in pairs).items() if times > 1]:
        raise SpecError(f"{shorten(repeated[0])} is given twice")
    return dict(pairs)


def _read_yaml(text: str) -> object:
    try:
        return yaml.load(text, Loader=_PlainLoader)
    except SpecError:
        raise
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise SpecError(f"{line}this is not YAML: {error.problem}") from error
    except (yaml.YAMLError, ValueError) as error:
        raise SpecError(f"this is not YAML: {str(error).splitlines()[0]}") from error


def _layers(items: list[object], place: str) -> tuple[Layer, ...]:
    return tuple(_layer(item, f"{place}{number}") for number, item in enumerate(items))


def _layer(item: object, place: str) -> Layer:
    """Read a layer from its call, or a container from a mapping of its call to its lists."""
    try:
        if isinstance(item, str):
            return parse_layer(item)
        if not isinstance(item, dict) or len(item) != 1:
            raise SpecError(f"a layer is written like ReLU() or Dropout(p=0.5), not as {shorten(item)}")
        ((head, inside),) = item.items()
        call = read_call(str(head) if "(" in str(head) else f"{head}()")
        lists = _lists(call.kind, inside)
    except SpecError as error:
        raise SpecError(f"{place}: {error}") from error
    paths = part_paths(call.with_parts(*((),) * len(lists)), place)
    parts = [_layers(part, path) for part, path in zip(lists, paths, strict=True)]
    try:
        return check_layer(call.with_parts(*call.parts, *parts))
    except SpecError as error:
        raise SpecError(f"{place}: {error}") from error


def _lists(kind: str, inside: object) -> list[list[object]]:
    """Return the lists inside a container: by name, one alone, or a list of branches."""
    parts = layer_kind(kind).parts
    if parts is None:
        raise SpecError(f"{kind} holds no layers of its own; write it as {kind}(name=value)")
    lists = inside if not parts.names else [inside]
    if isinstance(inside, dict) and parts.names:
        if unknown := [name for name in inside if name not in parts.names]:
            raise SpecError(f"{kind} holds {' and '.join(parts.names)}, not {shorten(unknown[0])}")
        lists = [inside.get(name, []) for name in parts.names]
    if not isinstance(lists, list) or not all(isinstance(part, list) for part in lists):
        wanted = "a list of layers" if parts.names else "a list of branches, each a list of layers"
        raise SpecError(f"{kind} needs {wanted}, not {shorten(inside)}")
    return lists


def _document(network: Network) -> dict[str, Any]:
    """Return a network as the plain values of its YAML or JSON document."""
    fields: dict[str, Any] = {"name": network.name}
    if network.source:
        fields["source"] = network.source
    if network.year is not None:
        fields["year"] = network.year
    fields["input_shape"] = list(network.input_shape)
    if network.width != 1:
        fields["width"] = network.width
    if network.recipe:
        fields["recipe"] = dict(network.recipe)
    return {**fields, "layers": list(map(_item, network.layers))}


def _item(layer: Layer) -> Any:
    """Return a layer as its call, or a container as a mapping of its call to its lists."""
    if not layer.parts:
        return call_text(layer)
    lists, parts = [list(map(_item, part)) for part in layer.parts], layer_kind(layer.kind).parts
    head = call_text(layer).removesuffix("()")
    if parts is None or not parts.names:
        return {head: lists}
    return {head: lists[0] if len(lists) == 1 else dict(zip(parts.names, lists, strict=False))}


def _block(value: Any, indent: int) -> str:
    """Write the items of layers as YAML: plain text, lists and mappings of one or two keys."""
    space = " " * indent
    if isinstance(value, str) or not value:
        return f"{value}\n"
    if isinstance(value, list):
        return "".join(f"{space}- {_block(item, indent + 2).lstrip()}" for item in value)
    return "".join(f"{space}{key}:{_after_key(inside, indent + 2)}" for key, inside in value.items())


def _after_key(value: Any, indent: int) -> str:
    return "\n" + _block(value, indent) if value else f" {value}\n"


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
