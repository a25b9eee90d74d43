"""What a diagnosis says: the problem and the fixes that were found to help, and warnings on what fits."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from cnnviz.network.document import to_text
from cnnviz.network.infer import Problem
from cnnviz.network.spec import Network

Severity = Literal["note", "warning"]


@dataclass(frozen=True)
class Fix:
    """A change that was tried: its title in the imperative, the changed network, and what comes of it in words."""

    title: str
    network: Network
    effect: str

    def to_dict(self) -> dict[str, Any]:
        """Return the fix as JSON's types, its network as the text that `cnnviz.parse` reads."""
        return {"title": self.title, "effect": self.effect, "network": to_text(self.network)}


@dataclass(frozen=True)
class Finding:
    """Something in layers that fit which is probably not meant: a "warning", or a "note" on what it costs.

    `paths` are the layers that it concerns, in the order they run.
    """

    title: str
    reason: str
    paths: tuple[str, ...]
    severity: Severity
    fix: Fix | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the finding as JSON's types."""
        return {
            "title": self.title,
            "reason": self.reason,
            "paths": list(self.paths),
            "severity": self.severity,
            "fix": self.fix and self.fix.to_dict(),
        }


@dataclass(frozen=True)
class Diagnosis:
    """What is wrong with a network and what would help; `problem` is None where all of it fits together.

    `wanted` says what the failing layer would have taken. `fixes` are the best ones first.
    """

    problem: Problem | None
    wanted: str
    fixes: tuple[Fix, ...]
    warnings: tuple[Finding, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the diagnosis as JSON's types."""
        return {
            "problem": self.problem and asdict(self.problem),
            "wanted": self.wanted,
            "fixes": [fix.to_dict() for fix in self.fixes],
            "warnings": [warning.to_dict() for warning in self.warnings],
        }
