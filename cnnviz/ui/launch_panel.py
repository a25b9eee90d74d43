"""What is to be trained, on what and how, and the button that starts it."""

import math

import streamlit as st

from cnnviz.errors import CnnvizError
from cnnviz.formatting import capitalized, count_text, shape_text
from cnnviz.network.document import to_text
from cnnviz.network.spec import Network
from cnnviz.network.summary import Summary
from cnnviz.training.fit import check_fit
from cnnviz.training.launch import launch
from cnnviz.training.recipe import Recipe
from cnnviz.ui.cached import open_store, summary_of
from cnnviz.ui.recipe_form import chosen_recipe, recipe_form
from cnnviz.ui.run_picker import choose_run
from cnnviz.ui.wording import plain


def launch_panel(network: Network) -> None:
    """Show the network, its recipe and the start button, which is off while something does not fit."""
    summary = summary_of(network)
    _network_line(network, summary)
    mistake = None
    try:
        recipe_form(network)
        recipe = _fitting_recipe(network)
        st.caption(_length_text(recipe))
    except CnnvizError as error:
        mistake = str(error)
    if mistake:
        st.warning(f"{capitalized(mistake)}.", icon=":material/rule:")
    st.button(
        "Start training",
        type="primary",
        icon=":material/play_arrow:",
        key="start",
        disabled=bool(summary.problem or mistake),
        on_click=_start,
        args=(network,),
        width="stretch",
    )
    if failure := st.session_state.pop("launch_mistake", None):
        st.error(failure, icon=":material/error:")


def _network_line(network: Network, summary: Summary) -> None:
    if summary.problem:
        st.error(f"**{plain(network.name)}** does not fit together yet: {summary.problem}.", icon=":material/error:")
        if st.button("Mend it on the Design page", icon=":material/build:", key="to_design"):
            st.switch_page("pages/design.py")
        return
    st.markdown(f"**{plain(network.name)}**")
    st.caption(
        f"{shape_text(network.input_shape)} to {shape_text(summary.output_shape or ())} · "
        f"{count_text(summary.num_params)} parameters · {count_text(summary.mult_adds)} mult-adds per image"
    )


def _length_text(recipe: Recipe) -> str:
    examples = recipe.examples or recipe.dataset.num_train
    steps = math.ceil(examples / recipe.batch_size)
    return f"{examples:,} examples, {steps:,} steps an epoch, {steps * recipe.epochs:,} steps in all"


def _fitting_recipe(network: Network) -> Recipe:
    """Return what the widgets say; raise RecipeError where it does not go together with the network."""
    recipe, summary = chosen_recipe(), summary_of(network)
    if summary.output_shape is not None:
        check_fit(network.input_shape, summary.output_shape, recipe)
    return recipe


def _start(network: Network) -> None:
    """Launch what the widgets say now: they may have changed since the button was drawn."""
    try:
        recipe, store = _fitting_recipe(network), open_store()
        run_id = store.create_run(to_text(network), recipe, name=network.name)
        launch(store, run_id)
        choose_run(run_id)
    except CnnvizError as error:
        st.session_state["launch_mistake"] = str(error)
