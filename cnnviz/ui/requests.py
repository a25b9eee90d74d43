"""What an operation of the layer list is about, checked against what is there: the browser may know less, or lie."""

from collections.abc import Mapping
from typing import Any

from cnnviz.ui.editor import Editor, slot_of
from cnnviz.ui.items import NETWORK, Items, Slot, walk

Operation = Mapping[str, Any]


def texts(value: object) -> list[str]:
    """Return the words in a list that the browser sent, and nothing where it sent something else."""
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def chosen_items(editor: Editor, operation: Operation) -> Items:
    """Return the layers an operation is about in the network's order, without those inside others of them."""
    ids, inside = set(texts(operation.get("ids"))), set[str]()
    chosen = []
    for item, _ in walk(editor.version.items):
        if item.id in ids and item.id not in inside:
            chosen.append(item)
            inside |= {inner.id for inner, _ in walk((item,))}
    return tuple(chosen)


def part_slot(editor: Editor, operation: Operation) -> Slot | None:
    """Return the part that an operation is about, where it is about one."""
    parts = [each for each in texts(operation.get("ids")) if ":" in each]
    there = [each for each in parts if editor.selecting(each).version.selected == (each,)]
    if len(there) != 1:
        return None
    slot = slot_of(editor.version, there[0])
    return slot if slot.part < len(editor.version.found[slot.container][0].parts) else None


def place_after(editor: Editor, operation: Operation) -> str | None:
    """Return the layer or part that something new is put after or into, if it is still there."""
    after = str(operation.get("id"))
    return after if editor.selecting(after).version.selected == (after,) else None


def target_slot(editor: Editor, to: object) -> tuple[Slot, str | None] | None:
    """Return the list to move to, and the layer to move before."""
    if not isinstance(to, Mapping) or type(part := to.get("part")) is not int:
        return None
    container, before = to.get("container"), to.get("before")
    if container == "":
        slot = NETWORK
    elif isinstance(container, str) and place_after(editor, {"id": f"{container}:{part}"}):
        slot = Slot(container, part)
    else:
        return None
    if before is not None and (before not in editor.version.found or editor.version.found[before][1] != slot):
        return None
    return slot, before


def new_id_of(editor: Editor, operation: Operation) -> str | None:
    """Return the id that the browser gave to something new, unless it is taken or could be mistaken for a part's."""
    new_id = operation.get("new_id")
    if not isinstance(new_id, str) or not new_id or ":" in new_id or new_id in editor.version.found:
        return None
    return new_id
