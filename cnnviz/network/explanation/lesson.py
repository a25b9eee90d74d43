"""What is taught of a layer kind: the shape of every entry of LESSONS."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from cnnviz.network.explanation.records import Formula
from cnnviz.network.explanation.weights import Weights
from cnnviz.network.infer import Node


def _nothing(node: Node) -> tuple[()]:
    return ()


def _learns_nothing(node: Node) -> None:
    return None


@dataclass(frozen=True)
class Lesson:
    """What is taught of one layer kind, each as a function of a layer that fits.

    `what` says in two sentences what it does, with its own numbers. `formulas` are those that no other kind has, such
    as what an activation makes of each value; `weights` says what it learns; `notes` what is worth knowing beside.
    """

    what: Callable[[Node], tuple[str, str]]
    formulas: Callable[[Node], Iterable[Formula]] = _nothing
    weights: Callable[[Node], Weights | None] = _learns_nothing
    notes: Callable[[Node], Iterable[str]] = _nothing
