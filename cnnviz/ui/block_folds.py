"""Layers of the edited network folded into the block that they are, and blocks unfolded."""

from collections.abc import Collection
from dataclasses import dataclass

from cnnviz.errors import SpecError
from cnnviz.network.fold import fold, fold_around
from cnnviz.network.spec import Layer
from cnnviz.ui.editor import Editor
from cnnviz.ui.items import Item, Items, rebuilt, walk


@dataclass(frozen=True)
class Offer:
    """Layers that stand next to each other, and the block that they can be folded into."""

    items: Items
    block: Layer


def offer(editor: Editor, ids: Collection[str]) -> Offer | None:
    """Return what layers can be folded into; for one layer, the longest block that it and those around it are."""
    chosen = [item for item, _ in walk(editor.version.items) if item.id in ids]
    if not chosen or len(chosen) < len(ids):
        return None  # a part of a container is no layer
    siblings = _siblings(editor, chosen[0])
    start, end = siblings.index(chosen[0]), siblings.index(chosen[0]) + len(chosen)
    if tuple(chosen) != siblings[start:end]:
        return None
    path = editor.version.paths[chosen[0].id]
    found = fold_around(editor.network, path) if len(chosen) == 1 else fold(editor.network, path, len(chosen))
    return Offer(siblings[found.start : found.end], found.block) if found else None


def folded(editor: Editor, ids: Collection[str]) -> Editor:
    """Return the editor with layers folded into the block that they are.

    Raises SpecError where they are none.
    """
    offered = offer(editor, ids)
    if offered is None:
        raise SpecError("these layers are not exactly what a block stands for, so that they cannot be folded into one")
    first, *others = offered.items
    gone = {item.id for item in others}

    def change(_: object, items: Items) -> Items:
        kept = (item for item in items if item.id not in gone)
        return tuple(Item(first.id, offered.block) if item.id == first.id else item for item in kept)

    return editor.with_items(rebuilt(editor.version.items, change), first.id)


def _siblings(editor: Editor, item: Item) -> Items:
    slot = editor.version.found[item.id][1]
    return tuple(each for each, where in walk(editor.version.items) if where == slot)
