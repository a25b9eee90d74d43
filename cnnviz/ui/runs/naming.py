"""What runs are called where several stand together."""

from collections.abc import Sequence

from cnnviz.training.records import Run


def names_of(runs: Sequence[Run]) -> dict[str, str]:
    """Return what runs are called, by id: their name, and the id where two have the same."""
    names = [run.name for run in runs]
    return {run.id: run.name if names.count(run.name) == 1 else f"{run.name} {run.id}" for run in runs}
