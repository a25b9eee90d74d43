"""Alarms on what is recorded of each layer: gradients that explode or vanish, units that are dead."""

import math
from collections.abc import Sequence

from cnnviz.formatting import percent_text
from cnnviz.training.alarms.evidence import Alarm, Evidence, LayerLike, Suggestion
from cnnviz.training.alarms.suggestions import clipped, initialized, lower_lr

LARGE_STEP = 1.0  # of a layer's weights, changed by one step; 0.001 is usual
SMALL_STEP, SMALL_GRADIENT = 1e-6, 1e-4  # of a layer's weights; of the largest gradient of a layer
MOST_DEAD, LEAST_BATCH = 0.6, 8  # of few images many units see nothing that they are for
PATIENCE_STEPS = 200


def exploding(evidence: Evidence) -> Alarm | None:
    """Tell of a step at one of the last three points that changed a layer's weights by more than their size."""
    layers = [layer for row in evidence.layers[-3:] for layer in row]
    worst = max(layers, key=_size, default=None)
    if worst is None or _size(worst) < LARGE_STEP:
        return None
    return Alarm(
        "Gradients explode",
        f"One step changed the weights of {evidence.named(worst.path)} by {_size(worst):.1g} times their size, where "
        f"0.001 is usual; the norm of its gradient was {worst.gradient_norm or math.inf:.2g}.",
        (*clipped(evidence.recipe), lower_lr(evidence.recipe, 10)),
    )


def _size(layer: LayerLike) -> float:
    """Return how far a step moved a layer's weights; 0 where that is no number, as for weights that were 0."""
    ratio = layer.update_ratio
    return ratio if ratio is not None and math.isfinite(ratio) else 0.0


def vanishing(evidence: Evidence) -> Alarm | None:
    """Tell of layers that get next to no gradient at six points on end."""
    rows = evidence.recent(6)
    if not rows or evidence.train[-1].step < PATIENCE_STEPS:
        return None
    found = [_faint(row) for row in rows]
    if not all(found):
        return None
    (layer, share), num_faint = found[-1][0], len(found[-1])
    more = f", and {num_faint - 1} more like it" if num_faint > 1 else ""
    return Alarm(
        "Gradients vanish",
        f"The gradient of {evidence.named(layer.path)} is {share:.1g} of the largest one{more}: a step changes its "
        f"weights by {layer.update_ratio or 0:.1g} of their size, so it does not learn.",
        (
            Suggestion("Put ReLU() in the place of Sigmoid() or Tanh(), whose slope is at most 0.25 or 1"),
            Suggestion("Put BatchNorm2d() or BatchNorm1d() before each activation"),
            *initialized(evidence.recipe, "kaiming"),
        ),
    )


def _faint(row: Sequence[LayerLike]) -> list[tuple[LayerLike, float]]:
    """Return the layers whose gradient is next to nothing, and its share of the largest one."""
    largest = max((layer.gradient_norm or 0.0 for layer in row), default=0.0)
    shares = [(layer, layer.gradient_norm / largest) for layer in row if layer.gradient_norm is not None and largest]
    return [
        (layer, share)
        for layer, share in shares
        if share < SMALL_GRADIENT and layer.update_ratio is not None and layer.update_ratio < SMALL_STEP
    ]


def dead(evidence: Evidence) -> Alarm | None:
    """Tell of a layer most of whose units are dead at three points on end."""
    rows = [{layer.path: layer.dead_share or 0.0 for layer in row} for row in evidence.recent(3)]
    if not rows or evidence.recipe.batch_size < LEAST_BATCH:
        return None
    shares = {path: min(row.get(path, 0.0) for row in rows) for path in rows[-1]}
    path = max(shares, key=lambda each: shares[each], default="")
    if shares.get(path, 0.0) <= MOST_DEAD:
        return None
    return Alarm(
        "Most units are dead",
        f"{percent_text(shares[path])} of the units of {evidence.named(path)} give 0 for every image, so they have no "
        "gradient and cannot come back. A step that was too large most often causes it.",
        (
            lower_lr(evidence.recipe, 10),
            *initialized(evidence.recipe, "kaiming"),
            Suggestion("Put LeakyReLU() in the place of ReLU(), or BatchNorm2d() before it"),
        ),
    )
