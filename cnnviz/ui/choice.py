"""A row of buttons of which exactly one is pressed."""

from collections.abc import Mapping
from typing import TypeVar

import streamlit as st

T = TypeVar("T")


def choice(
    label: str,
    options: Mapping[T, str],
    *,
    key: str,
    shows_label: bool = False,
    disabled: bool = False,
    lasts: bool = False,
) -> T:
    """Show a button for each option, the first pressed at the beginning, and return the option whose button is.

    One that `lasts` is kept while a person is on other pages.
    """
    chosen: T = st.segmented_control(
        label,
        list(options),
        default=next(iter(options)),
        required=True,
        format_func=options.__getitem__,
        key=key,
        label_visibility="visible" if shows_label else "collapsed",
        disabled=disabled,
        persist_state="session" if lasts else None,
    )
    return chosen
