"""Changes that would make the network and the recipe on the page go together, cached by their texts."""

import streamlit as st

from cnnviz.errors import CnnvizError
from cnnviz.network.document import parse, to_text
from cnnviz.network.spec import Network
from cnnviz.training.adaptations import Adaptation, adaptations
from cnnviz.training.recipe import Recipe
from cnnviz.ui.train.settings import chosen_recipe


def adaptations_of(network: Network) -> tuple[Adaptation, ...]:
    """Return the changes with which the network and what the widgets say go together; none where that is no recipe."""
    try:
        return _adaptations(to_text(network), chosen_recipe().model_dump_json())
    except CnnvizError:
        return ()


@st.cache_resource(max_entries=100, show_spinner=False)
def _adaptations(text: str, recipe: str) -> tuple[Adaptation, ...]:
    return adaptations(parse(text), Recipe.model_validate_json(recipe))
