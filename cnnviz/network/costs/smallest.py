"""The smallest image that a network takes."""

from collections.abc import Callable, Iterator

from cnnviz.network.edits import layer_at, place_of
from cnnviz.network.infer import Problem, infer_shapes
from cnnviz.network.layers import LAYERS
from cnnviz.network.spec import MAX_SIZE, Network

_SCANNED = 256  # sizes tried one by one

Fits = Callable[[int], Problem | None]


def smallest_input(network: Network) -> tuple[int, int] | None:
    """Return the smallest (height, width) with which the whole network works.

    It is the smallest square, and of that the least height and then the least width. A network that takes no square,
    as one with a given `in_features` may not, is narrowed from its own input shape; None where that does not work
    either.
    Raises SpecError for a layer that is wrong in itself.
    """
    channels, *own = network.input_shape

    def problem(height: int, width: int) -> Problem | None:
        return infer_shapes(network.model_copy(update={"input_shape": (channels, height, width)})).problem

    side = _smallest(network, lambda size: problem(size, size), MAX_SIZE)
    high, wide = (side, side) if side else own
    if side is None and problem(high, wide):
        return None
    height = _smallest(network, lambda size: problem(size, wide), high) or high
    width = _smallest(network, lambda size: problem(height, size), wide) or wide
    return height, width


def _smallest(network: Network, fits: Fits, most: int) -> int | None:
    """Return the smallest size that fits, at most `most`.

    Maps never shrink where the image grows, so that the least size with room for every window is found by halving.
    From there on only branches can refuse, that meet at even sizes for instance, and those are tried one by one.
    """

    def has_room(size: int) -> bool:
        problem = fits(size)
        return problem is None or not _is_too_small(network, problem)

    if not has_room(most):
        return None
    low, high = 0, 1  # the largest size known to lack room, and one that may have it
    while not has_room(high):
        low, high = high, min(2 * high, most)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if has_room(middle) else (middle, high)
    return _first(network, fits, range(high, min(most, high + _SCANNED) + 1))


def _first(network: Network, fits: Fits, sizes: range) -> int | None:
    for size in sizes:
        problem = fits(size)
        if problem is None:
            return size
        if _is_too_large(network, problem):
            return None
    return None


def _is_too_small(network: Network, problem: Problem) -> bool:
    """Return whether no smaller image works either: a window does not fit, or fewer values arrive than were given."""
    if LAYERS[problem.kind].role in ("convolution", "pooling"):
        return True
    return any(arriving < given for arriving, given in _given(network, problem))


def _is_too_large(network: Network, problem: Problem) -> bool:
    """Return whether no larger image works either: more values arrive than were given."""
    return any(arriving > given for arriving, given in _given(network, problem))


def _given(network: Network, problem: Problem) -> Iterator[tuple[int, int]]:
    """Yield, for parameters that follow from the input but were given, the numbers that arrive and those given."""
    layer, shape = layer_at(network, place_of(network, problem.path)), problem.input_shape
    for name, param in LAYERS[layer.kind].params.items() if layer.kind == problem.kind else ():
        given = layer.params.get(name) if param.follows else None
        if isinstance(given, tuple):
            yield from zip(shape[-len(given) :], given, strict=False)
        elif isinstance(given, int):
            yield shape[0] if param.follows == "channels" else shape[-1], given
