"""Nested dicts and lists with tensors in them, taken apart into named tensors and JSON, and put together again."""

from collections.abc import Mapping
from typing import Any

from torch import Tensor


def take_apart(state: object) -> tuple[Any, dict[str, Tensor]]:
    """Return the state as JSON's types, and its tensors by names that the JSON refers to.

    Leaves are tensors, numbers, strings, booleans and None; tuples and keys of any such kind come back as they were.
    Raises TypeError for anything else, naming its place.
    """
    tensors: dict[str, Tensor] = {}
    return _encode(state, "", tensors), tensors


def put_together(tree: Any, tensors: Mapping[str, Tensor]) -> Any:
    """Return the state that `take_apart` gave as a tree and its tensors. Raises KeyError when a tensor is missing."""
    match tree:
        case {"$tensor": name}:
            return tensors[name]
        case {"$tuple": parts}:
            return tuple(put_together(part, tensors) for part in parts)
        case {"$items": items}:
            return {put_together(key, tensors): put_together(value, tensors) for key, value in items}
        case dict():
            return {key: put_together(value, tensors) for key, value in tree.items()}
        case list():
            return [put_together(part, tensors) for part in tree]
    return tree


def _encode(value: object, place: str, tensors: dict[str, Tensor]) -> Any:
    match value:
        case Tensor():
            return {"$tensor": _keep(value, place, tensors)}
        case tuple():
            return {"$tuple": _encode(list(value), place, tensors)}
        case list():
            return [_encode(part, f"{place}/{number}", tensors) for number, part in enumerate(value)]
        case dict():
            return _encode_dict(value, place, tensors)
        case None | bool() | int() | float() | str():
            return value
    raise TypeError(f"state{place} is a {type(value).__name__}, which a checkpoint cannot hold")


def _encode_dict(value: dict[Any, Any], place: str, tensors: dict[str, Tensor]) -> Any:
    items = [(key, _encode(part, f"{place}/{key}", tensors)) for key, part in value.items()]
    if all(type(key) is str and not key.startswith("$") for key in value):
        return dict(items)
    return {"$items": [[_encode(key, place, tensors), part] for key, part in items]}


def _keep(tensor: Tensor, place: str, tensors: dict[str, Tensor]) -> str:
    """Keep a tensor under its place, and return that name."""
    name = place.removeprefix("/")
    while name in tensors:  # 1 and "1" are two keys of one name
        name += "'"
    tensors[name] = tensor.detach().contiguous()
    return name
