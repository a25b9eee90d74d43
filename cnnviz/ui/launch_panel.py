"""What is to be trained, on what and how, and the button that starts it."""

import math

import streamlit as st

from cnnviz.errors import CnnvizError
from cnnviz.formatting import count_text, shape_text
from cnnviz.network.notation import to_text
from cnnviz.network.spec import Network
from cnnviz.network.summary import Summary
from cnnviz.training.fit import check_fit
from cnnviz.training.launch import launch
from cnnviz.training.recipe import Recipe
from cnnviz.ui.cached import open_store
from cnnviz.ui.recipe_form import recipe_form
from cnnviz.ui.run_picker import choose_run


def launch_panel(network: Network, summary: Summary) -> None:
    """Show the network, its recipe and the start button, which is off while something does not fit."""
    _network_line(network, summary)
    recipe = mistake = None
    try:
        recipe = recipe_form(network)
        if summary.output_shape is not None:
            check_fit(network.input_shape, summary.output_shape, recipe)
            st.caption(_length_text(recipe))
    except CnnvizError as error:
        mistake = str(error)
    if mistake:
        st.warning(f"{mistake[0].upper()}{mistake[1:]}.", icon=":material/rule:")
    st.button(
        "Start training",
        type="primary",
        icon=":material/play_arrow:",
        key="start",
        disabled=bool(summary.problem or mistake),
        on_click=_start,
        args=(network, recipe),
        width="stretch",
    )
    if mistake := st.session_state.pop("launch_mistake", None):
        st.error(mistake, icon=":material/error:")


def _network_line(network: Network, summary: Summary) -> None:
    if summary.problem:
        st.error(f"**{network.name}** does not fit together yet: {summary.problem}.", icon=":material/error:")
        if st.button("Mend it on the Design page", icon=":material/build:", key="to_design"):
            st.switch_page("pages/design.py")
        return
    st.markdown(f"**{network.name}**")
    st.caption(
        f"{shape_text(network.input_shape)} to {shape_text(summary.output_shape or ())} · "
        f"{count_text(summary.num_params)} parameters · {count_text(summary.mult_adds)} mult-adds per image"
    )


def _length_text(recipe: Recipe) -> str:
    examples = recipe.examples or recipe.dataset.num_train
    steps = math.ceil(examples / recipe.batch_size)
    return f"{examples:,} examples, {steps:,} steps an epoch, {steps * recipe.epochs:,} steps in all"


def _start(network: Network, recipe: Recipe) -> None:
    try:
        store = open_store()
        run_id = store.create_run(to_text(network), recipe, name=network.name)
        launch(store, run_id)
        choose_run(run_id)
    except CnnvizError as error:
        st.session_state["launch_mistake"] = str(error)
