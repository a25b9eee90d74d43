"""What is wrong with the network and what would help, and what is worth knowing of one that fits."""

import streamlit as st

from cnnviz.formatting import capitalized, shape_text
from cnnviz.network.diagnosis import Diagnosis, Finding, Fix
from cnnviz.network.spec import Network
from cnnviz.ui.editor import Editor
from cnnviz.ui.state import edit

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
                _fix_card(diagnosis.fixes[number], key=f"{editor.epoch}.fix.{number}")


def findings_list(editor: Editor, diagnosis: Diagnosis) -> None:
    """Show what is worth knowing of the layers that fit, folded away."""
    if not diagnosis.warnings:
        return
    count = len(diagnosis.warnings)
    with st.expander(f"{count} thing{'' if count == 1 else 's'} worth knowing", icon=":material/lightbulb:"):
        for number, finding in enumerate(diagnosis.warnings):
            _finding_row(finding, key=f"{editor.epoch}.finding.{number}")


def _fix_card(fix: Fix, *, key: str) -> None:
    st.markdown(f"**{fix.title}**")
    st.caption(capitalized(fix.effect))
    _apply_button(fix, key=key)


def _finding_row(finding: Finding, *, key: str) -> None:
    text, button = st.columns([6, 1], vertical_alignment="center")
    with text:
        st.markdown(f"{_ICONS[finding.severity]} **{finding.title}** — {finding.reason}")
    if finding.fix:
        with button:
            _apply_button(finding.fix, key=key)


def _apply_button(fix: Fix, *, key: str) -> None:
    st.button("Apply", key=key, help=f"{fix.title}: {fix.effect}", on_click=_apply, args=(fix.network,))


def _apply(network: Network) -> None:
    edit(lambda editor: editor.with_network(network))
