"""Fixes are tried before they are offered: an idea is made, its network's shapes are inferred, and how far it gets."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from cnnviz.errors import SpecError
from cnnviz.network.diagnosis.case import WORKS, Case, Progress, progress
from cnnviz.network.diagnosis.ideas import Family, Idea
from cnnviz.network.diagnosis.records import Fix
from cnnviz.network.infer import Inferred, infer_shapes
from cnnviz.network.spec import Network

MAX_FIXES = 4
MAX_IDEAS = 16  # of one family


@dataclass(frozen=True)
class Attempt:
    """An idea that was tried, and how far the network then gets."""

    idea: Idea
    network: Network
    inferred: Inferred
    progress: Progress

    @property
    def fix(self) -> Fix:
        """The fix to offer."""
        problem = self.inferred.problem
        effect = f"reaches layer {problem.path} ({problem.kind})" if problem else "the whole network works"
        return Fix(self.idea.title, self.network, effect)


def best_fixes(case: Case, families: Iterable[Family]) -> tuple[Fix, ...]:
    """Return the best idea of each family that gets the network further, the best first: whichever gets furthest.

    Of equally good ones the earlier family comes first.
    """
    best: list[Attempt] = []
    for family in families:
        attempt = _best_of(case, family)
        if attempt and all(attempt.network != other.network for other in best):
            best.append(attempt)
    best.sort(key=lambda attempt: attempt.progress, reverse=True)
    return tuple(attempt.fix for attempt in best[:MAX_FIXES])


def attempt(idea: Idea, network: Network) -> Attempt | None:
    """Return what comes of an idea, or None when it cannot be carried out."""
    try:
        changed = idea.changed(network)
        inferred = infer_shapes(changed)
    except SpecError:
        return None
    return Attempt(idea, changed, inferred, progress(changed, inferred))


def _best_of(case: Case, family: Family) -> Attempt | None:
    """Return the first idea of a family that makes the whole network work, else the one that gets furthest."""
    best: Attempt | None = None
    for idea in islice(family(case), MAX_IDEAS):
        tried = attempt(idea, case.network)
        if tried and tried.progress > (best.progress if best else case.progress):
            best = tried
        if best and best.progress == WORKS:
            break
    return best
