"""What each operation of the layer list makes of the network.

An operation is a mapping that the browser sends: its number, an `action`, and what the action needs. `ids` are those of
the layers it is about, "a1-3:1" being the second part of a container. A `to` says where: before the layer `before` of a
part of a container, or at its end where that is None.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from cnnviz.errors import SpecError
from cnnviz.network.forms import FORMS, new_layers
from cnnviz.network.infer import Node, infer_shapes, walk_nodes
from cnnviz.network.layers import LAYERS
from cnnviz.network.pasted import parse_layers
from cnnviz.network.spec import Layer, Shape
from cnnviz.ui.block_folds import folded
from cnnviz.ui.editor import Editor, item_id, slot_of, swapped
from cnnviz.ui.items import NETWORK, Item, Items, Slot, items_of, rebuilt, walk
from cnnviz.ui.requests import Operation, chosen_items, new_id_of, part_slot, place_after, target_slot, texts

Action = Callable[[Editor, Operation], Editor]

GROUPS = ("Sequential", "Residual", "Repeat")
"""Containers that selected layers can be put into."""


def apply_log(editor: Editor, log: Mapping[str, Any]) -> Editor:
    """Apply the operations of a layer list's log that have not been applied yet.

    An operation that makes no sense any more, as one on layers of a network opened before, changes nothing; one that
    is refused leaves its reason in the editor's `mistake`.
    """
    editor = replace(editor, mistake=None)
    for operation in _pending(log.get("operations"), editor.ack):
        editor = replace(_apply(editor, operation), ack=operation["number"])
    return editor


def _pending(operations: object, ack: int) -> Iterable[Operation]:
    if not isinstance(operations, list):
        return []
    return [op for op in operations if isinstance(op, Mapping) and type(op.get("number")) is int and op["number"] > ack]


def _apply(editor: Editor, operation: Operation) -> Editor:
    action = ACTIONS.get(str(operation.get("action")))
    if action is None:
        return editor
    try:
        return replace(action(editor, operation), mistake=editor.mistake)
    except SpecError as error:  # such as the last layer deleted: the list shows the network as it still is
        return replace(editor, mistake=str(error))


def _select(editor: Editor, operation: Operation) -> Editor:
    return editor.selecting(*texts(operation.get("ids")))


def _move(editor: Editor, operation: Operation) -> Editor:
    moved = chosen_items(editor, operation)
    target = target_slot(editor, operation.get("to"))
    if not moved or target is None or any(item.id == target[0].container for item, _ in walk(moved)):
        return editor
    slot, before = target
    ids = {item.id for item in moved}
    if before in ids:
        return editor

    def change(where: Slot, items: Items) -> Items:
        kept = tuple(item for item in items if item.id not in ids)
        return _inserted(kept, moved, before=before) if where == slot else kept

    return editor.with_items(rebuilt(editor.version.items, change), *(item.id for item in moved))


def _duplicate(editor: Editor, operation: Operation) -> Editor:
    new_id = new_id_of(editor, operation)
    if new_id is None:
        return editor
    if part := part_slot(editor, operation):
        return _duplicate_part(editor, part, new_id)
    chosen = chosen_items(editor, operation)
    copies = tuple(Item.of(item.layer, f"{new_id}-{number}") for number, item in enumerate(chosen))
    return _put(editor, copies, after=chosen[-1].id) if chosen else editor


def _duplicate_part(editor: Editor, part: Slot, new_id: str) -> Editor:
    container = editor.version.found[part.container][0]
    if container.kind_parts and (names := container.kind_parts.names):
        raise SpecError(f"a {container.layer.kind} has one {names[part.part]}; duplicate the layers in it instead")
    copy = tuple(Item.of(item.layer, f"{new_id}-{number}") for number, item in enumerate(container.parts[part.part]))
    after = part.part + 1
    wider = container.with_parts((*container.parts[:after], copy, *container.parts[after:]))
    return _with_item(editor, wider, selected=f"{container.id}:{after}")


def _add(editor: Editor, operation: Operation) -> Editor:
    kind, new_id, after = str(operation.get("kind")), new_id_of(editor, operation), place_after(editor, operation)
    if (kind not in LAYERS and kind not in FORMS) or new_id is None or after is None:
        return editor
    layers = new_layers(kind, *_arriving(editor, after))
    ids = [*(f"{new_id}+{number}" for number in range(len(layers) - 1)), new_id]
    new = tuple(Item.of(layer, layer_id) for layer, layer_id in zip(layers, ids, strict=True))
    return _put(editor, new, after=after, selected=(new_id,))


def _paste(editor: Editor, operation: Operation) -> Editor:
    new_id, after = new_id_of(editor, operation), place_after(editor, operation)
    if new_id is None or after is None:
        return editor
    return _put(editor, items_of(parse_layers(str(operation.get("text"))), new_id), after=after)


def _delete(editor: Editor, operation: Operation) -> Editor:
    if part := part_slot(editor, operation):
        return _delete_part(editor, part)
    chosen = chosen_items(editor, operation)
    if not chosen:
        return editor
    ids = {item.id for item in chosen}
    items = rebuilt(editor.version.items, lambda _, items: tuple(item for item in items if item.id not in ids))
    return editor.with_items(items, _left_behind(editor, chosen))


def _delete_part(editor: Editor, part: Slot) -> Editor:
    container = editor.version.found[part.container][0]
    is_named = bool(container.kind_parts and container.kind_parts.names)
    emptied: tuple[Items, ...] = ((),) if is_named else ()
    parts = (*container.parts[: part.part], *emptied, *container.parts[part.part + 1 :])
    return _with_item(editor, container.with_parts(parts), selected=container.id)


def _group(editor: Editor, operation: Operation) -> Editor:
    kind, new_id, chosen = str(operation.get("kind")), new_id_of(editor, operation), chosen_items(editor, operation)
    if kind not in GROUPS or new_id is None or not chosen:
        return editor
    if len({editor.version.found[item.id][1] for item in chosen}) > 1:
        raise SpecError("only layers of one list can be put into a container together")
    params = {name: param.initial for name, param in LAYERS[kind].params.items() if param.initial is not None}
    container = Item(new_id, Layer(kind, params)).with_parts((chosen,))
    ids = {item.id for item in chosen}

    def change(_: Slot, items: Items) -> Items:
        swapped_in = swapped(items, chosen[0].id, (container,))
        return tuple(item for item in swapped_in if item.id not in ids)

    return editor.with_items(rebuilt(editor.version.items, change), new_id)


def _branch(editor: Editor, operation: Operation) -> Editor:
    """Give a container of branches another one, empty at first."""
    container = editor.version.found.get(item_id(str(operation.get("id"))), (None,))[0]
    if container is None or container.kind_parts is None or container.kind_parts.names:
        return editor
    wider = container.with_parts((*container.parts, ()))
    return _with_item(editor, wider, selected=f"{container.id}:{len(container.parts)}")


ACTIONS: Mapping[str, Action] = {
    "select": _select,
    "move": _move,
    "duplicate": _duplicate,
    "add": _add,
    "paste": _paste,
    "delete": _delete,
    "group": _group,
    "branch": _branch,
    "fold": lambda editor, operation: folded(editor, texts(operation.get("ids"))),
    "unfold": lambda editor, operation: editor.unfolded(item_id(str(operation.get("id")))),
    "undo": lambda editor, _: editor.undone(),
    "redo": lambda editor, _: editor.redone(),
}


def _put(editor: Editor, new: Items, *, after: str, selected: tuple[str, ...] = ()) -> Editor:
    """Put new layers after a layer, or first into a part."""
    slot, is_part = slot_of(editor.version, after), ":" in after

    def change(where: Slot, items: Items) -> Items:
        if where != slot:
            return items
        index = 0 if is_part else [item.id for item in items].index(after) + 1
        return (*items[:index], *new, *items[index:])

    return editor.with_items(rebuilt(editor.version.items, change), *(selected or [item.id for item in new]))


def _with_item(editor: Editor, new: Item, *, selected: str) -> Editor:
    items = rebuilt(editor.version.items, lambda _, items: swapped(items, new.id, (new,)))
    return editor.with_items(items, selected)


def _inserted(items: Items, new: Items, *, before: str | None) -> Items:
    index = next((index for index, item in enumerate(items) if item.id == before), len(items))
    return (*items[:index], *new, *items[index:])


def _left_behind(editor: Editor, chosen: Items) -> str:
    """Return the id of what is selected once layers are gone: what follows the last, or precedes it, or holds it."""
    gone = {inner.id for inner, _ in walk(chosen)}
    slot = editor.version.found[chosen[-1].id][1]
    in_list = [item.id for item, where in walk(editor.version.items) if where == slot]
    place = in_list.index(chosen[-1].id)
    left = [each for each in (*in_list[place:], *reversed(in_list[:place])) if each not in gone]
    return left[0] if left else slot.container


def _arriving(editor: Editor, after: str) -> tuple[Shape | None, Shape | None]:
    """Return the shape that reaches what is put after a layer, and in a shortcut the shape that it is added to.

    Both are as before the width ratio is applied, and None where they are not known.
    """
    version, slot = editor.version, slot_of(editor.version, after)
    nodes = {node.path: node for node, _ in walk_nodes(infer_shapes(editor.network.replace(width=1.0)).nodes)}
    node = nodes.get(version.paths[item_id(after)])
    if node is None:
        return None, None
    holder = nodes.get(version.paths[slot.container]) if slot != NETWORK else None
    return node.input_shape if ":" in after else node.output_shape, _wanted(holder, slot)


def _wanted(holder: Node | None, slot: Slot) -> Shape | None:
    if holder is None or holder.layer.kind != "Residual" or slot.part != 1 or not holder.parts[0]:
        return None
    return holder.parts[0][-1].output_shape
