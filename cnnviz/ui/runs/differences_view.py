"""How runs differ: in their recipes, setting by setting, and in their networks, layer by layer."""

from collections.abc import Mapping, Sequence

import streamlit as st

from cnnviz.drawing.comparison import comparison_text
from cnnviz.network.document import parse
from cnnviz.network.link import to_link_text
from cnnviz.network.presets import PRESETS, preset
from cnnviz.network.spec import Network
from cnnviz.training.differences import value_text
from cnnviz.training.recipe import Recipe
from cnnviz.training.records import Run
from cnnviz.ui.cached import comparison_of
from cnnviz.ui.compare.contenders import choose
from cnnviz.ui.runs.naming import names_of
from cnnviz.ui.sheet import Cell, Line, sheet
from cnnviz.ui.wording import plain

_MOST_LINES = 40
_RESULTS = {"test acc": "test_acc", "train acc": "train_acc", "loss": "loss"}


def recipe_differences_table(runs: Sequence[Run]) -> None:
    """Show the settings in which runs differ, beside their results."""
    head = Line((Cell(), *map(Cell, names_of(runs).values())))
    settings = _setting_lines(runs)
    st.markdown("**What differs**")
    lines = [*settings, *_result_lines(runs)]
    sheet("runs.differences", [head], lines, label="Differences between the selected runs", even=True)
    if not settings:
        st.caption("They have the same recipe.")


def _setting_lines(runs: Sequence[Run]) -> list[Line]:
    lines = []
    for name in Recipe.model_fields:
        values = [getattr(run.recipe, name) for run in runs]
        if any(value != values[0] for value in values):
            lines.append(Line((Cell(name, is_head=True), *(Cell(value_text(value)) for value in values))))
    return lines


def _result_lines(runs: Sequence[Run]) -> list[Line]:
    lines = []
    for title, name in _RESULTS.items():
        values = [getattr(run, name) for run in runs]
        cells = (Cell("—" if value is None else f"{value:.3f}") for value in values)
        lines.append(Line((Cell(title, is_head=True), *cells)))
    return lines


def network_differences(before: Run, after: Run, names: Mapping[str, str]) -> None:
    """Show how the networks of two runs differ; `names` are what the runs are called, by id."""
    first, second = plain(names[before.id]), plain(names[after.id])
    if before.network == after.network:
        st.caption(f"{first} and {second} train the same network.")
        return
    networks = parse(before.network), parse(after.network)
    lines = comparison_text(comparison_of(*networks)).splitlines()
    more = [f"… and {len(lines) - _MOST_LINES} more"] if len(lines) > _MOST_LINES else []
    count = f"{len(lines)} difference{'' if len(lines) == 1 else 's'}"
    with st.expander(f"From {first}'s network to {second}'s: {count}"):
        st.code("\n".join([*lines[:_MOST_LINES], *more]), language=None, wrap_lines=True)
        if st.button("See both on the Compare page", icon=":material/compare_arrows:", key="runs.compare"):
            choose([_word(network) for network in networks])
            st.switch_page("pages/compare.py")


def _word(network: Network) -> str:
    """Return the word by which the Compare page knows a network."""
    same = (name for name in PRESETS if preset(name) == network)
    return next(same, None) or to_link_text(network)
