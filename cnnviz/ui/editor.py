"""The network being edited: a frozen state, and what each operation of the layer list makes of it.

Layers have ids of their own here, so that a widget and the selection stay with a layer when it moves.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from cnnviz.errors import SpecError
from cnnviz.network.forms import FORMS, new_layer_after
from cnnviz.network.infer import infer_shapes
from cnnviz.network.layers import LAYERS, check_layer
from cnnviz.network.presets import preset
from cnnviz.network.spec import Layer, Network, Shape
from cnnviz.network.unfold import unfold

Operation = Mapping[str, Any]


@dataclass(frozen=True)
class Editor:
    """A network, an id for each of its layers, and the selected one.

    `preset` names what was opened. The layer list numbers its operations: `ack` is the last one applied, and `epoch`
    is new with every network opened, so that what was meant for the one before is told apart.
    """

    network: Network
    ids: tuple[str, ...]
    selected: str
    epoch: str
    preset: str
    ack: int = 0

    @property
    def index(self) -> int:
        """Index of the selected layer."""
        return self.ids.index(self.selected)

    @property
    def layer(self) -> Layer:
        """The selected layer."""
        return self.network.layers[self.index]

    def with_network(self, network: Network) -> "Editor":
        """Return the editor with its network changed in anything but the number of layers."""
        assert len(network.layers) == len(self.ids)
        return replace(self, network=network)

    def with_layer(self, layer_id: str, change: Callable[[Layer], Layer]) -> "Editor":
        """Return the editor with one layer changed; a layer that is no longer there changes nothing.

        Raises SpecError when the layer is then wrong in itself.
        """
        if layer_id not in self.ids:  # a widget may speak after its layer is gone
            return self
        layers, index = list(self.network.layers), self.ids.index(layer_id)
        layers[index] = check_layer(change(layers[index]))
        return self.with_network(self.network.replace(layers=tuple(layers)))

    def with_other_layers(self, network: Network) -> "Editor":
        """Return the editor with a network of any layers; the selection stays at its place in the list."""
        return _opened(network, self.preset, self.index)

    def unfolded(self, layer_id: str) -> "Editor":
        """Return the editor with a block replaced by the layers it stands for.

        Raises SpecError when it cannot be.
        """
        if layer_id not in self.ids:
            return self
        index, layers = self.ids.index(layer_id), self.network.layers
        loose = (*layers[:index], *unfold(self.network, index), *layers[index + 1 :])
        return self.with_other_layers(self.network.replace(layers=loose))


def open_preset(name: str) -> Editor:
    """Return a new editor of a preset, its first layer selected."""
    return _opened(preset(name), name, 0)


def _opened(network: Network, preset: str, index: int) -> Editor:
    epoch = uuid4().hex[:8]
    ids = tuple(f"{epoch}-{number}" for number in range(len(network.layers)))
    return Editor(network, ids, selected=ids[min(index, len(ids) - 1)], epoch=epoch, preset=preset)


def select_at(editor: Editor, path: str) -> Editor:
    """Return the editor with the layer selected that a path leads into; a path to no layer changes nothing."""
    index = path.partition(".")[0]
    if not index.isascii() or not index.isdigit() or int(index) >= len(editor.ids):
        return editor
    return replace(editor, selected=editor.ids[int(index)])


def apply_log(editor: Editor, log: Mapping[str, Any]) -> Editor:
    """Apply the operations of a layer list's log that have not been applied yet.

    A log of another network, or an operation that makes no sense any more, changes nothing.
    """
    if log.get("epoch") != editor.epoch:
        return editor
    for operation in _pending(log.get("operations"), editor.ack):
        editor = replace(_apply(editor, operation), ack=operation["number"])
    return editor


def _pending(operations: object, ack: int) -> Iterable[Operation]:
    if not isinstance(operations, list):
        return []
    return [op for op in operations if isinstance(op, Mapping) and type(op.get("number")) is int and op["number"] > ack]


def _apply(editor: Editor, operation: Operation) -> Editor:
    action = _ACTIONS.get(str(operation.get("action")))
    if action is None or operation.get("id") not in editor.ids:
        return editor
    try:
        return action(editor, editor.ids.index(operation["id"]), operation)
    except SpecError:  # such as the last layer deleted: the list shows the network as it still is
        return editor


def _select(editor: Editor, index: int, operation: Operation) -> Editor:
    return replace(editor, selected=editor.ids[index])


def _move(editor: Editor, index: int, operation: Operation) -> Editor:
    to = operation.get("to")
    if type(to) is not int or not 0 <= to < len(editor.ids):
        return editor
    layers, ids = list(editor.network.layers), list(editor.ids)
    layers.insert(to, layers.pop(index))
    ids.insert(to, ids.pop(index))
    return _with_layers(editor, layers, ids, selected=ids[to])


def _duplicate(editor: Editor, index: int, operation: Operation) -> Editor:
    return _insert(editor, index + 1, editor.network.layers[index], operation)


def _add(editor: Editor, index: int, operation: Operation) -> Editor:
    kind = str(operation.get("kind"))
    if kind not in LAYERS and kind not in FORMS:
        return editor
    return _insert(editor, index + 1, new_layer_after(kind, _output_shape(editor.network, index)), operation)


def _output_shape(network: Network, index: int) -> Shape | None:
    """Return the shape that leaves a layer before the width ratio is applied, or None where it does not fit."""
    nodes = infer_shapes(network.replace(width=1.0)).nodes
    return nodes[index].output_shape if index < len(nodes) else None


def _insert(editor: Editor, index: int, layer: Layer, operation: Operation) -> Editor:
    new_id = operation.get("new_id")
    if not isinstance(new_id, str) or new_id in editor.ids:
        return editor
    layers, ids = list(editor.network.layers), list(editor.ids)
    layers.insert(index, layer)
    ids.insert(index, new_id)
    return _with_layers(editor, layers, ids, selected=new_id)


def _delete(editor: Editor, index: int, operation: Operation) -> Editor:
    layers, ids = list(editor.network.layers), list(editor.ids)
    del layers[index], ids[index]
    selected = editor.selected if editor.selected in ids else next(iter(ids[index:] or ids[-1:]), "")
    return _with_layers(editor, layers, ids, selected=selected)


def _with_layers(editor: Editor, layers: list[Layer], ids: list[str], *, selected: str) -> Editor:
    network = editor.network.replace(layers=tuple(layers))
    return replace(editor, network=network, ids=tuple(ids), selected=selected)


_ACTIONS: Mapping[str, Callable[[Editor, int, Operation], Editor]] = {
    "select": _select,
    "move": _move,
    "duplicate": _duplicate,
    "add": _add,
    "delete": _delete,
}
