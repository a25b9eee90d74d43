"""What is drawn of a network: its layers and folded blocks, arranged as its data flows."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from cnnviz.drawing.structure import Chain, Edge, arrange
from cnnviz.drawing.tree import Tree, trees
from cnnviz.drawing.wording import QUIET
from cnnviz.network.connections import Sources
from cnnviz.network.kinds import Role
from cnnviz.network.summary import Row, Summary

_ENTRY = -1


@dataclass(frozen=True)
class View:
    """What of a network is shown: so many levels, but for the blocks in `toggled`, which are the other way.

    At depth 1 blocks are folded. Layers of a `quiet` role are left out unless they are `selected` or `failing`, the
    one that does not fit. A container that merges its parts is open with the block it lies in, of which it is the
    point.
    """

    depth: int = 1
    toggled: Collection[str] = ()
    selected: str = ""
    failing: str = ""
    quiet: Collection[Role] = QUIET

    def opened(self, nodes: Iterable[Tree], *, is_in_block: bool = False) -> Iterator[str]:
        """Yield the paths of blocks whose layers are drawn."""
        for tree in nodes:
            row, inside = tree.row, [inner for part in tree.parts for inner in part]
            is_open = row.depth + 1 < self.depth or (is_in_block and row.role == "merge")
            if is_open != (row.path in self.toggled) and any(map(self.shows, inside)):
                yield row.path
                yield from self.opened(inside, is_in_block=row.role != "merge")

    def shows(self, tree: Tree) -> bool:
        """Return whether anything is drawn of a layer or block; of one that never ran there is nothing."""
        if tree.row.is_leaf or not tree.parts:
            row = tree.row
            return row.is_leaf and (row.role not in self.quiet or row.path in (self.selected, self.failing))
        return True


@dataclass(frozen=True)
class _Network:
    """The edges of a network and the paths of its open blocks, for one view."""

    view: View
    opened: Collection[str]
    sources: Mapping[str, Sources]
    users: Mapping[str, list[str]]

    def opens(self, tree: Tree) -> bool:
        return tree.row.path in self.opened


@dataclass(frozen=True)
class Item:
    """A layer, a block that is folded or open, or, for an open container, what merges its parts.

    `inside` are the layers of an open block. A folded block is marked where any layer inside it is selected, and fails
    where any inside it does not fit.
    """

    row: Row
    state: Literal["layer", "folded", "open"]
    is_marked: bool
    is_failing: bool = False
    inside: "Flow | None" = None


@dataclass(frozen=True)
class Flow:
    """Items, and how they are arranged: the chain's numbers are places in `items`."""

    items: tuple[Item, ...]
    chain: Chain


@dataclass(frozen=True)
class Diagram:
    """All that is drawn, and for each drawn layer the paths of what is drawn of its inputs, "" for the network's."""

    flow: Flow
    inputs: Mapping[str, Sources]


def diagram(summary: Summary, view: View) -> Diagram:
    """Return what is drawn of a network, up to the layer that does not fit, with that one."""
    view = replace(view, failing=summary.problem.path if summary.problem else "")
    rows = (*summary.rows, summary.misfit) if summary.misfit else summary.rows
    nodes = trees(rows)
    opened = frozenset(view.opened(nodes))
    sources = _drawn_sources(rows, set(_hidden(nodes, view, opened)))
    seen_as = dict(_seen_as(nodes, opened))
    inputs = {
        path: tuple(dict.fromkeys(seen for source in found if (seen := seen_as.get(source, "")) != path))
        for path, found in sources.items()
        if seen_as.get(path) == path
    }
    return Diagram(_flow(nodes, _Network(view, opened, sources, _users(sources))), inputs)


def _hidden(nodes: Iterable[Tree], view: View, opened: Collection[str]) -> Iterator[str]:
    """Yield the paths of layers that would be drawn on their own, but are left out."""
    for tree in nodes:
        if tree.row.path in opened:
            yield from _hidden(_inside(tree), view, opened)
        elif not view.shows(tree):
            yield tree.row.path


def _drawn_sources(rows: Sequence[Row], hidden: Collection[str]) -> dict[str, Sources]:
    """Return each row's sources, those of a hidden one in its place."""
    found: dict[str, Sources] = {}
    for row in sorted(rows, key=lambda row: not row.is_leaf):  # a container's row stands before its layers
        parts = [found.get(path, ()) if path in hidden else (path,) for path in row.sources]
        found[row.path] = tuple(dict.fromkeys(path for part in parts for path in part))
    return {path: sources for path, sources in found.items() if path not in hidden}


def _users(sources: Mapping[str, Sources]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path, inputs in sources.items():
        for source in inputs:
            found.setdefault(source, []).append(path)
    return found


def _seen_as(nodes: Iterable[Tree], opened: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield each row's path with that of what is drawn for it."""
    for tree in nodes:
        if tree.row.path in opened:
            yield tree.row.path, tree.row.path
            yield from _seen_as(_inside(tree), opened)
        else:
            yield from ((path, tree.row.path) for path in _paths(tree))


def _inside(tree: Tree) -> Iterator[Tree]:
    return (inner for part in tree.parts for inner in part)


def _paths(tree: Tree) -> Iterator[str]:
    yield tree.row.path
    for inner in _inside(tree):
        yield from _paths(inner)


def _flow(nodes: Iterable[Tree], network: _Network) -> Flow:
    items: list[Item] = []
    places: dict[str, int] = {}
    for tree, is_merge in _level(nodes, network):
        places |= dict.fromkeys([tree.row.path] if is_merge else _paths(tree), len(items))
        items.append(_item(tree, network))
    edges = set(_edges(places, len(items), network))
    if items and not any(end == len(items) for _, end in edges):
        edges.add((len(items) - 1, len(items)))
    return Flow(tuple(items), arrange(range(len(items)), edges, entry=_ENTRY, exit_=len(items)))


def _level(nodes: Iterable[Tree], network: _Network) -> Iterator[tuple[Tree, bool]]:
    """Yield what is drawn on one level; the parts of an open container are on the level of what merges them."""
    for tree in nodes:
        if tree.row.role == "merge" and network.opens(tree):
            yield from _level(_inside(tree), network)
            yield tree, True
        elif network.view.shows(tree):
            yield tree, False


def _item(tree: Tree, network: _Network) -> Item:
    row, view = tree.row, network.view
    if tree.parts and not network.opens(tree):
        paths = set(_paths(tree))
        return Item(row, "folded", view.selected in paths, view.failing in paths)
    inside = _flow(_inside(tree), network) if tree.parts and row.role != "merge" else None
    return Item(row, "open" if tree.parts else "layer", row.path == view.selected, row.path == view.failing, inside)


def _edges(places: Mapping[str, int], exit_: int, network: _Network) -> Iterator[Edge]:
    for path, place in places.items():
        for source in network.sources.get(path, ()):
            if (start := places.get(source, _ENTRY)) != place:
                yield start, place
        if any(user not in places for user in network.users.get(path, ())):
            yield place, exit_
