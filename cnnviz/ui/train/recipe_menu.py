"""Recipes that are used again: the book's, an earlier run's, or a file's; and the recipe as a file."""

from collections.abc import Callable

import streamlit as st

from cnnviz.errors import CnnvizError, RecipeError
from cnnviz.network.spec import Network
from cnnviz.training.differences import difference_text, recipe_differences
from cnnviz.training.published import published_recipe
from cnnviz.training.recipe import Recipe
from cnnviz.training.recipe_file import parse_recipe, recipe_text
from cnnviz.ui.cached import open_store
from cnnviz.ui.train.settings import chosen_recipe, show_recipe
from cnnviz.ui.wording import mistake_text, plain

_MOST_RUNS = 50
_MOST_BYTES = 20_000
_FILE, _RUN, _MISTAKE = "recipe.file", "recipe.run", "recipe.mistake"


def recipe_menu(network: Network) -> None:
    """Show the recipe's title with what differs from the book's, and the ways to another one."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.markdown("**Recipe**", width="content")
        with st.container(horizontal=True, width="content"):
            _as_in_the_book(network)
            _files(network)


def _as_in_the_book(network: Network) -> None:
    if not network.recipe:
        return
    changes = _changes(network)
    st.button(
        "As in the book",
        icon=":material/menu_book:",
        key="recipe.book",
        type="tertiary",
        disabled=changes == "",
        on_click=lambda: show_recipe(_published(network), network),
        help=f"Takes back: {plain(changes)}" if changes else "The recipe is the book's.",
    )


def _published(network: Network) -> Recipe:
    return published_recipe(network)


def _changes(network: Network) -> str | None:
    """Return how the recipe differs from the published one, but for device and seed; None where it is no recipe."""
    try:
        differences = recipe_differences(_published(network), chosen_recipe())
    except CnnvizError:
        return None
    return ", ".join(difference_text(each) for each in differences if each.name not in ("device", "seed"))


def _files(network: Network) -> None:
    popover = st.popover(
        "Recipes",
        icon=":material/folder_open:",
        type="tertiary",
        key="recipe.others",
        help="Earlier runs' recipes; recipes as files",
        on_change="rerun",
    )
    if not popover.open:
        return
    with popover:
        _earlier_runs(network)
        st.file_uploader(
            "A recipe's file",
            type=["yaml", "yml"],
            key=_FILE,
            on_change=_take_file,
            args=(network,),
            max_upload_size=1,
        )
        if mistake := st.session_state.get(_MISTAKE):
            st.error(mistake_text(mistake, "The recipe before stays."), icon=":material/error:")
        _save(network)


def _earlier_runs(network: Network) -> None:
    runs = {run.id: run for run in open_store().runs()[:_MOST_RUNS]}
    st.selectbox(
        "The recipe of an earlier run",
        list(runs),
        index=None,
        placeholder="Choose a run…" if runs else "No runs yet",
        format_func=lambda run_id: f"{runs[run_id].name} · {run_id}",
        key=_RUN,
        disabled=not runs,
        on_change=_take_run,
        args=(network,),
    )


def _save(network: Network) -> None:
    try:
        text = recipe_text(chosen_recipe())
    except CnnvizError:
        return
    stem = "".join(letter if letter.isalnum() else "-" for letter in network.name.lower()).strip("-") or "network"
    st.download_button(
        "Save this recipe",
        text,
        f"{stem}-recipe.yaml",
        "application/yaml",
        icon=":material/download:",
        key="recipe.save",
        on_click="ignore",
        help="For cnnviz train NETWORK --recipe FILE, or to be opened here again.",
    )


def _take_run(network: Network) -> None:
    if run_id := st.session_state.get(_RUN):
        _take(lambda: open_store().run(run_id).recipe, network)
        st.session_state[_RUN] = None


def _take_file(network: Network) -> None:
    if file := st.session_state.get(_FILE):
        _take(lambda: _read(file.getvalue(), file.name), network)
    else:
        st.session_state.pop(_MISTAKE, None)


def _read(data: bytes, name: str) -> Recipe:
    if len(data) > _MOST_BYTES:
        raise RecipeError(f"{name}: a recipe's file has at most {_MOST_BYTES:,} bytes, and this has {len(data):,}")
    try:
        return parse_recipe(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise RecipeError(f"{name}: this is not a text file; a recipe is written in YAML") from error


def _take(read: Callable[[], Recipe], network: Network) -> None:
    try:
        show_recipe(read(), network)
        st.session_state.pop(_MISTAKE, None)
    except CnnvizError as error:
        st.session_state[_MISTAKE] = str(error)
