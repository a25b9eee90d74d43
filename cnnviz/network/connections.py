"""Which layers make the input of which: the edges of a network's data flow."""

from cnnviz.network.infer import Node
from cnnviz.network.layers import part_paths

Sources = tuple[str, ...]

INPUT: Sources = ("",)
"""The empty path stands for the network's input."""


def sources_of(nodes: tuple[Node, ...], misfit: str = "") -> dict[str, Sources]:
    """Return the paths of what makes the input of each layer, and of each container that merges its parts.

    A block runs nothing of its own and has no entry; what follows it follows its last layer. `misfit` is the path of a
    layer that has no node, since it takes no input that reaches it.
    """
    walk = _Walk(misfit)
    walk.chain(nodes, INPUT, prefix="")
    return walk.found


class _Walk:
    """One pass through the nodes, noting the sources of each."""

    def __init__(self, misfit: str) -> None:
        self.misfit = misfit
        self.found: dict[str, Sources] = {}

    def chain(self, nodes: tuple[Node, ...], before: Sources, *, prefix: str) -> Sources:
        """Note the sources of layers that run one after the other, and return those of what follows them."""
        for node in nodes:
            before = self.after(node, before)
        if self.misfit == f"{prefix}{len(nodes)}":
            self.found[self.misfit] = before
            return (self.misfit,)
        return before

    def after(self, node: Node, before: Sources) -> Sources:
        """Note the sources of a layer and of all inside it, and return those of what follows it."""
        if node.kind.expand is not None:
            return self.chain(node.parts[0], before, prefix=f"{node.path}.") if node.parts else before
        if node.kind.merge is not None:
            prefixes = part_paths(node.layer, node.path)
            ends = [self.chain(part, before, prefix=prefix) for part, prefix in zip(node.parts, prefixes, strict=False)]
            if _keeps_input(node):
                ends.append(before)
            before = tuple(dict.fromkeys(path for end in ends for path in end))
        self.found[node.path] = before
        return (node.path,)


def _keeps_input(node: Node) -> bool:
    """Return whether a container's own input meets the output of its one part, as without a shortcut or in a gate."""
    parts = node.kind.parts
    return parts is not None and bool(parts.names) and len(node.layer.parts) == 1
