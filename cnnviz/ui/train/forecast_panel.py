"""What a run will take, told before it is started: steps, memory and time."""

import math

import streamlit as st

from cnnviz.errors import CnnvizError
from cnnviz.formatting import capitalized, plural
from cnnviz.network.document import parse, to_text
from cnnviz.network.spec import Network
from cnnviz.training.forecast import Measurement, MemoryForecast, forecast_memory, measured, start_measuring
from cnnviz.training.recipe import Recipe
from cnnviz.ui.cached import summary_of
from cnnviz.ui.train.settings import change_setting, fitting_recipe, is_open
from cnnviz.ui.wording import plain

_LARGEST_BATCH = 65536  # that a recipe takes
_POLL_S = 1.0


def forecast_panel(network: Network) -> None:
    """Show how long a run is, whether it fits its device, and how long it takes where that is measured.

    It may take a second for a large network: call it when all else is on the page.
    """
    if summary_of(network).problem or not is_open():
        return
    try:
        recipe = fitting_recipe(network)
        forecast, measurement = forecast_memory(network, recipe), measured(network, recipe)
    except CnnvizError:
        return  # the launch panel tells
    lines = [length_text(recipe)]
    if forecast.fits:
        lines.append(plain(capitalized(forecast.text)))
    else:
        st.warning(f"{plain(capitalized(forecast.text))}.", icon=":material/memory:")
    if measurement and measurement.forecast:
        lines.append(plain(capitalized(measurement.forecast.text)))
    st.caption("  \n".join(lines))
    with st.container(horizontal=True):
        _largest_batch(forecast, recipe)
        _time(network, recipe, measurement)


def length_text(recipe: Recipe) -> str:
    """Say how many examples and steps a run has."""
    steps = math.ceil(recipe.num_trained / recipe.batch_size)
    return (
        f"{plural(recipe.num_trained, 'example')}, {plural(steps, 'step')} an epoch, "
        f"{plural(steps * recipe.epochs, 'step')} in all"
    )


def _largest_batch(forecast: MemoryForecast, recipe: Recipe) -> None:
    largest = min(forecast.largest_batch, _LARGEST_BATCH, recipe.num_trained)
    if largest and largest != recipe.batch_size:
        st.button(
            f"Largest batch that fits: {largest:,}",
            icon=":material/memory:",
            key="largest_batch",
            type="tertiary" if forecast.fits else "secondary",
            on_click=change_setting,
            args=("batch_size", largest),
        )


def _time(network: Network, recipe: Recipe, measurement: Measurement | None) -> None:
    if measurement and measurement.status == "running":
        _follow(to_text(network), recipe)
        return
    if measurement and measurement.error:
        st.caption(f"The time could not be measured: {plain(measurement.error)}.")
    if measurement is None or measurement.error:
        st.button(
            "How long will it take?",
            icon=":material/timer:",
            key="measure",
            type="tertiary",
            on_click=_measure,
            args=(to_text(network), recipe),
            help="Takes a few steps in a process of its own.",
        )


@st.fragment(run_every=_POLL_S)
def _follow(text: str, recipe: Recipe) -> None:
    measurement = measured(parse(text), recipe)
    if measurement is None or measurement.status != "running":
        st.rerun()
    st.caption(":material/timer: Taking a few steps to see how long it takes…")


def _measure(text: str, recipe: Recipe) -> None:
    try:
        start_measuring(parse(text), recipe)
    except CnnvizError as error:
        st.session_state["launch_mistake"] = str(error)
