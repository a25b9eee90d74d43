"""What can be done with a run: buttons by its state, for the pages of runs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cnnviz.errors import CnnvizError
from cnnviz.network.document import parse
from cnnviz.training import checkpoint_folder
from cnnviz.training.home import checkpoints_folder
from cnnviz.training.launch import dispatch
from cnnviz.training.recipe import Recipe
from cnnviz.training.records import Run, Status
from cnnviz.training.store import Store
from cnnviz.ui.cached import open_store
from cnnviz.ui.state import edit
from cnnviz.ui.wording import mistake_text, plain

RUN_PARAM = "run"  # in the address of every page that shows one run
_REPEATED, _REFUSED = "run_actions.repeated", "run_actions.refused"


@dataclass(frozen=True)
class _Action:
    """A button, and what it does to the run."""

    label: str
    icon: str
    help: str
    do: Callable[[Store, str], object]


def _resume(store: Store, run_id: str, epochs: int | None = None, from_step: int | None = None) -> None:
    store.requeue(run_id, epochs=epochs, from_step=from_step)
    dispatch(store)


_ACTIONS: Mapping[str, _Action] = {
    "cancel": _Action("Cancel", "close", "Takes it out of the queue.", Store.request_stop),
    "pause": _Action(
        "Pause", "pause", "Saves where it is and frees the device; Resume goes on from there.", Store.request_pause
    ),
    "stop": _Action("Stop", "stop", "Finishes the step it is in and keeps what was measured.", Store.request_stop),
    "resume": _Action("Resume", "resume", "Goes on from its newest checkpoint when its device is free.", _resume),
}
_BY_STATUS: Mapping[Status, tuple[str, ...]] = {
    "queued": ("cancel",),
    "running": ("pause", "stop"),
    "paused": ("resume",),
    "stopped": ("resume",),
    "interrupted": ("resume",),
    "failed": ("resume",),
    "finished": (),
}


def run_actions(run: Run) -> None:
    """Show the buttons that a run's state allows, in a row: pause, stop, resume, go back, train longer, repeat, delete.

    Deleting asks once. What is refused is told beneath, once. Call it at most once a run and page; in a fragment the
    buttons rerun the fragment only.
    """
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
        for name in _BY_STATUS[run.status]:
            _button(name, _ACTIONS[name], run)
        if run.status == "finished":
            _train_longer(run)
        if not run.is_active and len(steps := checkpoint_folder.steps(checkpoints_folder(run.id))) > 1:
            _go_back(run, steps)
        _repeat_button(run)
        if not run.is_active:
            _delete_popover(run)
    if refusal := st.session_state.pop(_REFUSED, None):
        st.error(refusal, icon=":material/error:")


def repeated_recipe() -> Recipe | None:
    """Return the recipe of a run that is to be repeated with changes, once: the Train page's form opens with it.

    The run's network is then the edited one already.
    """
    recipe: Recipe | None = st.session_state.pop(_REPEATED, None)
    return recipe


def open_network_of(run: Run) -> bool:
    """Make a run's network the edited one, as an edit that undo takes back; a mistake is shown by `show_mistake`."""
    return edit(lambda editor: editor.opened(parse(run.network)))


def attempt(do: Callable[[], object]) -> bool:
    """Do what a person asks for and return whether it was done; what is refused is told by `run_actions`, once."""
    try:
        do()
    except CnnvizError as error:
        st.session_state[_REFUSED] = mistake_text(error)
        return False
    return True


def _attempting(do: Callable[[], object]) -> Callable[[], None]:
    def click() -> None:
        attempt(do)

    return click


def _button(name: str, action: _Action, run: Run) -> None:
    st.button(
        action.label,
        icon=f":material/{action.icon}:",
        key=f"run_actions.{run.id}.{name}",
        disabled=run.is_active and run.request is not None,
        on_click=_attempting(lambda: action.do(open_store(), run.id)),
        help=action.help,
    )


def _popover(label: str, icon: str, key: str, *, help_: str) -> DeltaGenerator:
    """Return a button's panel; by its key it is another one for another run, and closed when that takes the place."""
    return st.popover(label, icon=f":material/{icon}:", key=f"{key}.popover", help=help_)


def _train_longer(run: Run) -> None:
    key = f"run_actions.{run.id}.epochs"
    with _popover("Train longer", "more_time", key, help_="Goes on where it ended, for more epochs"):
        least = run.recipe.epochs + 1
        st.number_input(
            "Epochs in all", value=2 * run.recipe.epochs, min_value=least, step=1, key=key, help="Those done included."
        )
        st.button(
            "Go on",
            type="primary",
            icon=":material/resume:",
            key=f"{key}.go",
            on_click=_attempting(lambda: _resume(open_store(), run.id, st.session_state[key])),
        )


def _go_back(run: Run, steps: Sequence[int]) -> None:
    key = f"run_actions.{run.id}.step"
    with _popover("Go back", "history", key, help_="Goes on from an earlier checkpoint"):
        st.selectbox("Checkpoint", steps[-2::-1], format_func=lambda step: _place(run, step), key=key)
        st.caption("It is trained from there to its end again; what was saved after it is removed.")
        st.button(
            "Go on from there",
            type="primary",
            icon=":material/resume:",
            key=f"{key}.go",
            on_click=_attempting(lambda: _resume(open_store(), run.id, from_step=st.session_state[key])),
        )


def _place(run: Run, step: int) -> str:
    epoch = run.recipe.epochs * step / max(1, run.num_steps)
    return f"Step {step:,} of {run.num_steps:,} · epoch {epoch:.4g}"


def _repeat_button(run: Run) -> None:
    if st.button(
        "Repeat with changes",
        icon=":material/edit_note:",
        key=f"run_actions.{run.id}.repeat",
        help="Opens its network and recipe on the Train page.",
    ):
        if open_network_of(run):
            st.session_state[_REPEATED] = run.recipe
        st.switch_page("pages/train.py", query_params={RUN_PARAM: run.id})


def _delete_popover(run: Run) -> None:
    key = f"run_actions.{run.id}.delete"
    with _popover("Delete", "delete", key, help_="Asks first"):
        st.markdown(f"Delete run **{plain(run.name)}** ({run.id}) with its curves, checkpoints and weights, for good?")
        st.button(
            "Delete for good",
            type="primary",
            icon=":material/delete_forever:",
            key=key,
            on_click=_attempting(lambda: _delete(run.id)),
        )


def _delete(run_id: str) -> None:
    open_store().delete(run_id)
    if st.query_params.get(RUN_PARAM) == run_id:
        del st.query_params[RUN_PARAM]
