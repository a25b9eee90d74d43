"""What a person says of a run: its name, tags and notes, changed in place."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from cnnviz.training.records import Run
from cnnviz.training.store import Store
from cnnviz.ui.binding import watched
from cnnviz.ui.cached import open_store
from cnnviz.ui.run_actions import attempt


def labels(run: Run) -> None:
    """Show name, tags and notes; what is typed is kept at once."""
    name, tags = st.columns([1, 2], vertical_alignment="bottom")
    with name:
        st.text_input("Name", max_chars=100, **_kept(run, "name", run.name, Store.rename))
    with tags:
        used = {tag for each in open_store().runs() for tag in each.tags}
        st.multiselect(
            "Tags",
            sorted(used | set(run.tags), key=str.casefold),
            accept_new_options=True,
            placeholder="Add a tag…",
            **_kept(run, "tags", list(run.tags), lambda store, run_id, given: store.set_tags(run_id, tuple(given))),
        )
    st.text_area(
        "Notes",
        height=90,
        placeholder="What was tried, and what came of it",
        **_kept(run, "notes", run.notes, Store.set_notes),
    )


def _kept(run: Run, field: str, value: Any, keep: Callable[[Store, str, Any], object]) -> dict[str, Any]:
    """Return the arguments of a widget that shows what the store has, and gives what a person makes of it there."""
    return watched(f"run.{run.id}.{field}", value, lambda given: attempt(lambda: keep(open_store(), run.id, given)))
