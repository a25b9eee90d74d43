"""Two networks laid side by side, as text: one line a layer, marked where it changed, was added or removed."""

from collections.abc import Mapping, Sequence

from cnnviz.formatting import shape_text
from cnnviz.network.comparison import Change, Comparison, Item, Pair, Setting
from cnnviz.network.layers import LAYERS
from cnnviz.network.notation import width_text
from cnnviz.network.spec import Value

SIGNS: Mapping[Change, str] = {"same": "", "changed": "~", "added": "+", "removed": "−"}


def comparison_text(comparison: Comparison) -> str:
    """Write the settings and layers in which two networks differ, or that they do not; layers are told by their path.

    Lines begin with "~" for what changed, "−" for what only the first network has and "+" for what only the second.
    """
    lines = [f"~ {setting_text(setting)}" for setting in comparison.settings]
    lines += [pair_text(pair) for pair in comparison.differences]
    return "\n".join(lines or ["The same layers with the same settings."])


def pair_text(pair: Pair) -> str:
    """Write what became of a layer in one line, such as "~ 0 Conv2d: out_channels 96 → 64, stride 4 → 1"."""
    item = pair.after or pair.before
    assert item is not None  # one of them is always there
    settings = settings_text(pair)
    words = f": {settings}" if settings else "" if pair.settings else item.text.removeprefix(item.kind)
    path = f"{pair.before.path} → {item.path}" if pair.before and pair.before.path != item.path else item.path
    return f"{SIGNS[pair.change]} {path} {_name(pair, item)}{words.removesuffix('()')}".lstrip()


def settings_text(pair: Pair) -> str:
    """Write the settings of a layer that changed, such as "kernel_size 3 → 2, stride 4 → 1"; nothing where none did."""
    return ", ".join(setting_text(setting, pair) for setting in pair.settings if setting.name != "kind")


def setting_text(setting: Setting, pair: Pair | None = None) -> str:
    """Write a setting before and after: "stride 4 → 2", of a pair's layers where one is given."""
    sides = (pair.before, pair.after) if pair else (None, None)
    before, after = (
        _value_text(setting.name, value, item)
        for value, item in zip((setting.before, setting.after), sides, strict=True)
    )
    return f"{setting.name.replace('input_shape', 'input')} {before} → {after}"


def marked_call(item: Item, settings: Sequence[Setting]) -> tuple[tuple[str, bool], ...]:
    """Return a layer's call in pieces, each with whether it is its kind or a setting that changed."""
    changed = {setting.name for setting in settings}
    pieces = [(item.kind, "kind" in changed)]
    if item.params:
        given = [(f"{name}={value!r}", name in changed) for name, value in item.params.items()]
        joined = [piece for pair in given for piece in ((", ", False), pair)]
        return (*pieces, ("(", False), *joined[1:], (")", False))
    rest = item.text.removeprefix(item.kind)
    return (*pieces, *([(rest, False)] if rest not in ("", "()") else []))


def _name(pair: Pair, item: Item) -> str:
    """Return a layer's kind, and before it the one it was."""
    return f"{pair.before.kind} → {item.kind}" if pair.before and pair.before.kind != item.kind else item.kind


def _value_text(name: str, value: Value, item: Item | None) -> str:
    if name == "width" and isinstance(value, float):
        return width_text(value)
    if name == "input_shape" and isinstance(value, tuple):
        return shape_text(value)
    if isinstance(value, bool):
        return "on" if value else "off"
    if value is None:
        known = LAYERS[item.kind].params if item and item.kind in LAYERS else {}
        return (known[name].when_none if name in known else "") or "none"
    return str(value)
