"""What can be done with all selected runs at once: tag them, delete them, select none."""

from collections.abc import Callable, Sequence

import streamlit as st

from cnnviz.errors import CnnvizError
from cnnviz.training.records import Run
from cnnviz.ui.cached import open_store
from cnnviz.ui.runs.run_table import select
from cnnviz.ui.wording import mistake_text

_TAG, _REFUSED = "runs.tag_all", "runs.refused"


def selected_actions(selected: Sequence[Run], shown: Sequence[str]) -> None:
    """Show the buttons in a row; deleting asks once, and what is refused is told beneath, once."""
    with st.container(horizontal=True, width="content"):
        _tag_popover(selected)
        _delete_popover(selected, shown)
        st.button(
            "Clear", icon=":material/close:", type="tertiary", key="runs.clear", on_click=select, args=((), shown)
        )


def show_refusal() -> None:
    """Show why the last action was refused, once."""
    if refusal := st.session_state.pop(_REFUSED, None):
        st.error(refusal, icon=":material/error:")


def _tag_popover(selected: Sequence[Run]) -> None:
    with st.popover("Tag", icon=":material/sell:", type="tertiary", help="Adds a tag to all selected runs"):
        st.text_input("Tag", key=_TAG, max_chars=40, placeholder="sweep-1")
        st.button("Add to all", type="primary", key="runs.tag_all.go", on_click=_tag, args=(selected,))


def _tag(selected: Sequence[Run]) -> None:
    tag = (st.session_state.get(_TAG) or "").strip()
    if tag:
        _for_all(selected, lambda run: open_store().set_tags(run.id, tuple(dict.fromkeys((*run.tags, tag)))))


def _delete_popover(selected: Sequence[Run], shown: Sequence[str]) -> None:
    ended = [run for run in selected if not run.is_active]
    with st.popover(
        "Delete", icon=":material/delete:", type="tertiary", disabled=not ended, help="Asks first; active runs stay"
    ):
        count = f"{len(ended)} runs" if len(ended) > 1 else "this run"
        st.markdown(f"Delete {count} with curves, checkpoints and weights, for good?")
        st.button("Delete for good", type="primary", key="runs.delete_all", on_click=_delete, args=(ended, shown))


def _delete(ended: Sequence[Run], shown: Sequence[str]) -> None:
    _for_all(ended, lambda run: open_store().delete(run.id))
    select((), shown)


def _for_all(runs: Sequence[Run], do: Callable[[Run], object]) -> None:
    """Do something with every run, up to one that it is refused for."""
    try:
        for run in runs:
            do(run)
    except CnnvizError as error:
        st.session_state[_REFUSED] = mistake_text(error)
