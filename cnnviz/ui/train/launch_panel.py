"""What is to be trained, on what and how, and the button that starts it."""

import streamlit as st

from cnnviz.errors import CnnvizError
from cnnviz.formatting import count_text, shape_text
from cnnviz.network.document import to_text
from cnnviz.network.spec import Network
from cnnviz.network.summary import Summary
from cnnviz.training.adaptations import Adaptation
from cnnviz.training.recipe import Recipe
from cnnviz.ui.cached import summary_of
from cnnviz.ui.data import data_panel
from cnnviz.ui.state import edit, show_mistake
from cnnviz.ui.train.fields import label_of
from cnnviz.ui.train.offers import adaptations_of
from cnnviz.ui.train.recipe_form import recipe_form
from cnnviz.ui.train.recipe_menu import recipe_menu
from cnnviz.ui.train.settings import change_setting, fitting_recipe, open_recipe, show_recipe, shown_settings
from cnnviz.ui.train.starting import start_run
from cnnviz.ui.wording import mistake_text, plain

_FAILURE = "launch_mistake"


def launch_panel(network: Network) -> None:
    """Show the network, its recipe and the start button, which is off while something does not fit."""
    summary = summary_of(network)
    _network_line(network, summary)
    show_mistake()
    try:
        open_recipe(network)
    except CnnvizError as error:  # cnnviz's home cannot be used
        st.error(mistake_text(error), icon=":material/error:")
        return
    recipe_menu(network)
    recipe_form(beside_data=_data_button)
    if mistake := _mistake(network):
        st.warning(mistake_text(_in_the_forms_words(mistake)), icon=":material/rule:")
        _adaptations(network)
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
    if failure := st.session_state.pop(_FAILURE, None):
        st.error(mistake_text(failure), icon=":material/error:")


def _mistake(network: Network) -> str | None:
    """Return why what the widgets say cannot be trained, or None where it can."""
    try:
        fitting_recipe(network)
    except CnnvizError as error:
        return str(error)
    return None


def _in_the_forms_words(mistake: str) -> str:
    """Return a mistake about a setting with what the form calls it."""
    name, _, rest = mistake.partition(" ")
    return f"{label_of(name)} {rest}" if name in Recipe.model_fields else mistake


def _network_line(network: Network, summary: Summary) -> None:
    if summary.problem:
        st.error(
            f"**{plain(network.name)}** does not fit together yet: {plain(summary.problem)}.", icon=":material/error:"
        )
        if st.button("Mend it on the Design page", icon=":material/build:", key="to_design"):
            st.switch_page("pages/design.py")
        return
    st.markdown(f"**{plain(network.name)}**")
    st.caption(
        f"{shape_text(network.input_shape)} to {shape_text(summary.output_shape or ())} · "
        f"{count_text(summary.num_params)} parameters · {count_text(summary.mult_adds)} mult-adds per image"
    )


def _data_button() -> None:
    popover = st.popover(
        "Images",
        icon=":material/photo_library:",
        key="recipe.images",
        help="The data set's images, classes and numbers; and your own images",
        on_change="rerun",
        width="stretch",
    )
    if popover.open:
        with popover:
            data_panel(shown_settings()["data"], choose=lambda name: change_setting("data", name))


def _adaptations(network: Network) -> None:
    """Offer what would make the network and the recipe go together."""
    for number, adaptation in enumerate(adaptations_of(network)):
        st.button(
            adaptation.title,
            key=f"adapt.{number}",
            icon=":material/auto_fix_high:",
            on_click=_adapt,
            args=(network, adaptation),
            width="stretch",
        )


def _adapt(network: Network, adaptation: Adaptation) -> None:
    if adaptation.network != network and not edit(lambda editor: editor.with_network(adaptation.network)):
        return
    show_recipe(adaptation.recipe, adaptation.network)


def _start(network: Network) -> None:
    """Launch what the widgets say now: they may have changed since the button was drawn."""
    try:
        start_run(to_text(network), fitting_recipe(network), name=network.name)
    except CnnvizError as error:
        st.session_state[_FAILURE] = str(error)
