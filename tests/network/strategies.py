"""Random layers and networks for property tests, drawn from the ranges that LAYERS allows."""

from hypothesis import strategies as st

from cnnviz.network.kinds import Parts
from cnnviz.network.layers import LAYERS, check_layer
from cnnviz.network.params import REQUIRED, Param
from cnnviz.network.spec import Layer, Network, make_network

WORDS = st.text("abc ABC019_-+×÷é网:#'\"{}[],&*!|>%@`~?\\", min_size=1, max_size=100).filter(str.strip)


def values(param: Param) -> st.SearchStrategy:
    whole = st.integers(int(param.low), int(param.high))
    drawn = {
        "bool": st.booleans(),
        "float": st.floats(param.low, param.high),
        "int": whole,
        "size": whole | st.tuples(whole, whole),
        "sides": whole | st.tuples(whole, whole, whole, whole),
        "shape": st.lists(whole, min_size=param.length or 1, max_size=param.length or 4).map(tuple),
        "choice": st.nothing(),
    }[param.type]
    drawn |= st.sampled_from(param.words) if param.words else st.nothing()
    return st.none() | drawn if param.default is None else drawn


@st.composite
def layers(draw, kind: str, max_depth: int = 3) -> Layer:
    entry = LAYERS[kind]
    required = {name: values(param) for name, param in entry.params.items() if param.default is REQUIRED}
    optional = {name: values(param) for name, param in entry.params.items() if param.default is not REQUIRED}
    params = draw(st.fixed_dictionaries(required, optional=optional))
    return check_layer(Layer(kind, params, draw(parts_of(entry.parts, max_depth)) if entry.parts else ()))


@st.composite
def parts_of(draw, parts: Parts, max_depth: int) -> tuple[tuple[Layer, ...], ...]:
    number = draw(st.integers(parts.least, min(parts.most, 4)))
    inside = any_layer(max_depth - 1)
    return tuple(
        tuple(draw(st.lists(inside, min_size=int(index < parts.filled), max_size=3))) for index in range(number)
    )


def any_layer(max_depth: int = 3) -> st.SearchStrategy[Layer]:
    kinds = [kind for kind, entry in LAYERS.items() if max_depth > 0 or entry.parts is None]
    return st.sampled_from(kinds).flatmap(lambda kind: layers(kind, max_depth))


@st.composite
def networks(draw) -> Network:
    numbers = st.integers(1 - 2**63, 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
    return make_network(
        name=draw(WORDS),
        source=draw(st.just("") | WORDS),
        year=draw(st.none() | st.integers(1900, 2100)),
        input_shape=(draw(st.integers(1, 65536)), draw(st.integers(1, 8192)), draw(st.integers(1, 8192))),
        width=draw(st.floats(0, 64, exclude_min=True)),
        recipe=draw(st.dictionaries(WORDS, numbers | WORDS, max_size=3)),
        layers=draw(st.lists(any_layer(), min_size=1, max_size=6)),
    )
