"""A layer in the few words that fit under its drawing."""

import re

from cnnviz.network.kinds import Role
from cnnviz.network.summary import Row

QUIET: tuple[Role, ...] = ("activation", "regularisation", "normalisation")
"""Roles of layers that keep their input's shape, which drawings leave out."""

_SHORT = {
    "Conv2d": "Conv",
    "ConvTranspose2d": "Deconv",
    "MaxPool2d": "MaxPool",
    "AvgPool2d": "AvgPool",
    "AdaptiveAvgPool2d": "AvgPool to",
    "AdaptiveMaxPool2d": "MaxPool to",
    "BatchNorm2d": "BatchNorm",
}


_TIMES = {"Repeat": "n", "VGGBlock": "num_convs", "DenseBlock": "num_layers"}


def short_text(row: Row) -> str:
    """Return a row's kind with its window and stride, such as "Conv 11×11 /4"."""
    window = size_text(row, "kernel_size") or size_text(row, "output_size")
    stride = size_text(row, "stride")
    words = [_name(row), window, f"/{_one_side(stride)}" if stride not in ("", "1×1") else ""]
    return " ".join(filter(None, words))


def _name(row: Row) -> str:
    """Return a row's kind in short, with how often a block has what it repeats."""
    if _groups(row) > 1 and _groups(row) == row.input_shape[0]:
        return "Depthwise"
    name, times = _SHORT.get(row.kind, row.kind), _number(row, _TIMES.get(row.kind, ""))
    return f"{name} ×{times}" if times else name


def _groups(row: Row) -> int:
    return int(_number(row, "groups") or 1)


def size_text(row: Row, name: str) -> str:
    """Return a size in a row's text as "3×3", or nothing where it is not given."""
    found = re.search(rf"\b{name}=(?:\((\d+), (\d+)\)|(\d+))", row.text)
    if not found:
        return ""
    height, width, side = found.groups()
    return f"{side}×{side}" if side else f"{height}×{width}"


_MERGES = {
    "Residual": ("+", "add"),
    "Gate": ("×", "multiply"),
    "Concat": ("‖", "concatenate"),
    "add": ("+", "add"),
    "sub": ("−", "subtract"),
    "mul": ("×", "multiply"),
    "div": ("÷", "divide"),
    "cat": ("‖", "concatenate"),
    "stack": ("‖", "stack"),
}


def merge_sign(row: Row) -> str:
    """Return the sign of what becomes of several inputs, such as "+"; "‖" where they are put side by side."""
    return _MERGES.get(row.kind, ("∘", ""))[0]


def merge_text(row: Row) -> str:
    """Return what becomes of several inputs in words, such as "+ add"."""
    sign, words = _MERGES.get(row.kind, ("", row.kind))
    return words if sign in ("‖", "") else f"{sign} {words}"


def span(row: Row) -> tuple[int, int] | None:
    """Return how far a layer's window reaches, height and width, gaps of a dilation included; None without window."""
    window = size_text(row, "kernel_size")
    if not window:
        return None
    dilation = size_text(row, "dilation") or "1×1"
    height, width = (
        int(gap) * (int(taps) - 1) + 1 for taps, gap in zip(window.split("×"), dilation.split("×"), strict=True)
    )
    return height, width


def _one_side(size: str) -> str:
    height, _, width = size.partition("×")
    return height if height == width else size


def textbook_text(row: Row) -> str:
    """Return a row as textbooks write it, such as "11×11 Conv (96), stride 4" or "FC (4096)"."""
    if row.kind == "Linear":
        return f"FC ({_number(row, 'out_features')})"
    name, window = _name(row), size_text(row, "kernel_size")
    channels = _number(row, "out_channels")
    stride, padding = (_one_side(size_text(row, each)) for each in ("stride", "padding"))
    words = " ".join(filter(None, [window, name, size_text(row, "output_size"), f"({channels})" if channels else ""]))
    notes = [f"stride {stride.split('×')[0]}" if stride else "", f"pad {padding.split('×')[0]}" if padding else ""]
    groups = f"{_groups(row)} groups" if _groups(row) > 1 and name != "Depthwise" else ""
    return ", ".join([words, *filter(None, [*notes, groups])])


def _number(row: Row, name: str) -> str:
    found = re.search(rf"\b{name}=(\d+)", row.text) if name else None
    return found[1] if found else ""
