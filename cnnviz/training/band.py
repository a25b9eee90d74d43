"""Where a run's result lies among the results that Dive into Deep Learning has published for its network.

The book is built again and again, and every build trains its networks anew: the spreads below are over these builds.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from cnnviz.network.document import parse
from cnnviz.network.presets import preset
from cnnviz.network.spec import Network
from cnnviz.training.differences import Difference, difference_text, recipe_differences
from cnnviz.training.published import published_recipe
from cnnviz.training.recipe import Recipe
from cnnviz.training.records import Run


@dataclass(frozen=True)
class Spread:
    """The median of a number over the book's builds, and its 5th and 95th percentile; failed builds are left out."""

    median: float
    low: float
    high: float

    def place(self, value: float) -> str:
        """Say where a value lies: below, inside or above."""
        return "below" if value < self.low else "above" if value > self.high else "inside"


@dataclass(frozen=True)
class Published:
    """What 10 epochs gave: `examples_per_s` is the median on a V100, `stuck` the share that learned nothing."""

    loss: Spread
    test_acc: Spread
    examples_per_s: int
    stuck: float = 0.0


PUBLISHED: Mapping[str, Published] = {
    "lenet": Published(Spread(0.468, 0.455, 0.485), Spread(0.806, 0.774, 0.824), 55297),
    "alexnet": Published(Spread(0.329, 0.325, 0.333), Spread(0.881, 0.871, 0.885), 3942),
    "vgg11-narrow": Published(Spread(0.177, 0.170, 0.184), Spread(0.919, 0.911, 0.924), 2464),
    "nin": Published(Spread(0.373, 0.331, 1.45), Spread(0.851, 0.476, 0.878), 3088, stuck=0.08),
    "googlenet": Published(Spread(0.246, 0.238, 0.278), Spread(0.889, 0.855, 0.898), 3266, stuck=0.02),
    "bn-lenet": Published(Spread(0.264, 0.218, 0.274), Spread(0.849, 0.682, 0.889), 32294),
    "resnet18": Published(Spread(0.013, 0.009, 0.019), Spread(0.913, 0.848, 0.922), 5033),
    "densenet": Published(Spread(0.150, 0.140, 0.158), Spread(0.878, 0.779, 0.909), 5626),
}
"""The book's results by preset, on Fashion-MNIST."""

NOT_OF_THE_RESULT = ("device", "devices", "seed", "compile", "channels_last", "statistics", "trackers")
"""Settings by which the book's own builds may differ too, or that change no result."""


@dataclass(frozen=True)
class Standing:
    """A finished run beside the book's results; `differences` are those of the book's recipe to the run's."""

    loss: float | None
    test_acc: float
    published: Published
    differences: tuple[Difference, ...]


def standing(run: Run) -> Standing | None:
    """Return where a run stands, or None for one that is not finished or whose network the book has no results for."""
    if run.status != "finished" or run.test_acc is None:
        return None
    network = parse(run.network)
    name = next((name for name in PUBLISHED if _is_alike(network, preset(name))), None)
    if name is None:
        return None
    return Standing(run.loss, run.test_acc, PUBLISHED[name], _differences(preset(name), run.recipe))


def _is_alike(network: Network, other: Network) -> bool:
    """Whether two networks compute the same, whatever they are called."""
    return (network.input_shape, network.width, network.layers) == (other.input_shape, other.width, other.layers)


def _differences(network: Network, recipe: Recipe) -> tuple[Difference, ...]:
    found = recipe_differences(published_recipe(network), recipe)
    return tuple(each for each in found if each.name not in NOT_OF_THE_RESULT)


def standing_text(standing: Standing) -> str:
    """Say in one or two sentences where a run stands, and whether its recipe is the book's."""
    measured = [_text("test accuracy", standing.test_acc, standing.published.test_acc)]
    if standing.loss is not None:
        measured.append(_text("loss", standing.loss, standing.published.loss))
    text = f"{' and '.join(measured)}, where 90 % of the book's own results lie."
    if standing.differences:
        settings = ", ".join(map(difference_text, standing.differences))
        return f"Not the book's recipe ({settings}), so its results are only for orientation: {text}"
    return f"{text[0].upper()}{text[1:]}{_stuck_text(standing)}"


def _text(name: str, value: float, spread: Spread) -> str:
    return f"{name} {value:.3f} is {spread.place(value)} {spread.low:.3f} to {spread.high:.3f}"


def _stuck_text(standing: Standing) -> str:
    """Say that the book's builds got stuck too where the run did: a loss at that of guessing among ten classes."""
    share, guessing = standing.published.stuck, math.log(10)
    if not share or standing.loss is None or not math.isclose(standing.loss, guessing, abs_tol=0.01):
        return ""
    return f" It learned nothing, as about {share:.0%} of the book's own runs of this network."
