"""What is wrong with the network and what would help, and what is worth knowing of one that fits."""

import streamlit as st

from cnnviz.drawing.comparison import comparison_text
from cnnviz.errors import SpecError
from cnnviz.formatting import capitalized, shape_text
from cnnviz.network.diagnosis import Diagnosis, Finding, Fix
from cnnviz.network.spec import Network
from cnnviz.ui.cached import comparison_of
from cnnviz.ui.editor import Editor
from cnnviz.ui.state import edit

_MOST_LINES = 6  # of a preview
_ICONS = {"warning": ":material/warning:", "note": ":material/info:"}


def problem_card(editor: Editor, diagnosis: Diagnosis) -> None:
    """Show which layer does not fit and why, and the fixes that were tried, each with a button that applies it."""
    problem = diagnosis.problem
    if problem is None:
        return
    advice = "Each of these was tried:" if diagnosis.fixes else "Change it, or a layer before it."
    st.error(
        f"**Layer {problem.path} · {problem.kind} does not fit.** {capitalized(problem.reason)}. "
        f"Its input is {shape_text(problem.input_shape)}. {advice}",
        icon=":material/error:",
    )
    if diagnosis.fixes:
        for number, column in enumerate(st.columns(len(diagnosis.fixes), border=True)):
            with column:
                _fix_card(editor, diagnosis.fixes[number], key=f"{editor.epoch}.fix.{number}")


def findings_list(editor: Editor, diagnosis: Diagnosis) -> None:
    """Show what is worth knowing of the layers that fit, folded away."""
    if not diagnosis.warnings:
        return
    count = len(diagnosis.warnings)
    with st.expander(f"{count} thing{'' if count == 1 else 's'} worth knowing", icon=":material/lightbulb:"):
        for number, finding in enumerate(diagnosis.warnings):
            _finding_row(editor, finding, key=f"{editor.epoch}.finding.{number}")


def findings_of_layer(editor: Editor, diagnosis: Diagnosis) -> None:
    """Show what is worth knowing of the selected layer."""
    for number, finding in enumerate(findings_at(editor, diagnosis, editor.item.id)):
        with st.container(border=True):
            st.markdown(f"{_ICONS[finding.severity]} **{finding.title}**\n\n:small[{capitalized(finding.reason)}]")
            if finding.fix:
                _apply_button(editor, finding.fix, key=f"{editor.item.id}.finding.{number}")


def findings_at(editor: Editor, diagnosis: Diagnosis, layer_id: str) -> list[Finding]:
    """Return what is worth knowing of a layer; of one inside a block it is told at the block."""
    return [each for each in diagnosis.warnings if layer_id in {editor.id_at(path) for path in each.paths}]


def _fix_card(editor: Editor, fix: Fix, *, key: str) -> None:
    st.markdown(f"**{fix.title}**")
    st.caption(capitalized(fix.effect))
    st.code(_preview(editor, fix), language=None, wrap_lines=True)
    _apply_button(editor, fix, key=key)


def _finding_row(editor: Editor, finding: Finding, *, key: str) -> None:
    text, button = st.columns([6, 1], vertical_alignment="center")
    with text:
        st.markdown(f"{_ICONS[finding.severity]} **{finding.title}** — {finding.reason}")
    if finding.fix:
        with button:
            _apply_button(editor, finding.fix, key=key)


def _apply_button(editor: Editor, fix: Fix, *, key: str) -> None:
    """Show the button that applies a fix, with what it changes where the pointer rests on it."""
    preview = "\n".join(f"    {line}" for line in _preview(editor, fix).splitlines())
    help_text = f"{fix.title}: {fix.effect}. Undo takes it back.\n\n{preview}"
    st.button("Apply", key=key, help=help_text, on_click=_apply, args=(editor.network, fix.network))


def _preview(editor: Editor, fix: Fix) -> str:
    """Return what a fix changes, a line a change."""
    lines = comparison_text(comparison_of(editor.network, fix.network)).splitlines()
    more = [f"… and {len(lines) - _MOST_LINES} more"] if len(lines) > _MOST_LINES else []
    return "\n".join([*lines[:_MOST_LINES], *more])


def _apply(before: Network, fixed: Network) -> None:
    edit(lambda editor: _fixed(editor, before, fixed))


def _fixed(editor: Editor, before: Network, fixed: Network) -> Editor:
    """Return the editor with a network fixed, if it is still the one that the fix was tried on.

    Raises SpecError where an edit came between: it would be lost.
    """
    if editor.network != before:
        raise SpecError("the network was edited since this fix was tried; see what is proposed now")
    return editor.with_network(fixed)
