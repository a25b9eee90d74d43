"""Alarms on the loss and the accuracies: not a number, stuck, rising, swinging, or learnt by heart."""

import math
from collections.abc import Sequence
from itertools import pairwise

from cnnviz.formatting import percent_text
from cnnviz.training.alarms.evidence import Alarm, Evidence, LayerLike, PointLike, Suggestion, interval_losses
from cnnviz.training.alarms.suggestions import clipped, initialized, lower_lr, with_lr
from cnnviz.training.recipe import Recipe

PATIENCE_EPOCHS = 2  # the book's LeNet stays near ln 10 for the whole of its first epoch, and then learns
PATIENCE_STEPS = 450
NEAR_CHANCE = (0.97, 1.1)  # times ln(classes)
THROWN = 1.3  # times ln(classes): a loss that only weights which were thrown far off give
LARGEST_LR = {"sgd": 1.0}  # worth trying where a network learns nothing; of the others 0.03
FAR_ABOVE = 0.1  # accuracy on the training examples above that on the test set


def not_finite(evidence: Evidence) -> Alarm | None:
    """Tell of a loss that is no longer a number."""
    first = next((point for point in evidence.train if point.train_loss is None), None)
    if first is None:
        return None
    cause = f"Since step {first.step:,} (epoch {first.epoch:.2g}) the loss is not a number or infinite"
    if path := _firstnot_finite(evidence.layers):
        cause += f"; it began in layer {path}"
    cause += f": one step of lr {evidence.recipe.lr:g} took the weights beyond what numbers can hold."
    return Alarm("The loss is not a number", cause, (lower_lr(evidence.recipe, 10), *clipped(evidence.recipe)))


def _firstnot_finite(layers: Sequence[Sequence[LayerLike]]) -> str | None:
    """Return the layer in which numbers were not finite first; where all were at once, the one that grew fastest."""
    before: Sequence[LayerLike] = ()
    for now in layers:
        bad = [layer for layer in now if not _is_finite(layer.gradient_norm)]
        if bad and len(bad) < len(now):
            return bad[-1].path  # gradients come from the last layer to the first
        if bad:
            grown = max(before, key=lambda layer: layer.update_ratio or 0.0, default=None)
            return grown.path if grown else None
        before = now
    return None


def _is_finite(value: float | None) -> bool:
    return value is not None and math.isfinite(value)


def stuck(evidence: Evidence) -> Alarm | None:
    """Tell of a loss that stays where guessing is, for two epochs and some hundred steps."""
    last = evidence.train[-1]
    patience = max(PATIENCE_EPOCHS, PATIENCE_STEPS / evidence.pace)
    if last.epoch < patience - 1e-9:
        return None
    window = [
        (point, loss) for point, loss in interval_losses(evidence.finite) if point.epoch > last.epoch - patience + 1e-9
    ]
    near = all(_is_near_chance(loss, evidence) for _, loss in window)
    if not window or not near or (last.train_acc or 0.0) > 2 / evidence.num_classes:
        return None
    return Alarm(
        f"Stuck at ln {evidence.num_classes}",
        f"For {_epochs_near_chance(evidence):.3g} epochs the loss has been {window[-1][1]:.3f}, close to ln "
        f"{evidence.num_classes} = {evidence.chance:.3f}, which is what guessing gives: the network has learnt nothing "
        "yet.",
        _out_of_the_plateau(evidence),
    )


def _is_near_chance(loss: float, evidence: Evidence) -> bool:
    return NEAR_CHANCE[0] < loss / evidence.chance < NEAR_CHANCE[1]


def _epochs_near_chance(evidence: Evidence) -> float:
    """Return for how many epochs the loss has been near chance up to now."""
    before = [point for point, loss in interval_losses(evidence.finite) if not _is_near_chance(loss, evidence)]
    return evidence.train[-1].epoch - (before[-1].epoch if before else 0.0)


def _out_of_the_plateau(evidence: Evidence) -> tuple[Suggestion, ...]:
    """Smaller steps where the first ones threw the weights far off, else larger ones unless they are large already."""
    recipe = evidence.recipe
    highest = max(loss for _, loss in evidence.finite)
    was_thrown = highest > THROWN * evidence.chance
    lr = recipe.lr / 10 if was_thrown else recipe.lr * 10
    return (
        *((with_lr(recipe, lr),) if lr <= LARGEST_LR.get(recipe.optimizer, 0.03) else ()),
        *initialized(recipe, "kaiming"),
        Suggestion("Put BatchNorm2d() before each activation, or ReLU() in the place of Sigmoid()"),
    )


def too_high(evidence: Evidence) -> Alarm | None:
    """Tell of a loss that after the first epoch is worse than guessing, rises again, or swings."""
    means = epoch_means(evidence.finite)
    cause = _worse_than_guessing(means, evidence) or _diverging(means, evidence) or _oscillating(means, evidence)
    if cause is None:
        return None
    recipe = evidence.recipe
    has_warm_up = recipe.warmup_epochs or recipe.schedule == "one-cycle"
    warm_up = () if has_warm_up else (Suggestion("Repeat with a warm-up of 1 epoch", {"warmup_epochs": 1.0}),)
    return Alarm("The learning rate is too high", cause, (lower_lr(recipe, 10), lower_lr(recipe, 3), *warm_up))


def epoch_means(points: Sequence[tuple[PointLike, float]]) -> list[float]:
    """Return the mean loss of each epoch, the last one's so far where at least half of it is done."""
    means: dict[int, float] = {}
    for point, loss in points:
        number = math.ceil(point.epoch)
        if point.epoch >= number - 0.5:
            means[number] = loss
    return list(means.values())


def _worse_than_guessing(means: Sequence[float], evidence: Evidence) -> str | None:
    if len(means) < 2 or means[-1] < 1.5 * evidence.chance:
        return None
    return (
        f"After the first epoch the loss is still {means[-1]:.3g}; guessing gives ln {evidence.num_classes} = "
        f"{evidence.chance:.3f}. Steps of lr {evidence.recipe.lr:g} overshoot."
    )


def _diverging(means: Sequence[float], evidence: Evidence) -> str | None:
    best = min(means, default=math.inf)
    if best == math.inf or means[-1] < 1.25 * best or means[-1] - best < 0.2 * evidence.chance:
        return None
    return f"The loss had come down to {best:.3g} and has risen to {means[-1]:.3g} with lr {evidence.recipe.lr:g}."


def _oscillating(means: Sequence[float], evidence: Evidence) -> str | None:
    """Tell of a loss that rises by much in several of the last eight epochs, whatever it falls in the others."""
    recent = means[-8:]
    rises = [after - before for before, after in pairwise(recent) if after > 1.1 * before]
    if sum(rise > 0.05 * evidence.chance for rise in rises) < 2:
        return None
    return (
        f"The loss goes up and down between {min(recent):.3g} and {max(recent):.3g}: steps of lr "
        f"{evidence.recipe.lr:g} overshoot."
    )


def overfitting(evidence: Evidence) -> Alarm | None:
    """Tell of an accuracy in training far above that on the test set, for three epochs."""
    train = {round(point.epoch, 6): point.train_acc or 0.0 for point in evidence.train}
    tests = [point for point in evidence.points if point.test_acc is not None][-3:]
    pairs = [(train.get(round(point.epoch, 6), 0.0), point.test_acc or 0.0) for point in tests]
    if len(pairs) < 3 or min(train_acc - test_acc for train_acc, test_acc in pairs) < FAR_ABOVE:
        return None
    train_acc, test_acc = pairs[-1]
    return Alarm(
        "Overfitting",
        f"{percent_text(train_acc)} of the training examples are right, but only {percent_text(test_acc)} of the "
        "test set, and so for three epochs: the network learns its examples by heart.",
        _against_overfitting(evidence.recipe),
    )


def _against_overfitting(recipe: Recipe) -> tuple[Suggestion, ...]:
    crop = () if recipe.crop else (Suggestion("Repeat with random crops of 2 px", {"crop": 2}),)
    decay = () if recipe.weight_decay else (Suggestion("Repeat with weight decay 0.0005", {"weight_decay": 5e-4}),)
    all_of_them = () if recipe.examples is None else (Suggestion("Repeat with all examples", {"examples": None}),)
    return (*all_of_them, *crop, *decay, Suggestion("Put Dropout(p=0.5) after each Linear() but the last"))
