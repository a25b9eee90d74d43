"""Cards for what goes wrong in a run, and what would help, one click each."""

from collections.abc import Sequence

import streamlit as st

from cnnviz.training.alarms import Alarm, Suggestion
from cnnviz.training.recipe import Recipe, make_recipe
from cnnviz.training.records import Run
from cnnviz.ui.cached import open_store
from cnnviz.ui.run_actions import RUN_PARAM, attempt, open_network_of
from cnnviz.ui.wording import plain


def alarm_cards(run: Run, found: Sequence[Alarm]) -> None:
    """Show a card for each alarm."""
    for number, alarm in enumerate(found):
        with st.container(border=True, key=f"alarm_{number}"):
            st.markdown(f":material/warning: **{plain(alarm.name)}**  \n{plain(alarm.cause)}")
            _offers(run, number, [each for each in alarm.suggestions if each.settings])
            _edits(run, number, [each for each in alarm.suggestions if not each.settings])


def _offers(run: Run, number: int, suggestions: Sequence[Suggestion]) -> None:
    if not suggestions:
        return
    with st.container(horizontal=True):
        for place, suggestion in enumerate(suggestions):
            text = suggestion.text
            label = f"Stop and {text[0].lower()}{text[1:]}" if run.is_active else text
            st.button(
                label,
                key=f"alarm.{run.id}.{number}.{place}",
                type="primary" if place == 0 else "secondary",
                on_click=_repeat,
                args=(run, suggestion),
                help="Starts a new run of the same network; this one is kept as far as it is.",
            )


def _edits(run: Run, number: int, suggestions: Sequence[Suggestion]) -> None:
    if not suggestions:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("Or edit the network: " + "; ".join(plain(_lowered(each.text)) for each in suggestions) + ".")
        if st.button("Open it", icon=":material/edit:", type="tertiary", key=f"alarm.{run.id}.{number}.open"):
            open_network_of(run)
            st.switch_page("pages/design.py")


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:]


def _repeat(run: Run, suggestion: Suggestion) -> None:
    attempt(lambda: _start(run, changed(run.recipe, suggestion)))


def changed(recipe: Recipe, suggestion: Suggestion) -> Recipe:
    """Return a recipe with what is suggested.

    Raises RecipeError where it does not go together with the rest.
    """
    return make_recipe(**{**recipe.model_dump(), **suggestion.settings})


def _start(run: Run, recipe: Recipe) -> None:
    from cnnviz.ui.train.starting import start_run

    if run.is_active:
        open_store().request_stop(run.id)
    run_id = start_run(run.network, recipe, name=run.name)
    if RUN_PARAM in st.query_params:  # of whichever page shows the run
        st.query_params[RUN_PARAM] = run_id
