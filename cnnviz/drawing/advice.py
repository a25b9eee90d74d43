"""A diagnosis as text for a terminal."""

from collections.abc import Iterator

from cnnviz.formatting import capitalized
from cnnviz.network.diagnosis import Diagnosis, Finding


def diagnosis_text(diagnosis: Diagnosis, name: str) -> str:
    """Write what is wrong with the network of that name, what would help, and what is worth knowing of what fits."""
    lines = list(_problem_lines(diagnosis)) or [f"{name} fits together."]
    if diagnosis.warnings:
        lines += ["", "Worth knowing:", *(f"  {_finding_text(warning)}" for warning in diagnosis.warnings)]
    return "\n".join(lines)


def fixes_text(diagnosis: Diagnosis) -> str:
    """Write the fixes that were tried, a line each under a head; empty where none was found."""
    numbered = [f"  {number}. {fix.title} — {fix.effect}" for number, fix in enumerate(diagnosis.fixes, start=1)]
    return "\n".join(["What would help:", *numbered]) if numbered else ""


def _problem_lines(diagnosis: Diagnosis) -> Iterator[str]:
    if diagnosis.problem:
        yield f"Does not fit together: {diagnosis.problem}."
        yield f"It takes {diagnosis.wanted}."
        if fixes := fixes_text(diagnosis):
            yield f"\n{fixes}"


def _finding_text(finding: Finding) -> str:
    fix = f" {finding.fix.title} — {finding.fix.effect}." if finding.fix else ""
    return f"{capitalized(finding.severity)}: {finding.title}. {capitalized(finding.reason)}.{fix}"
