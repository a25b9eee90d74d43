"""The table of runs: sorted by a click on a head, opened by a click on a name, selected at the left."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from cnnviz.training.records import Run, Status
from cnnviz.ui.run_actions import RUN_PARAM
from cnnviz.ui.runs.filters import network_name

_SELECTED, _OPENED = "runs.selected", "runs.opened"
_HEIGHT = 430  # pixels, for a dozen runs

STATUS_COLOURS: Mapping[Status, str] = {
    "queued": "gray",
    "running": "blue",
    "paused": "violet",
    "stopped": "orange",
    "finished": "green",
    "failed": "red",
    "interrupted": "orange",
}


@dataclass(frozen=True)
class _Column:
    """What stands in a column, and how it is shown."""

    of: Callable[[Run], Any]
    config: Any


def _number(label: str, format_: str, help_: str | None = None) -> Any:
    return st.column_config.NumberColumn(label, format=format_, help=help_)


_STATUS = st.column_config.MultiselectColumn(
    "Status", options=list(STATUS_COLOURS), color=list(STATUS_COLOURS.values()), width=105
)
_DONE = st.column_config.ProgressColumn("Done", format="percent", min_value=0.0, max_value=1.0, width=90)

_COLUMNS: Mapping[str, _Column] = {
    "status": _Column(lambda run: [run.status], _STATUS),
    "done": _Column(lambda run: run.step / run.num_steps if run.num_steps else 0.0, _DONE),
    "test_acc": _Column(lambda run: run.test_acc, _number("Test acc", "%.3f")),
    "train_acc": _Column(lambda run: run.train_acc, _number("Train acc", "%.3f")),
    "loss": _Column(lambda run: run.loss, _number("Loss", "%.3f")),
    "network": _Column(lambda run: network_name(run.network), "Network"),
    "data": _Column(lambda run: run.recipe.data, "Data"),
    "lr": _Column(lambda run: run.recipe.lr, _number("lr", "%g")),
    "batch_size": _Column(lambda run: run.recipe.batch_size, _number("Batch", "%d")),
    "epochs": _Column(lambda run: run.recipe.epochs, _number("Epochs", "%d")),
    "examples_per_s": _Column(lambda run: run.examples_per_s, _number("Examples/s", "%.0f", "As the book counts.")),
    "device": _Column(lambda run: run.device, "Device"),
    "tags": _Column(lambda run: list(run.tags), st.column_config.ListColumn("Tags")),
    "id": _Column(lambda run: run.id, "Id"),
}


def run_table(runs: Sequence[Run]) -> None:
    """Show the table; `selected_ids` are those that are selected in it, and a click on a name opens a run."""
    ids = tuple(run.id for run in runs)
    st.dataframe(
        _table(runs),
        key=_key(ids),
        on_select=lambda: _select(ids),
        selection_mode="multi-row",
        selection_default={"selection": {"rows": _rows(ids)}},
        column_config=_config(ids),
        hide_index=True,
        height="auto" if len(runs) <= 10 else _HEIGHT,
        placeholder="",
        alt="All runs that pass the filters, one a row",
    )


def selected_ids() -> tuple[str, ...]:
    """Return the runs that are selected, those that the filters leave out included."""
    chosen: tuple[str, ...] = st.session_state.get(_SELECTED, ())
    return chosen


def select(ids: Sequence[str], shown: Sequence[str]) -> None:
    """Select these runs and no others; `shown` are those that the table shows."""
    st.session_state[_SELECTED] = tuple(ids)
    st.session_state[_key(tuple(shown))] = {"selection": {"rows": _rows(shown), "columns": [], "cells": []}}


def _table(runs: Sequence[Run]) -> dict[str, list[Any]]:
    created = [datetime.fromtimestamp(run.created_at, UTC) for run in runs]
    columns = {name: [column.of(run) for run in runs] for name, column in _COLUMNS.items()}
    return {"run": [run.name for run in runs], **columns, "created": created}


def _config(ids: tuple[str, ...]) -> dict[str, Any]:
    opener = st.column_config.ButtonColumn(
        "Run", type="tertiary", alignment="left", key=_OPENED, on_click=_open, args=(ids,), pinned=True, width=150
    )
    created = st.column_config.DatetimeColumn("Created", format="YYYY-MM-DD HH:mm", timezone=st.context.timezone)
    return {"run": opener, **{name: column.config for name, column in _COLUMNS.items()}, "created": created}


def _key(ids: tuple[str, ...]) -> str:
    """Return a key that is another one when the rows are: a row's number then means another run."""
    return f"runs.table.{hashlib.sha1(' '.join(ids).encode(), usedforsecurity=False).hexdigest()[:12]}"


def _rows(shown: Sequence[str]) -> list[int]:
    chosen = set(selected_ids())
    return [row for row, run_id in enumerate(shown) if run_id in chosen]


def _select(shown: tuple[str, ...]) -> None:
    rows = st.session_state[_key(shown)]["selection"]["rows"]
    here = [shown[row] for row in rows if row < len(shown)]
    others = [run_id for run_id in selected_ids() if run_id not in set(shown) or run_id in here]
    st.session_state[_SELECTED] = tuple(dict.fromkeys([*others, *here]))


def _open(shown: tuple[str, ...]) -> None:
    st.query_params[RUN_PARAM] = shown[st.session_state[_OPENED]["row"]]
