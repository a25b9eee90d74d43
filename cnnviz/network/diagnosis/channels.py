"""Fixes for numbers of channels and features that do not go together."""

import math
from collections.abc import Iterator

from cnnviz.network.checks import whole
from cnnviz.network.diagnosis.case import Case
from cnnviz.network.diagnosis.ideas import Idea, adjusted, inserting, setting
from cnnviz.network.diagnosis.spots import Spot
from cnnviz.network.edits import Place
from cnnviz.network.layers import LAYERS
from cnnviz.network.spec import Layer, Shape, Value


def following(layer: Layer) -> dict[str, Value]:
    """Return the parameters of a layer that follow from its input and yet are given."""
    params = LAYERS[layer.kind].params
    return {name: value for name, value in layer.params.items() if params[name].follows}


def mismatched(layer: Layer, shape: Shape) -> dict[str, Value]:
    """Return what would have to be given instead, for the parameters that follow from the input and are otherwise."""
    arriving = {name: _arriving(layer, name, shape) for name in following(layer)}
    return {name: value for name, value in arriving.items() if value != layer.params[name]}


def _arriving(layer: Layer, name: str, shape: Shape) -> Value:
    given = layer.params[name]
    if isinstance(given, tuple):
        return shape if shape[-len(given) :] != given else given
    return shape[0] if LAYERS[layer.kind].params[name].follows == "channels" else shape[-1]


def inferred(case: Case) -> Iterator[Idea]:
    """Leave out what follows from the input; after one wrong number the next ones are often wrong too."""
    for name, value in following(case.spot.layer).items():
        title = f"Leave {name}={value!r} out of {case.spot.name}, so that it follows from its input"
        yield Idea(title, (case.spot.leaving_out(name),))
    spots = [spot for spot in _all_spots(case.network.layers) if following(spot.layer)]
    names = sorted({name for spot in spots for name in following(spot.layer)})
    title = f"Leave {' and '.join(names)} out of all {len(spots)} layers that have them"
    yield Idea(title, tuple(spot.leaving_out(*following(spot.layer)) for spot in spots))


def as_arriving(case: Case) -> Iterator[Idea]:
    """Write what really arrives."""
    yield from setting(case.spot, **mismatched(case.spot.layer, case.shape))


def source_of_what_is_wanted(case: Case) -> Iterator[Idea]:
    """Let the layer before make as many channels or features as this one was written for."""
    for value in following(case.layer).values():
        if isinstance(value, int):
            yield from source_of(case, value)


def source_of(case: Case, *counts: int) -> Iterator[Idea]:
    """Let the nearest layer before that sets the number of channels or features make another number of them."""
    for node in case.upstream:
        name = node.kind.features
        if name is not None and node.params.get(name) == case.shape[0]:
            ideas = (setting(case.spot_of(node.path), **{name: adjusted(count, case.network)}) for count in counts)
            yield from (_following_too(case, idea) for each in ideas for idea in each)
            return


def _following_too(case: Case, idea: Idea) -> Idea:
    """Let the failing layer follow another number of channels, where it was written for those that now arrive."""
    names = [name for name, value in following(case.spot.layer).items() if value == case.shape[0]]
    if not names:
        return idea
    title = f"{idea.title}, and leave {' and '.join(names)} out of {case.spot.name}"
    return Idea(title, (*idea.edits, case.spot.leaving_out(*names)))


def depthwise(case: Case) -> Iterator[Idea]:
    """As many groups as channels, where as many come out as go in."""
    if case.shape[0] == case.params["out_channels"]:
        yield from setting(case.spot, f", one for each of its {case.shape[0]} channels", groups=case.shape[0])


def groups_that_divide(case: Case) -> Iterator[Idea]:
    """The most groups, up to those asked for, that divide both numbers of channels."""
    channels, made = case.shape[0], whole(case.params["out_channels"])
    most = _largest_divisor(math.gcd(channels, made), whole(case.params["groups"]))
    why = (
        f", which divides its {channels} input and {made} output channels" if most > 1 else ", an ordinary convolution"
    )
    yield from setting(case.spot, why, groups=most)


def out_channels_for_groups(case: Case) -> Iterator[Idea]:
    """The next multiple of the groups."""
    groups, made = whole(case.params["groups"]), whole(case.params["out_channels"])
    yield from setting(case.spot, out_channels=adjusted(next_multiple(made, groups), case.network))


def source_for_groups(case: Case) -> Iterator[Idea]:
    """Let the layer before make a multiple of the groups."""
    groups = whole(case.params["groups"] if "groups" in case.params else case.params["num_groups"])
    yield from source_of(case, next_multiple(case.shape[0], groups))


def normalisation_groups_that_divide(case: Case) -> Iterator[Idea]:
    """The most groups, up to those asked for, that the channels can be split into."""
    channels, groups = case.shape[0], whole(case.params["num_groups"])
    most = _largest_divisor(channels, groups)
    yield from setting(case.spot, f", which divides its {channels} channels", num_groups=most)


def slopes_that_match(case: Case) -> Iterator[Idea]:
    """One slope for each channel, or one for all."""
    yield from setting(case.spot, num_parameters=case.shape[0])
    yield from setting(case.spot, num_parameters=1)


def source_for_pixels(case: Case) -> Iterator[Idea]:
    """Let the layer before make r² channels for each that is to come out."""
    square = whole(case.params["upscale_factor"]) ** 2
    yield from source_of(case, next_multiple(case.shape[0], square), case.shape[0] * square)


def convolution_for_pixels(case: Case) -> Iterator[Idea]:
    """A 1×1 convolution that makes r² channels for each that is to come out."""
    wanted = next_multiple(case.shape[0], whole(case.params["upscale_factor"]) ** 2)
    conv = Layer("Conv2d", {"out_channels": adjusted(wanted, case.network), "kernel_size": 1})
    yield from inserting(case.spot, conv)


def factor_for_channels(case: Case) -> Iterator[Idea]:
    """The largest factor whose square divides the channels."""
    for factor in range(whole(case.params["upscale_factor"]) - 1, 1, -1):
        if case.shape[0] % factor**2 == 0:
            yield from setting(case.spot, upscale_factor=factor)


def next_multiple(number: int, of: int) -> int:
    """Return the smallest multiple that is not below a number."""
    return -(-number // of) * of


def _largest_divisor(number: int, limit: int) -> int:
    return next(each for each in range(min(number, limit), 0, -1) if number % each == 0)


def _all_spots(layers: tuple[Layer, ...], place: Place = ()) -> Iterator[Spot]:
    """Yield every layer that is written, without a path."""
    for index, layer in enumerate(layers):
        yield Spot("", (*place, index), layer)
        for number, part in enumerate(layer.parts):
            yield from _all_spots(part, (*place, index, number))
