"""The compared networks in numbers: their totals with ratios, the best of their runs, and how two of them differ."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import streamlit as st

from cnnviz.drawing.comparison import SIGNS, marked_call, setting_text
from cnnviz.drawing.side_by_side import Figure, totals
from cnnviz.errors import CnnvizError
from cnnviz.formatting import count_text, shape_text
from cnnviz.network.comparison import Change, Comparison, Item, Pair, compare
from cnnviz.network.document import to_text
from cnnviz.network.summary import Row
from cnnviz.training.records import Run
from cnnviz.ui.cached import open_store
from cnnviz.ui.compare.contenders import Contender, contender
from cnnviz.ui.run_actions import RUN_PARAM
from cnnviz.ui.run_view import run_text
from cnnviz.ui.sheet import Cell, Line, sheet

_MOST_LINES = 1000
_HEIGHT = 1000  # pixels of a table, above which it scrolls


def totals_table(contenders: Sequence[Contender]) -> None:
    """Show totals side by side, each with how many times the first network's it is, and the best run of each."""
    st.markdown("**Side by side**")
    head = Line((Cell(), *(Cell(each.name) for each in contenders)))
    lines = [
        Line((Cell(total.label, is_head=True), *map(_figure_cell, total.figures)))
        for total in totals([each.summary for each in contenders])
    ]
    runs = [_best_run(each) for each in contenders]
    sheet("compare.totals", [head], [*lines, *_run_lines(runs)], label="Totals side by side", even=True)
    _run_links(contenders, runs)


def _figure_cell(figure: Figure) -> Cell:
    return Cell(figure.text, note=figure.ratio, title=figure.exact)


def _best_run(contender: Contender) -> Run | None:
    """Return the run of a network, known by its canonical text, with the best test accuracy, or None without one."""
    if contender.network is None:
        return None
    try:
        runs = open_store().runs()
    except CnnvizError:
        return None
    measured = [run for run in runs if run.test_acc is not None and run.network == to_text(contender.network)]
    return max(measured, key=lambda run: run.test_acc or 0.0, default=None)


def _run_lines(runs: Sequence[Run | None]) -> list[Line]:
    if not any(runs):
        return []
    accuracy = [Cell(f"{run.test_acc:.3f}", note=run_text(run)) if run else Cell("no run yet") for run in runs]
    speed = [Cell(_speed(run), note=f"on {run.device}") if run and run.examples_per_s else Cell("—") for run in runs]
    return [
        Line((Cell("Best test accuracy", is_head=True), *accuracy)),
        Line((Cell("Training speed", is_head=True), *speed)),
    ]


def _speed(run: Run) -> str:
    return f"{count_text(run.examples_per_s or 0)} examples/s"


def _run_links(contenders: Sequence[Contender], runs: Sequence[Run | None]) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        if not any(runs):
            st.caption("Train one of these networks, and its accuracy and speed stand here.")
        for each, run in zip(contenders, runs, strict=True):
            label = f"Run {run.id} of {each.name}" if run else ""
            if run and st.button(label, icon=":material/show_chart:", type="tertiary", key=f"compare.run.{run.id}"):
                st.switch_page("pages/runs.py", query_params={RUN_PARAM: run.id})


def differences_table(contenders: Sequence[Contender]) -> None:
    """Show how two of the networks differ, layer by layer."""
    before, after = _pair(contenders)
    comparison = _comparison(before.word, after.word)
    shown = comparison.differences if st.session_state.get("compare.only") else comparison.pairs
    st.caption(_said(comparison))
    head = [
        Line((Cell(), Cell(before.name, span=3), Cell(after.name, span=3, is_first=True))),
        Line((Cell(), *_HEAD, *_opened(_HEAD))),
    ]
    rows = [{row.path: row for row in each.summary.rows} for each in (before, after)]
    lines = [_line(pair, *rows) for pair in shown[:_MOST_LINES]]
    sheet("compare.differences", head, lines, label=f"{before.name} and {after.name}", most_height=_HEIGHT)
    if len(shown) > _MOST_LINES:
        st.caption(f"The first {_MOST_LINES:,} of {len(shown):,} lines; `cnnviz compare` prints them all.")


_HEAD = (Cell("Layer"), Cell("Output", is_number=True), Cell("Parameters", is_number=True))


_TOLD: tuple[Change, ...] = ("changed", "added", "removed")


def _pair(contenders: Sequence[Contender]) -> tuple[Contender, Contender]:
    """Show which two networks are compared layer by layer, and return them."""
    names = [each.name for each in contenders]
    are_two = len(contenders) == 2
    with st.container(horizontal=True, vertical_alignment="center" if are_two else "bottom"):
        if are_two:
            st.markdown("**Layer by layer**")
            first, second = names
        else:
            first = st.selectbox("Layer by layer, from", names[:-1], key=f"compare.from.{names}", width=260)
            rest = names[names.index(first) + 1 :]
            second = st.selectbox("to", rest, key=f"compare.to.{names}.{first}", width=260)
        st.toggle("Only what differs", key="compare.only", persist_state="session")
    return contenders[names.index(first)], contenders[names.index(second)]


@st.cache_resource(max_entries=100, show_spinner=False)
def _comparison(before: str, after: str) -> Comparison:
    first, second = contender(before), contender(after)
    return compare(first.network or first.summary, second.network or second.summary)


def _said(comparison: Comparison) -> str:
    """Say in a line how much differs."""
    changes = [pair.change for pair in comparison.pairs]
    if not comparison.differences and not comparison.settings:
        return "The same layers with the same settings."
    counted = [f"{SIGNS[each]} {changes.count(each)} {each}" for each in _TOLD if each in changes]
    whole = [setting_text(setting) for setting in comparison.settings]
    return " · ".join([f"{changes.count('same')} the same", *counted, *whole])


def _line(pair: Pair, before: Mapping[str, Row], after: Mapping[str, Row]) -> Line:
    sign = Cell(SIGNS[pair.change], title=pair.change)
    return Line((sign, *_side(pair.before, pair, before), *_opened(_side(pair.after, pair, after))), tone=pair.change)


def _opened(cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """Return cells with a line before the first of them."""
    return (replace(cells[0], is_first=True), *cells[1:])


def _side(item: Item | None, pair: Pair, rows: Mapping[str, Row]) -> tuple[Cell, ...]:
    """Return the cells of one side: the layer, its output shape and its parameters; empty where it has none."""
    if item is None:
        return (Cell(), Cell(), Cell())
    call = Cell(pieces=marked_call(item, pair.settings), lead=item.path)
    if (row := rows.get(item.path)) is None:
        return call, Cell("not reached", is_number=True), Cell("—", is_number=True)
    shape = Cell(shape_text(row.output_shape or ()) or "does not fit", is_number=True)
    return call, shape, Cell(f"{row.num_params:,}" if row.num_params else "", is_number=True)
