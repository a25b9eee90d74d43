"""One run as it goes: its state, what can be done with it, what goes wrong, its curves and figures."""

from collections.abc import Sequence

import streamlit as st

from cnnviz.errors import RecipeError
from cnnviz.formatting import count_text
from cnnviz.training.alarms import Alarm
from cnnviz.training.launch import dispatch
from cnnviz.training.recipe import Recipe
from cnnviz.training.records import Run
from cnnviz.ui.cached import open_store
from cnnviz.ui.live_curves import live_curves
from cnnviz.ui.live_curves.watching import series_of
from cnnviz.ui.run_actions import run_actions
from cnnviz.ui.run_view.alarm_cards import alarm_cards
from cnnviz.ui.run_view.details import details
from cnnviz.ui.run_view.judging import alarms_of
from cnnviz.ui.run_view.pace import next_look_s
from cnnviz.ui.run_view.states import badge, state_line
from cnnviz.ui.wording import plain


def run_view(run_id: str, *, beside: Sequence[str] = ()) -> None:
    """Show a run, anew every second or few while it is active, with the curves of the runs `beside` it.

    Raises StoreError when there is no such run or the store cannot be read.
    """
    dispatch(open_store())
    run = open_store().run(run_id)
    others = tuple(open_store().run(each) for each in beside)
    found = alarms_of(run)
    _header(run)
    alarm_cards(run, found)
    ticks = any(each.is_active for each in (run, *others))
    wait_s = next_look_s() if ticks else None
    st.fragment(_live, run_every=wait_s)(run_id, beside, wait_s, _appearance(run, found))


def _header(run: Run) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        with st.container(horizontal=True, vertical_alignment="center", width="content"):
            st.markdown(f"**{plain(run.name)}** · {run_text(run)}", width="content")
            badge(run)
        with st.container(width="content"):
            run_actions(run)


def _live(run_id: str, beside: Sequence[str], wait_s: float | None, shown: object) -> None:
    """Show what changes all the time; where more has changed, the whole page runs anew."""
    store = open_store()
    run = store.run(run_id)
    if _appearance(run, alarms_of(run)) != shown or (wait_s and next_look_s() != wait_s):
        st.rerun()
    state_line(run)
    runs = (run, *(store.run(each) for each in beside))
    series = {each.id: series_of(each) for each in runs}  # read once: ten people may be watching
    if run.is_active or beside or len(series[run.id]):
        labels = {each.id: f"{each.name} · {each.id}" for each in runs}
        live_curves(runs, series_of=lambda each: series[each.id], labels=labels)
        _figures(run)
    details(run)


def _appearance(run: Run, found: Sequence[Alarm]) -> object:
    """Return what the part of the page depends on that does not run anew all the time."""
    return run.status, run.request, run.name, tuple(alarm.name for alarm in found)


def _figures(run: Run) -> None:
    figures = {
        "Train loss": _decimals(run.loss),
        "Train accuracy": _decimals(run.train_acc),
        "Test accuracy": _decimals(run.test_acc),
        "Examples/s": count_text(run.examples_per_s) if run.examples_per_s else "—",
    }
    for column, (label, value) in zip(st.columns(len(figures)), figures.items(), strict=True):
        column.metric(label, value)


def _decimals(value: float | None) -> str:
    return "—" if value is None else f"{value:.3f}"


def run_text(run: Run) -> str:
    """Say in a few words what a run trains on."""
    recipe = run.recipe
    size = f" at {recipe.resize} px" if recipe.resize else ""
    return f"{data_title(recipe)}{size}, lr {recipe.lr:g}, batch {recipe.batch_size}"


def data_title(recipe: Recipe) -> str:
    """Return what a recipe's data set is called, or its name where it has been removed."""
    try:
        return recipe.dataset.title
    except RecipeError:
        return recipe.data
