"""What is known of a data set before training on it, and a person's own images."""

from collections.abc import Callable

import streamlit as st

from cnnviz.ui.data.overview import data_overview
from cnnviz.ui.data.own_images import own_images


def data_panel(name: str, *, choose: Callable[[str], None]) -> None:
    """Show a data set (its images, classes and numbers), and the form to add one's own; made for a popover.

    `choose` is called back, before the page runs again, with the name of a data set that the person wants to train on.
    """
    about, own = st.tabs(["Images and classes", "Your own images"])
    with about:
        data_overview(name)
    with own:
        own_images(choose)
