"""What goes wrong in a run, told from what is recorded of it: its name, its cause in numbers, and what to try."""

from collections.abc import Callable, Mapping, Sequence

from cnnviz.training.alarms.evidence import Alarm, Evidence, LayerLike, PointLike, Suggestion
from cnnviz.training.alarms.layers import dead, exploding, vanishing
from cnnviz.training.alarms.losses import not_finite, overfitting, stuck, too_high
from cnnviz.training.recipe import Recipe

__all__ = ["Alarm", "Suggestion", "alarms"]

_CHECKS: tuple[Callable[[Evidence], Alarm | None], ...] = (exploding, too_high, vanishing, dead, stuck, overfitting)


def alarms(
    points: Sequence[PointLike],
    layers: Sequence[Sequence[LayerLike]],
    recipe: Recipe,
    num_classes: int,
    *,
    kinds: Mapping[str, str] | None = None,
) -> tuple[Alarm, ...]:
    """Return what goes wrong in a run, the gravest first; nothing where it goes well or it is too early to tell.

    `points` and `layers` are in their order and may begin later than the run. `layers` are the statistics of each
    metric point, none where they are not recorded, and `kinds` the kinds of layers by path, for the words.
    """
    evidence = Evidence(points, layers, recipe, num_classes, kinds or {})
    if not evidence.train:
        return ()
    if alarm := not_finite(evidence):
        return (alarm,)  # all else follows from it
    found = {check: alarm for check in _CHECKS if (alarm := check(evidence))}
    if stuck in found and found.keys() & {vanishing, dead}:
        del found[stuck]  # these tell why
    return tuple(found.values())
