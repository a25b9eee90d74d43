"""Widgets that show what the editor says and edit it, whatever else changes meanwhile."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from cnnviz.ui.editor import Editor
from cnnviz.ui.state import edit

_KNOWN = "bound"  # of each widget by name: how often its key was changed, and the value that it showed


@dataclass(frozen=True)
class _Given:
    """A value that a person gave in a widget and that was taken, perhaps to be shown in other words."""

    value: Any


def bound(name: str, shown: Any, change: Callable[[Editor, Any], Editor]) -> dict[str, Any]:
    """Return the arguments of a widget that shows a value, and by whose value the session's editor is changed.

    They are its `key`, `on_change` and `args`. A mistake leaves the editor as it was, is shown by `show_mistake`, and
    the widget shows the value again.
    """
    return watched(name, shown, lambda given: edit(lambda editor: change(editor, given)))


def watched(name: str, shown: Any, take: Callable[[Any], bool]) -> dict[str, Any]:
    """Return the arguments of a widget that shows a value and gives what a person makes of it to `take`.

    A browser that has not yet been told of a new value sends the old one with the next rerun, which Streamlit takes
    for a change by the person. Hence the key changes with every value that does not come from the widget itself; what
    is sent under the old key is heard by nobody. Where it does come from there, as `take` says by returning true, the
    key stays, and so does the focus.
    """
    known: dict[str, tuple[int, Any]] = st.session_state.setdefault(_KNOWN, {})
    times, before = known.get(name, (0, shown))
    if not isinstance(before, _Given) and before != shown:
        times += 1
    known[name] = times, shown
    key = f"{name}#{times}"
    st.session_state[key] = shown
    return {"key": key, "on_change": _heard, "args": (name, key, take)}


def _heard(name: str, key: str, take: Callable[[Any], bool]) -> None:
    """Give a value to `take` that is not the last one known, be it that the script was stopped before it was shown."""
    known = st.session_state[_KNOWN]
    times, before = known[name]
    if key != f"{name}#{times}":
        return
    last = before.value if isinstance(before, _Given) else before
    given = st.session_state.get(key, last)
    if given != last and take(given):
        known[name] = times, _Given(given)
