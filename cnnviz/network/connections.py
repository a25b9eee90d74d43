"""Which layers make the input of which: the edges of a network's data flow."""

from cnnviz.network.infer import Node

Sources = tuple[str, ...]

INPUT: Sources = ("",)
"""The empty path stands for the network's input."""


def sources_of(nodes: tuple[Node, ...]) -> dict[str, Sources]:
    """Return the paths of what makes the input of each layer, and of each container that merges its parts.

    A block runs nothing of its own and has no entry; what follows it follows its last layer.
    """
    found: dict[str, Sources] = {}
    _chain(nodes, INPUT, found)
    return found


def _chain(nodes: tuple[Node, ...], before: Sources, found: dict[str, Sources]) -> Sources:
    """Note the sources of layers that run one after the other, and return those of what follows them."""
    for node in nodes:
        before = _after(node, before, found)
    return before


def _after(node: Node, before: Sources, found: dict[str, Sources]) -> Sources:
    if node.kind.expand is not None:
        return _chain(node.parts[0], before, found) if node.parts else before
    if node.kind.merge is not None:
        ends = [_chain(part, before, found) for part in node.parts]
        if _keeps_input(node):
            ends.append(before)
        before = tuple(dict.fromkeys(path for end in ends for path in end))
    found[node.path] = before
    return (node.path,)


def _keeps_input(node: Node) -> bool:
    """Return whether a container's own input meets the output of its one part, as without a shortcut or in a gate."""
    parts = node.kind.parts
    return parts is not None and bool(parts.names) and len(node.layer.parts) == 1
