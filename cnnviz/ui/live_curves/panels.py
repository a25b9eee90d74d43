"""Which curves are drawn, in which panels: those of the book, those of the machine, and those of each layer."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Dash = Literal["solid", "dash", "dashdot", "dot"]


@dataclass(frozen=True)
class Curve:
    """A line: the column that it shows, and how.

    Curves of one `group` stand in the legend once. One that is `smooth` follows the smoothing that is asked for.
    """

    name: str
    label: str
    colour: str
    dash: Dash = "solid"
    panel: int = 0
    group: str = ""
    smooth: bool = True


@dataclass(frozen=True)
class Panel:
    """A pair of axes; `unit` follows the numbers of the upright one, which `format` writes as d3 does.

    One with a `legend` has its curves told apart beneath it; of a plot at most one has.
    """

    title: str = ""
    log: bool = False
    unit: str = ""
    format: str = ""
    legend: bool = False


@dataclass(frozen=True)
class Plot:
    """Panels and the curves in them; what a person chooses is remembered by the plot's name."""

    name: str
    panels: Sequence[Panel]
    curves: Sequence[Curve]
    height: int
    has_chips: bool = False
    has_legend: bool = False
    offers_log: bool = False


# As the book draws them: one axis, and a line of its own kind for each, so that they are told apart without colour.
RESULTS = Plot(
    "results",
    (Panel(),),
    (
        Curve("train_loss", "train loss", "#0072b2", "solid"),
        Curve("train_acc", "train acc", "#cc79a7", "dash"),
        Curve("valid_acc", "valid acc", "#d55e00", "dot", smooth=False),
        Curve("test_acc", "test acc", "#009e73", "dashdot", smooth=False),
    ),
    height=360,
    has_chips=True,
    offers_log=True,
)

MACHINE = Plot(
    "machine",
    (
        Panel("Learning rate"),
        Panel("Examples/s", format="~s", legend=True),
        Panel("Memory", unit="B", format=".3~s"),
        Panel("Load", format=".0%"),
    ),
    (
        Curve("lr", "learning rate", "#0072b2", smooth=False),
        Curve("examples_per_s", "as the book times it", "#d55e00", "solid", 1),
        Curve("wall_examples_per_s", "wall clock", "#e69f00", "dash", 1),
        Curve("memory_bytes", "memory", "#009e73", "solid", 2, smooth=False),
        Curve("load", "load", "#cc79a7", "solid", 3),
    ),
    height=265,
)

MEASURES: Mapping[str, Panel] = {
    "gradient_norm": Panel("Gradient norm", log=True),
    "update_ratio": Panel("Update ÷ weights", log=True),
    "dead_share": Panel("Dead units", format=".0%"),
}

# From the first layer to the last, each with a contrast of 3 or more to the page when light and when dark.
DEPTHS = ("#7a5cd6", "#2b7cc9", "#1a979e", "#2e8540", "#9c8c00", "#d6761c", "#c2334f")

RUN_COLOURS = (
    "#0072b2",
    "#d55e00",
    "#009e73",
    "#cc79a7",
    "#e69f00",
    "#56b4e9",
    "#8c6bb1",
    "#8c564b",
    "#7f7f7f",
    "#b5a300",
)


def layer_column(measure: str, path: str) -> str:
    """Return the name of the column of a layer's statistic."""
    return f"{measure} {path}"


def layer_plot(names: Mapping[str, str], measured: Container[str]) -> Plot:
    """Return the panels of the layers' statistics, but for those in which no layer has a number.

    `names` is what each layer is called, by its path, in their order; `measured` are the columns with numbers.
    """
    measures = [each for each in MEASURES if any(layer_column(each, path) in measured for path in names)]
    curves = [
        Curve(layer_column(measure, path), name, _depth_colour(place, len(names)), panel=panel, group=path)
        for place, (path, name) in enumerate(names.items())
        for panel, measure in enumerate(measures)
    ]
    return Plot("layers", tuple(MEASURES[each] for each in measures), tuple(curves), height=330, has_legend=True)


def _depth_colour(place: int, num_layers: int) -> str:
    return DEPTHS[round(place * (len(DEPTHS) - 1) / max(1, num_layers - 1))]
