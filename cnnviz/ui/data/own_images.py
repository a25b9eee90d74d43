"""A person's own images: the form that adds a folder or zip of them, what is being added, and what there is."""

import shutil
from collections.abc import Callable
from pathlib import Path, PurePath
from typing import Any, Literal

import streamlit as st

from cnnviz.errors import CnnvizError, DataError
from cnnviz.formatting import capitalized, shape_text
from cnnviz.training.data import find_dataset
from cnnviz.training.data.own.importing import MAX_SIDE, MIN_SIDE, Import
from cnnviz.training.data.own.keeping import check_new_name, kept_entries, remove, size_text
from cnnviz.training.data.work import Adding, adding, forget_import, import_folder, start_import
from cnnviz.ui.wording import plain

MAX_UPLOAD_MB = 4096

_ZIP, _FOLDER = "A zip", "A folder on this computer"
_CHANNELS: dict[str, Literal[1, 3] | None] = {"As they are": None, "Grey": 1, "Colour": 3}
_MISTAKE, _DOUBTFUL = "data.own.mistake", "data.own.doubtful"


def own_images(choose: Callable[[str], None]) -> None:
    """Show the form, what is being added, and the data sets there are; `choose` is called back with a name."""
    under_way = adding()
    for each in under_way:
        if each.state.status == "running":
            _follow(each.name)
        else:
            _ended(each, choose)
    _form()
    if mistake := st.session_state.pop(_MISTAKE, None):
        st.error(f"{capitalized(plain(mistake))}.", icon=":material/error:")
    _kept({each.name for each in under_way}, choose)


def _form() -> None:
    st.caption("One folder for each class, such as `cat/1.png`; `train/` and `test/` around them where there are.")
    kind = st.segmented_control(
        "From", [_ZIP, _FOLDER], default=_ZIP, required=True, key="data.own.kind", label_visibility="collapsed"
    )
    if kind == _ZIP:
        st.file_uploader("Zip of images", type="zip", key="data.own.zip", max_upload_size=MAX_UPLOAD_MB)
    else:
        st.text_input("Folder", key="data.own.folder", placeholder="/home/me/flowers")
    name, side = st.columns([3, 2])
    name.text_input("Name", key="data.own.name", placeholder=_proposed_name() or "flowers", max_chars=60)
    side.number_input(
        "Size",
        MIN_SIDE,
        MAX_SIDE,
        64,
        key="data.own.side",
        help="Pixels of the square that each image becomes: its short side is resized, and its middle cut out.",
    )
    colours, broken = st.columns([3, 2], vertical_alignment="bottom")
    colours.segmented_control(
        "Colours",
        list(_CHANNELS),
        default="As they are",
        required=True,
        key="data.own.channels",
        help="As they are: grey where all images are grey, else colour.",
    )
    broken.checkbox(
        "Skip broken images",
        key="data.own.skip",
        help="Leave out images that cannot be read; otherwise they are named, and nothing is added.",
    )
    st.button("Add the images", key="data.own.add", icon=":material/add_photo_alternate:", on_click=_add)


def _proposed_name() -> str:
    """Return a name from the file or folder that was chosen."""
    state = st.session_state
    upload, folder = state.get("data.own.zip"), state.get("data.own.folder")
    if state.get("data.own.kind", _ZIP) == _ZIP:
        return PurePath(upload.name).stem if upload else ""
    return PurePath(folder).name if folder else ""


def _add() -> None:
    try:
        name = check_new_name(st.session_state["data.own.name"] or _proposed_name())
        how = _how()
        start_import(_path(name), name, how)
        st.session_state["data.own.name"] = ""
    except CnnvizError as error:
        st.session_state[_MISTAKE] = str(error)


def _how() -> Import:
    state = st.session_state
    channels = _CHANNELS[state["data.own.channels"]]
    return Import(side=int(state["data.own.side"]), channels=channels, skip_broken=state["data.own.skip"])


def _path(name: str) -> Path:
    """Return the folder that was named, or the zip that was sent, which is put where the import finds it."""
    state = st.session_state
    if state["data.own.kind"] == _FOLDER:
        if not state["data.own.folder"].strip():
            raise DataError("name the folder of the images first")
        return Path(state["data.own.folder"].strip())
    upload: Any = state.get("data.own.zip")
    if upload is None:
        raise DataError("choose a zip of images first")
    folder = import_folder(name)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.zip"
    with path.open("wb") as file:
        shutil.copyfileobj(upload, file)
    return path


@st.fragment(run_every=1.0)
def _follow(name: str) -> None:
    state = next((each.state for each in adding() if each.name == name), None)
    if state is None or state.status != "running":
        st.rerun()
    share = state.done / state.total if state.total else 0.0
    count = f"{state.done:,} of {state.total:,} images" if state.total else "looking for images"
    bar, button = st.columns([4, 1], vertical_alignment="bottom")
    bar.progress(share, text=f"**{plain(name)}**: {count}")
    button.button("Cancel", key=f"data.own.cancel.{name}", on_click=forget_import, args=(name,))


def _ended(each: Adding, choose: Callable[[str], None]) -> None:
    if each.state.status == "failed":
        st.error(f"**{plain(each.name)}** was not added: {plain(each.state.error or '')}.", icon=":material/error:")
        st.button("Dismiss", key=f"data.own.dismiss.{each.name}", on_click=forget_import, args=(each.name,))
        return
    try:
        entry = find_dataset(each.name)
    except CnnvizError:
        forget_import(each.name)
        return
    st.success(
        f"**{plain(each.name)}** is there: {len(entry.class_names)} classes, {entry.num_train:,} images for training"
        f" and {entry.num_test:,} for testing.",
        icon=":material/check:",
    )
    st.button("Train on it", key=f"data.own.take.{each.name}", type="primary", on_click=_take, args=(each.name, choose))


def _take(name: str, choose: Callable[[str], None]) -> None:
    forget_import(name)
    choose(name)


def _kept(fresh: set[str], choose: Callable[[str], None]) -> None:
    """List the data sets there are, with the ways to use and to remove each."""
    entries = {name: entry for name, entry in kept_entries().items() if name not in fresh}
    if entries:
        st.divider()
    for name, entry in entries.items():
        text, take, away = st.columns([5, 2, 2], vertical_alignment="center")
        about = (
            f"{len(entry.class_names)} classes · {entry.num_train + entry.num_test:,} images of"
            f" {shape_text(entry.image_shape)} · {size_text(name)}"
        )
        text.markdown(f"**{plain(name)}**  \n:small[:gray[{about}]]")
        if st.session_state.get(_DOUBTFUL) == name:
            text.caption("Remove it from here? The files it was read from stay.")
            take.button("Keep it", key=f"data.own.stay.{name}", on_click=_ask, args=(None,), width="stretch")
            away.button(
                "Remove it",
                key=f"data.own.remove.{name}",
                type="primary",
                on_click=_remove,
                args=(name,),
                width="stretch",
            )
        else:
            take.button(
                "Train on it", key=f"data.own.take.{name}", on_click=_take, args=(name, choose), width="stretch"
            )
            away.button("Remove", key=f"data.own.ask.{name}", on_click=_ask, args=(name,), width="stretch")


def _ask(name: str | None) -> None:
    """Ask, before a data set is removed, whether that is meant."""
    st.session_state[_DOUBTFUL] = name


def _remove(name: str) -> None:
    try:
        remove(name)
    except CnnvizError as error:
        st.session_state[_MISTAKE] = str(error)
