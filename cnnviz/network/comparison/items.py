"""Layers as they are compared: those that are written in a network, or the rows of a model that was measured."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from cnnviz.errors import SpecError
from cnnviz.network.infer import Node, infer_shapes, walk_nodes
from cnnviz.network.kinds import Role
from cnnviz.network.layers import LAYERS, part_paths
from cnnviz.network.notation import call_text, layer_text, read_call
from cnnviz.network.scaling import scaled_layers
from cnnviz.network.spec import Layer, Network, Value
from cnnviz.network.summary import Row, Summary


@dataclass(frozen=True)
class Item:
    """A layer in its place; two are equal when they are the same layer, wherever they stand.

    `text` is its call without the layers inside it, and `parts` the lists of layers that are written inside it.
    `inside` is what a block stands for, or what a container is made of, where that is known.
    """

    content: str
    path: str = field(compare=False)
    kind: str = field(compare=False)
    role: Role = field(compare=False)
    text: str = field(compare=False)
    params: Mapping[str, Value] = field(compare=False)
    parts: tuple[tuple["Item", ...], ...] = field(default=(), compare=False, repr=False)
    inside: tuple["Item", ...] = field(default=(), compare=False, repr=False)


def items_of(network: Network | Summary) -> tuple[Item, ...]:
    """Return a network's layers at the channels that its width gives them, or the rows of a summary.

    Raises SpecError for a layer that is wrong in itself.
    """
    if isinstance(network, Summary):
        return _row_items(network.rows)
    nodes = {node.path: node for node, _ in walk_nodes(infer_shapes(network).nodes)}
    return _Reader(nodes).items(scaled_layers(network), "")


def kinds_of(items: Sequence[Item]) -> frozenset[str]:
    """Return the kinds of layers that are written, those inside containers too."""
    return frozenset(item.kind for item in walk_items(items))


def walk_items(items: Sequence[Item]) -> Iterator[Item]:
    """Yield every layer that is written, each container before the layers inside it."""
    for item in items:
        yield item
        for part in item.parts:
            yield from walk_items(part)


def unfolded(items: Sequence[Item], known: frozenset[str]) -> tuple[Item, ...]:
    """Return layers with every block and container whose kind is not among `known` replaced by what is inside it."""
    found: list[Item] = []
    for item in items:
        if item.inside and item.kind not in known:
            found += unfolded(item.inside, known)
        else:
            found.append(replace(item, parts=tuple(unfolded(part, known) for part in item.parts)))
    return tuple(found)


class _Reader:
    """Makes the items of one network, each once, although a block's layers may be written and stood for."""

    def __init__(self, nodes: Mapping[str, Node]) -> None:
        self.nodes = nodes
        self.found: dict[str, Item] = {}

    def items(self, layers: Sequence[Layer], prefix: str) -> tuple[Item, ...]:
        """Return the items of layers whose paths begin with `prefix`."""
        return tuple(self.item(layer, f"{prefix}{index}") for index, layer in enumerate(layers))

    def item(self, layer: Layer, path: str) -> Item:
        if path not in self.found:
            self.found[path] = self._new_item(layer, path)
        return self.found[path]

    def _new_item(self, layer: Layer, path: str) -> Item:
        node = self.nodes.get(path)
        layer = node.layer if node else layer
        prefixes = part_paths(layer, path)
        if layer.kind == "Repeat" and len(layer.parts[0]) > 1:
            prefixes = (f"{path}.0.",)  # a copy of several layers is a layer of its own
        parts = tuple(self.items(part, prefix) for part, prefix in zip(layer.parts, prefixes, strict=True))
        role = LAYERS[layer.kind].role
        item = Item(layer_text(layer), path, layer.kind, role, call_text(layer), layer.params, parts)
        return replace(item, inside=self._inside(item, node))

    def _inside(self, item: Item, node: Node | None) -> tuple[Item, ...]:
        """Return what a block stands for, or a container that merges its branches and then their layers."""
        if item.role == "merge":
            return (replace(item, parts=()), *(inner for part in item.parts for inner in part))
        if node is not None and node.parts and node.output_shape is not None:
            return tuple(self.item(inner.layer, inner.path) for inner in node.parts[0])
        return item.parts[0] if item.kind == "Sequential" else ()


def _row_items(rows: Sequence[Row]) -> tuple[Item, ...]:
    """Return the items of rows, each block or container before the rows inside it."""
    found: list[Item] = []
    index = 0
    while index < len(rows):
        row, start = rows[index], index + 1
        index = next((end for end in range(start, len(rows)) if rows[end].depth <= row.depth), len(rows))
        found.append(_row_item(row, _row_items(rows[start:index])))
    return tuple(found)


def _row_item(row: Row, inside: tuple[Item, ...]) -> Item:
    call = _call(row)
    text = call_text(call) if call else row.text
    content = f"{text}[{', '.join(item.content for item in inside)}]" if inside else text
    alone = Item(content, row.path, row.kind, row.role, row.text, call.params if call else {})
    return (
        replace(alone, parts=(inside,), inside=(alone, *inside) if row.role == "merge" else inside) if inside else alone
    )


def _call(row: Row) -> Layer | None:
    """Return the layer that a row's text is the call of, or None where it is not written as a call of ours.

    What is computed in place is the same, and leads to the same.
    """
    try:
        call = read_call(row.text)
    except SpecError:
        return None
    return Layer(call.kind, {name: value for name, value in call.params.items() if name != "inplace"})
