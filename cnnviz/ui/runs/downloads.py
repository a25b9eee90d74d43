"""A run's files as downloads, each made on the click."""

from functools import partial

import streamlit as st

from cnnviz.training.export.files import EXPORTS, Export, file_name
from cnnviz.training.export.places import has_weights
from cnnviz.training.records import Run
from cnnviz.ui.cached import open_store


def downloads(run: Run) -> None:
    """Show, behind a button, a download for each form of a run's files, off where it has no weights yet."""
    can_load = has_weights(run)
    with st.popover("Download", icon=":material/download:", help="Weights, metrics, PyTorch code, ONNX"):
        for what, forms in EXPORTS.items():
            for ending, export in forms.items():
                _button(run, export, key=f"runs.download.{what}.{ending}", ending=ending, can_load=can_load)
        if not can_load:
            st.caption("This run has no weights yet: they are saved after each epoch.")


def _button(run: Run, export: Export, *, key: str, ending: str, can_load: bool) -> None:
    st.download_button(
        export.title,
        partial(_made, run.id, export),
        file_name=file_name(run, ending),
        key=key,
        on_click="ignore",
        width="stretch",
        disabled=export.needs_weights and not can_load,
    )


def _made(run_id: str, export: Export) -> bytes:
    """Make the file of the run as it is at the click."""
    store = open_store()
    return export.make(store, store.run(run_id))
