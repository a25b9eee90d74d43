"""LAYERS: one entry per layer kind. Validation, widgets, colours, help and tests all derive from it."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from cnnviz.errors import SpecError
from cnnviz.network.kinds import LayerKind
from cnnviz.network.params import REQUIRED, Param
from cnnviz.network.spec import MAX_DEPTH, Layer, Value
from cnnviz.network.vocabulary.activations import ACTIVATIONS, REGULARISATION
from cnnviz.network.vocabulary.blocks import BLOCKS
from cnnviz.network.vocabulary.containers import CONTAINERS
from cnnviz.network.vocabulary.convolutions import CONVOLUTIONS, LINEAR
from cnnviz.network.vocabulary.normalisations import NORMALISATIONS
from cnnviz.network.vocabulary.pools import POOLS
from cnnviz.network.vocabulary.reshapes import RESHAPES

LAYERS: Mapping[str, LayerKind] = {
    **CONVOLUTIONS,
    **POOLS,
    **ACTIVATIONS,
    **NORMALISATIONS,
    **REGULARISATION,
    **RESHAPES,
    **LINEAR,
    **BLOCKS,
    **CONTAINERS,
}


def layer_kind(kind: str) -> LayerKind:
    """Return the entry of a kind.

    Raises SpecError naming the nearest kinds when there is no such kind.
    """
    if kind in LAYERS:
        return LAYERS[kind]
    lower = {name.lower(): name for name in LAYERS}
    near = get_close_matches(kind.lower(), lower, n=1, cutoff=0.5)
    guess = f"did you mean {lower[near[0]]}?" if near else f"the kinds are {', '.join(LAYERS)}"
    raise SpecError(f"there is no layer kind {kind[:60]!r}; {guess}")


def check_layer(layer: Layer, depth: int = 0) -> Layer:
    """Return the layer in canonical form: parameters in PyTorch's order, those at their default left out.

    Raises SpecError naming the kind, the parameter, the value and what is allowed.
    """
    kind = layer_kind(layer.kind)
    for name in layer.params:
        if name not in kind.params:
            allowed = f"its parameters are {', '.join(kind.params)}" if kind.params else "it takes none"
            raise SpecError(f"{layer.kind} has no parameter {name!r}; {allowed}")
    return Layer(layer.kind, dict(_canonical_params(layer, kind.params)), _canonical_parts(layer, kind, depth))


def _canonical_params(layer: Layer, known: Mapping[str, Param]) -> Iterator[tuple[str, Value]]:
    for name, param in known.items():
        value = layer.params.get(name, param.default)
        if name not in layer.params and param.default is REQUIRED:
            raise SpecError(f"{layer.kind} needs {name}: {param.allowed}")
        try:
            value = param.check(value)
        except SpecError as error:
            raise SpecError(f"{layer.kind}: {name} {error}") from error
        if value != param.default:
            yield name, value


def _canonical_parts(layer: Layer, kind: LayerKind, depth: int) -> tuple[tuple[Layer, ...], ...]:
    if kind.parts is None:
        if layer.parts:
            raise SpecError(f"{layer.kind} holds no layers of its own")
        return ()
    if depth >= MAX_DEPTH:
        raise SpecError(f"containers can be nested {MAX_DEPTH} deep, and this is deeper")
    parts = tuple(tuple(check_layer(inner, depth + 1) for inner in part) for part in layer.parts)
    while len(parts) > kind.parts.least and kind.parts.filled and not parts[-1]:
        parts = parts[:-1]  # an empty shortcut is none
    if not kind.parts.least <= len(parts) <= kind.parts.most:
        raise SpecError(f"{layer.kind} holds {_allowed_parts(kind)}, not {len(parts)}")
    if not all(parts[: kind.parts.filled]):
        raise SpecError(f"{layer.kind} needs at least one layer in its {kind.parts.names[0]}")
    return parts


def _allowed_parts(kind: LayerKind) -> str:
    assert kind.parts is not None
    least, most = kind.parts.least, kind.parts.most
    span = f"{least}" if least == most else f"{least} to {most}"
    names = f" ({', '.join(kind.parts.names)})" if kind.parts.names else ""
    return f"{span} list{'' if most == 1 else 's'} of layers{names}"


def part_names(layer: Layer) -> tuple[str, ...]:
    """Return a name for each part of a container: "body", "shortcut", or the number of a branch."""
    parts = LAYERS[layer.kind].parts
    return parts.names[: len(layer.parts)] if parts and parts.names else tuple(map(str, range(len(layer.parts))))


def part_paths(layer: Layer, path: str) -> tuple[str, ...]:
    """Return what the paths of the layers in each part of a container at `path` begin with: "3.", or "3.body."."""
    merges = LAYERS[layer.kind].merge is not None
    return tuple(f"{path}.{name}." if merges else f"{path}." for name in part_names(layer))


def all_params(layer: Layer) -> dict[str, Value]:
    """Return every parameter of a checked layer, defaults included."""
    return {name: param.default for name, param in LAYERS[layer.kind].params.items()} | dict(layer.params)


def new_layer(kind: str) -> Layer:
    """Return a layer of this kind as it is first added to a network; a container holds an Identity in each list."""
    entry = layer_kind(kind)
    params = {name: p.initial for name, p in entry.params.items() if p.initial is not None or p.default is REQUIRED}
    least = entry.parts.least if entry.parts else 0
    return check_layer(Layer(kind, params, ((Layer("Identity"),),) * least))


def inner_layers(layers: tuple[Layer, ...]) -> Iterator[Layer]:
    """Yield every layer, each container before the layers inside it."""
    for layer in layers:
        yield layer
        for part in layer.parts:
            yield from inner_layers(part)
