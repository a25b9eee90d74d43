"""The flow of data through a forward pass, as layers: a sum is a Residual, a concatenation a Concat, a product a Gate.

A tensor knows the tensor it was made of, so that tensors that are merged have a last one in common; what was done to
each since then are the branches.
"""

import ast
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import cast

from cnnviz.errors import SpecError
from cnnviz.network.layers import LAYERS
from cnnviz.network.source.interpreter.limits import line_of, place, unreadable
from cnnviz.network.source.interpreter.values import Op, Size, Tensor, container, describe
from cnnviz.network.spec import MAX_LAYERS

Ops = tuple[Op, ...]


def apply(node: ast.AST, op: Op, tensor: Tensor) -> Tensor:
    """Return what an op makes of a tensor."""
    if tensor.depth >= MAX_LAYERS:
        raise SpecError(f"{place(node)}: a network can have {MAX_LAYERS:,} layers, and this has more")
    return Tensor(tensor, op, tensor.depth + 1)


def chain(node: ast.AST, tensor: Tensor, start: Tensor) -> Ops:
    """Return the ops that lead from one tensor to another.

    Raises SpecError when none do.
    """
    ops: list[Op] = []
    while tensor is not start:
        parent = _parent(node, tensor)
        ops.extend(filter(None, [tensor.op]))
        tensor = parent
    return tuple(reversed(ops))


def _parent(node: ast.AST, tensor: Tensor) -> Tensor:
    if tensor.parent is None:
        raise unreadable(node, "tensors of two forward passes cannot be put together")
    return tensor.parent


def add(node: ast.AST, left: Tensor, right: Tensor) -> Tensor:
    """Return a sum: a Residual of what was done to each, the longer way around an unchanged tensor being its body."""
    start, (body, shortcut) = _branches(node, [left, right])
    if not body:
        body, shortcut = shortcut, body
    body = body or (Op("Identity", line_of(node)),)
    return apply(node, container("Residual", line_of(node), body, *([shortcut] if shortcut else [])), start)


def multiply(node: ast.AST, left: Tensor, right: Tensor) -> Tensor:
    """Return a product: a Gate on the tensor that one side is.

    Raises SpecError when both sides have been changed.
    """
    start, (gate, other) = _branches(node, [left, right])
    if gate and other:
        raise unreadable(node, "this product cannot be read", "one side must be the tensor that the other is made of")
    gate = gate or other or (Op("Identity", line_of(node)),)
    return apply(node, container("Gate", line_of(node), gate), start)


def concatenate(node: ast.AST, tensors: Sequence[Tensor]) -> Tensor:
    """Return tensors joined on channels: a Concat of what was done to each."""
    joined = _without_repetition(tuple(tensors))
    if len(joined) == 1:
        return joined[0]
    start, branches = _branches(node, joined)
    out = apply(node, container("Concat", line_of(node), *branches), start)
    return Tensor(out.parent, out.op, out.depth, joined=tuple(tensors))


def _without_repetition(tensors: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    """Return the tensors with the first few replaced by their concatenation, where the next one was made of that.

    DenseNet is often written so that each layer joins all outputs before it anew.
    """
    for number in range(len(tensors) - 1, 1, -1):
        tensor: Tensor | None = tensors[number]
        while tensor is not None:
            if tensor.joined == tensors[:number]:
                return (tensor, *tensors[number:])
            tensor = tensor.parent
    return tensors


def _branches(node: ast.AST, tensors: Sequence[Tensor]) -> tuple[Tensor, list[Ops]]:
    """Return the last tensor that all were made of, and the ops from there to each."""
    start = tensors[0]
    for tensor in tensors[1:]:
        start = _common(node, start, tensor)
    return start, [_part(chain(node, tensor, start)) for tensor in tensors]


def _common(node: ast.AST, left: Tensor, right: Tensor) -> Tensor:
    while left is not right:
        if left.depth > right.depth:
            left = _parent(node, left)
        else:
            right = _parent(node, right)
    return left


def _part(ops: Ops) -> Ops:
    """Return a branch without a Sequential or Identity that is all there is to it."""
    if len(ops) != 1:
        return ops
    return ops[0].parts[0] if ops[0].kind == "Sequential" else () if ops[0].kind == "Identity" else ops


def view(node: ast.AST, tensor: Tensor, sizes: Sequence[object]) -> Tensor:
    """Return a tensor in another shape: its values in one row, or a row as a map.

    Raises SpecError for any other shape.
    """
    batch, *rest = sizes if sizes else (None,)
    if len(rest) > 1 and rest[0] is Size.OTHER and (features := _row_length(tensor)):
        rest[0] = features  # as the gate of squeeze-and-excitation goes back to a map
    match rest:
        case [int() | Size.OTHER as size] if batch is Size.BATCH or (batch == -1 and size != -1):
            known = size if isinstance(size, int) and size != -1 else None
            return apply(node, Op("Flatten", line_of(node), features=known), tensor)
        case [_, _, *_] if batch in (Size.BATCH, -1) and all(isinstance(size, int) and size > 0 for size in rest):
            shape = cast(tuple[int, ...], tuple(rest))
            return apply(node, Op("Unflatten", line_of(node), {"dim": 1, "unflattened_size": shape}), tensor)
    text = ", ".join(map(describe, sizes))
    raise unreadable(node, f"view({text}) cannot be read", "view(x.size(0), -1) and view(-1, 16 * 5 * 5) can")


def _row_length(tensor: Tensor) -> int | None:
    """Return how many values the Linear layer just before a tensor makes, or None where there is none."""
    for op in islice(_backwards(tensor), 10):
        if LAYERS[op.kind].role == "linear":
            return cast(int, op.params["out_features"])
        if not LAYERS[op.kind].keeps_shape:
            return None
    return None


def _backwards(tensor: Tensor | None) -> Iterator[Op]:
    while tensor is not None and tensor.op is not None:
        yield from _last_first((tensor.op,))
        tensor = tensor.parent


def _last_first(ops: Ops) -> Iterator[Op]:
    for op in reversed(ops):
        yield from _last_first(op.parts[0]) if op.kind == "Sequential" else [op]
