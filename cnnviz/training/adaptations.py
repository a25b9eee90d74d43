"""Changes with which a network and a recipe go together that do not: each is tried before it is offered."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Self

from cnnviz.errors import RecipeError, SpecError
from cnnviz.formatting import capitalized, shape_text
from cnnviz.network.diagnosis import diagnose
from cnnviz.network.infer import infer_shapes
from cnnviz.network.scaling import with_classes
from cnnviz.network.spec import Layer, Network, Shape
from cnnviz.training.fit import check_fit, check_input
from cnnviz.training.recipe import Recipe, make_recipe


@dataclass(frozen=True)
class Adaptation:
    """A network and a recipe that go together, and in the title, in the imperative, how they come to do so."""

    title: str
    network: Network
    recipe: Recipe


@dataclass(frozen=True)
class _Draft:
    """A network and a recipe, and the steps that led to them."""

    network: Network
    recipe: Recipe
    steps: tuple[str, ...] = ()

    def with_network(self, network: Network, step: str) -> Self:
        return replace(self, network=network, steps=(*self.steps, step))

    def resized(self, resize: int | None) -> Self:
        """Return what comes of another size of the images, if it is another one."""
        resize = None if self.recipe.dataset.image_shape[1:] == (resize, resize) else resize
        if resize == self.recipe.resize:
            return self
        step = "leave the images as they are" if resize is None else f"resize the images to {resize}"
        settings: dict[str, Any] = {**self.recipe.model_dump(), "resize": resize}
        return replace(self, recipe=make_recipe(**settings), steps=(*self.steps, step))

    @property
    def adaptation(self) -> Adaptation:
        *first, last = self.steps
        title = f"{', '.join(first)} and {last}" if first else last
        return Adaptation(capitalized(title), self.network, self.recipe)


def adaptations(network: Network, recipe: Recipe) -> tuple[Adaptation, ...]:
    """Return the changes with which a network takes a recipe's images and ends in one number a class.

    There are none where it does already, or where the network does not fit together in itself.
    Raises RecipeError when there is no such data set.
    """
    start = _Draft(network, recipe)
    if _fits(start) or _output_shape(network) is None:
        return ()
    found: dict[str, _Draft] = {}
    for draft in _for_the_images(start):
        if adapted := next(filter(_fits, _for_the_classes(draft)), None):
            found.setdefault(repr((adapted.network, adapted.recipe)), adapted)
    return tuple(draft.adaptation for draft in found.values())


def _for_the_images(start: _Draft) -> Iterator[_Draft]:
    """Let the images become what the network takes, or the network take the images; the smallest change first."""
    try:
        check_input(start.network.input_shape, start.recipe)
    except RecipeError:
        channels = start.recipe.dataset.image_shape[0]
        _, height, width = start.network.input_shape
        if height == width and 8 <= height <= 1024:
            yield from _with_input(start.resized(height), (channels, height, width))
        for resize in (start.recipe.resize, None):
            draft = start.resized(resize)
            yield from _with_input(draft, draft.recipe.image_shape)
    else:
        yield start


def _with_input(draft: _Draft, shape: Shape) -> Iterator[_Draft]:
    """Give the network an input shape, and mend what does not fit because of that."""
    if draft.network.input_shape == shape:
        yield draft
        return
    changed = draft.with_network(draft.network.replace(input_shape=shape), f"let the network take {shape_text(shape)}")
    if _output_shape(changed.network) is not None:
        yield changed
        return
    for fix in diagnose(changed.network).fixes:
        if fix.network.input_shape == shape and _output_shape(fix.network) is not None:
            yield changed.with_network(fix.network, fix.title[:1].lower() + fix.title[1:])
            return


def _for_the_classes(draft: _Draft) -> Iterator[_Draft]:
    """Leave the end of the network as it is, or let it make one number a class; the smallest change first."""
    yield draft
    network, num_classes = draft.network, len(draft.recipe.dataset.class_names)
    with suppress(SpecError):  # no layer decides how many values come out
        yield draft.with_network(with_classes(network, num_classes), f"let the last layer make {num_classes} values")
    linear = Layer("Linear", {"out_features": num_classes})
    for layers, words in (((linear,), ""), ((Layer("Flatten", {}), linear), "Flatten() and ")):
        longer = network.replace(layers=(*network.layers, *layers))
        yield draft.with_network(longer, f"append {words}Linear(out_features={num_classes})")


def _fits(draft: _Draft) -> bool:
    output = _output_shape(draft.network)
    if output is None:
        return False
    try:
        check_fit(draft.network.input_shape, output, draft.recipe)
    except RecipeError:
        return False
    return True


def _output_shape(network: Network) -> Shape | None:
    """Return the shape of what the network makes, or None where it does not fit together."""
    try:
        inferred = infer_shapes(network)
    except SpecError:
        return None
    return None if inferred.problem or not inferred.nodes else inferred.nodes[-1].output_shape
