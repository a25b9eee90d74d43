"""What is taught of layers that act on each value by itself, and of those that drop values."""

import math
from collections.abc import Callable, Iterator, Mapping

from cnnviz.formatting import plural, shape_text
from cnnviz.network.checks import whole
from cnnviz.network.explanation.lesson import Lesson
from cnnviz.network.explanation.records import Formula
from cnnviz.network.explanation.terms import (
    Term,
    bracketed,
    call,
    exponential,
    minus,
    number,
    root,
    symbol,
    term,
)
from cnnviz.network.explanation.weights import Weights
from cnnviz.network.explanation.writing import X, definition, number_text, setting
from cnnviz.network.infer import Node

_EACH = "Each value"


def _positive() -> Term:
    return call("max", 0, X)


def _negative() -> Term:
    return call("min", 0, X)


def _hard_share() -> Term:
    return call("min", 1, call("max", 0, X / 6 + number(1) / 2))


def _elu(node: Node) -> Term:
    bent, alpha = bracketed(exponential(_negative()) - 1), setting(node, "alpha")
    return _positive() + (bent if alpha == 1 else number(alpha) * bent)


def _gelu(node: Node) -> Iterator[Formula]:
    if node.params["approximate"] == "none":
        yield definition(_EACH, X * symbol(r"\Phi(x)", "Φ(x)"), result="a normal distribution's share below x is Φ(x)")
        return
    bend = symbol("u")
    yield definition(_EACH, X / 2 * (number(1) + call("tanh", bend)))
    cube = X + number(0.044715) * X**3
    yield definition("With", root(number(2) / symbol(r"\pi", "π")) * cube, left=bend)


def _softmax(node: Node) -> Term:
    total = Term(r"\sum_j e^{x_j}", "Σⱼ e^xⱼ")
    return Term("e^{x_i}", "e^xᵢ") / total


def _activation(
    says: str | Callable[[Node], str],
    computes: Callable[[Node], Term],
    *,
    weights: Callable[[Node], Weights | None] = lambda node: None,
) -> Lesson:
    """Return the lesson of a function of each value: what it does, and what y is."""

    def what(node: Node) -> tuple[str, str]:
        return says if isinstance(says, str) else says(node), _by_itself(node)

    def formulas(node: Node) -> Iterator[Formula]:
        yield definition(_EACH, computes(node))

    return Lesson(what, formulas, weights)


def _by_itself(node: Node) -> str:
    values = f"{math.prod(node.input_shape):,} values by itself"
    learned = "learns nothing" if not node.num_params else f"learns {plural(node.num_params, 'slope')}"
    return f"It does this to each of the {values}, keeps the shape {shape_text(node.input_shape)} and {learned}."


def _slopes(node: Node) -> Weights:
    return Weights(term(whole(node.params["num_parameters"])), rule="slopes")


def _summed(node: Node) -> str:
    dim = whole(node.params["dim"]) % (len(node.input_shape) + 1)
    return f"the {node.input_shape[dim - 1]:,} values of dimension {dim}" if dim else "the images of a batch"


def _softmax_what(node: Node) -> tuple[str, str]:
    return (
        f"Turns {_summed(node)} into shares between 0 and 1 that add up to 1, "
        "the largest value into the largest share.",
        "Cross-entropy, the usual loss, does this itself: before it, a Softmax is one too many.",
    )


def _shares(node: Node) -> Iterator[Formula]:
    yield definition("Each share", _softmax(node), left=symbol("y_i", "yᵢ"))


def _log_softmax_what(node: Node) -> tuple[str, str]:
    return (
        f"Turns {_summed(node)} into the logarithms of shares that add up to 1, which are all below 0.",
        "Cross-entropy, the usual loss, does this itself, and its value is the same without this layer.",
    )


def _log_shares(node: Node) -> Iterator[Formula]:
    value = Term("x_i", "xᵢ") - call("ln", Term(r"\sum_j e^{x_j}", "Σⱼ e^xⱼ"))
    yield definition("Each share", value, left=symbol("y_i", "yᵢ"))


def _unchanged(node: Node) -> tuple[str, str]:
    return "Passes its input on unchanged.", f"It keeps the shape {shape_text(node.input_shape)} and learns nothing."


def _dropping(what: str) -> Callable[[Node], tuple[str, str]]:
    """Return the sentences of a dropout of values, or of channels."""

    def sentences(node: Node) -> tuple[str, str]:
        p = setting(node, "p")
        factor = "" if p in (0, 1) else f" and multiplies the others by {number_text(1 / (1 - p))}"
        kept = f"{factor}, so that the mean stays" if factor else ""
        return (
            f"While training, sets each {what} to 0 with probability {number_text(p)}{kept}.",
            f"In use it does nothing; having learned with {what}s missing, no layer relies on a single one.",
        )

    return sentences


def _dropped(node: Node) -> Iterator[Formula]:
    p = setting(node, "p")
    if p < 1:
        yield definition("While training", X / (number(1) - number(p)), result="for those that are kept, and 0 else")


ACTIVATIONS: Mapping[str, Lesson] = {
    "ReLU": _activation("Sets every negative value to 0 and passes the others on.", lambda node: _positive()),
    "ReLU6": _activation(
        "Sets every negative value to 0 and everything above 6 to 6.", lambda node: call("min", _positive(), 6)
    ),
    "LeakyReLU": _activation(
        lambda node: (
            "Passes positive values on and multiplies negative ones by "
            f"{number_text(setting(node, 'negative_slope'))}, so that a unit keeps learning below 0 too."
        ),
        lambda node: _positive() + number(setting(node, "negative_slope")) * _negative(),
    ),
    "PReLU": _activation(
        lambda node: (
            "Passes positive values on and multiplies negative ones by a slope a that is learned, from "
            f"{number_text(setting(node, 'init'))} on."
        ),
        lambda node: _positive() + symbol("a") * _negative(),
        weights=_slopes,
    ),
    "ELU": _activation(
        lambda node: (
            "Passes positive values on and bends negative ones smoothly towards "
            f"−{number_text(setting(node, 'alpha'))}."
        ),
        _elu,
    ),
    "GELU": Lesson(
        lambda node: (
            "Multiplies each value by the share of a normal distribution below it, a ReLU with a smooth bend.",
            _by_itself(node),
        ),
        _gelu,
    ),
    "SiLU": _activation(
        "Multiplies each value by its sigmoid, a ReLU with a smooth bend; also called swish.",
        lambda node: X / (number(1) + exponential(minus(X))),
    ),
    "Sigmoid": _activation(
        "Squeezes every value between 0 and 1; far from 0 the curve is flat, and learning slow.",
        lambda node: number(1) / (number(1) + exponential(minus(X))),
    ),
    "Tanh": _activation(
        "Squeezes every value between −1 and 1; far from 0 the curve is flat, and learning slow.",
        lambda node: call("tanh", X),
    ),
    "Hardsigmoid": _activation(
        "Sigmoid made of three straight lines: 0 below −3, 1 above 3, and a slope between.", lambda node: _hard_share()
    ),
    "Hardswish": _activation(
        "SiLU made of straight lines and a parabola: 0 below −3, the value itself above 3.",
        lambda node: X * _hard_share(),
    ),
    "Softmax": Lesson(_softmax_what, _shares),
    "LogSoftmax": Lesson(_log_softmax_what, _log_shares),
    "Identity": Lesson(_unchanged),
}
REGULARISATION: Mapping[str, Lesson] = {
    "Dropout": Lesson(_dropping("value"), _dropped),
    "Dropout2d": Lesson(_dropping("channel"), _dropped),
}
