"""One data set: its classes with some of their images, and its numbers; or the way to get it."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from cnnviz.errors import CnnvizError
from cnnviz.formatting import bytes_text, capitalized, shape_text
from cnnviz.training.data import DatasetEntry, find_dataset
from cnnviz.training.data.description import DescribedClass, Description, describe
from cnnviz.training.data.own.keeping import read_meta
from cnnviz.training.data.work import fetching, start_fetch
from cnnviz.ui.data.strip import strip_uri
from cnnviz.ui.wording import plain

_ROW_PX = 38


def data_overview(name: str) -> None:
    """Show what a data set holds, or that it is not here yet."""
    try:
        entry = find_dataset(name)
        if not entry.is_here():
            _not_here(name, entry)
            return
        with st.spinner("Reading the images…"):
            description = description_of(name)
    except CnnvizError as error:
        st.error(f"{capitalized(plain(str(error)))}.", icon=":material/error:")
        return
    _numbers(entry, description)
    _classes(name, description)
    _origin(name, entry)


def description_of(name: str) -> Description:
    """Return what a data set holds.

    Raises RecipeError when there is no such data set, DataError when it is missing or damaged.
    """
    meta = read_meta(name)
    return _description(name, meta.created_at if meta else 0.0)


@st.cache_resource(max_entries=20, show_spinner=False)
def _description(name: str, added_at: float) -> Description:
    return describe(name)


def _numbers(entry: DatasetEntry, description: Description) -> None:
    st.markdown(
        f"**{entry.num_train:,}** images for training · **{entry.num_test:,}** for testing ·"
        f" **{shape_text(entry.image_shape)}** each · **{bytes_text(entry.size_bytes)}** in memory"
    )
    st.caption(_pixels_text(description, entry))


def _pixels_text(description: Description, entry: DatasetEntry) -> str:
    mean, deviation = (
        ", ".join(f"{number:.4f}" for number in numbers) for numbers in (description.mean, description.deviation)
    )
    sampled = description.num_measured < entry.num_train
    among = f", measured on {description.num_measured:,} of the training images" if sampled else ""
    each = " (red, green, blue)" if len(description.mean) == 3 else ""
    return f"Pixels from 0 to 1{each}: mean {mean} · standard deviation {deviation}{among}"


def _classes(name: str, description: Description) -> None:
    classes = description.classes
    most = max(each.num_train for each in classes)
    columns: dict[str, Callable[[DescribedClass], Any]] = {
        "Class": lambda each: each.name,
        "Images": lambda each: strip_uri(each.samples),
        "Training": lambda each: each.num_train,
        "Test": lambda each: each.num_test,
    }
    st.dataframe(
        {title: [value(each) for each in classes] for title, value in columns.items()},
        key=f"data.classes.{name}",
        row_height=_ROW_PX,
        height=_ROW_PX * min(len(classes), 10) + 40,
        column_config={
            "Class": st.column_config.TextColumn(width=98, pinned=True),
            "Images": st.column_config.ImageColumn(help="The first ones for training.", width=276),
            "Training": st.column_config.ProgressColumn(
                format="localized", min_value=0, max_value=most, width=110, help="Images to learn from.", color="gray"
            ),
            "Test": st.column_config.NumberColumn(format="localized", width=65, help="Images only tested on."),
        },
    )


def _origin(name: str, entry: DatasetEntry) -> None:
    st.caption(plain(entry.help))
    meta = read_meta(name)
    for note in meta.notes if meta else ():
        st.caption(f":material/info: {plain(capitalized(note))}.")


def _not_here(name: str, entry: DatasetEntry) -> None:
    """Offer the download, and follow it."""
    state = fetching(name)
    is_running = state is not None and state.status == "running"
    st.info(f"**{plain(entry.title)}** is not on this computer yet. {plain(entry.help)}", icon=":material/download:")
    if is_running:
        _follow(name)
        return
    if state and state.error:
        st.error(f"{capitalized(plain(state.error))}.", icon=":material/error:")
    st.button("Download now", key="data.fetch", icon=":material/download:", on_click=_start_fetch, args=(name,))


@st.fragment(run_every=1.0)
def _follow(name: str) -> None:
    state = fetching(name)
    if state is None or state.status != "running":
        st.rerun()
    st.progress(0.0, text="Downloading; it goes on without this page.")


def _start_fetch(name: str) -> None:
    start_fetch(name)
