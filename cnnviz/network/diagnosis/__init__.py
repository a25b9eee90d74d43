"""Why a network does not fit together, what would help, and what is probably not meant where it does."""

from cnnviz.network.diagnosis.case import case_of
from cnnviz.network.diagnosis.findings import findings
from cnnviz.network.diagnosis.records import Diagnosis, Finding, Fix
from cnnviz.network.diagnosis.remedies import remedy_for
from cnnviz.network.diagnosis.trial import best_fixes
from cnnviz.network.infer import infer_shapes
from cnnviz.network.spec import Network

__all__ = ["Diagnosis", "Finding", "Fix", "diagnose"]


def diagnose(network: Network, *, classes: int | None = None) -> Diagnosis:
    """Return why a network does not fit together and up to four fixes that were tried, and warnings on what fits.

    A fix is offered only where the network then gets further than before; its `effect` says how far. `classes` is how
    many classes the data has, where that is known.
    Raises SpecError for a layer that is wrong in itself.
    """
    inferred = infer_shapes(network)
    warnings = findings(network, inferred, classes=classes)
    if inferred.problem is None:
        return Diagnosis(None, "", (), warnings)
    case = case_of(network, inferred)
    remedy = remedy_for(case)
    return Diagnosis(inferred.problem, remedy.wanted(case), best_fixes(case, remedy.families), warnings)
