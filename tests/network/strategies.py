"""Random layers and networks for property tests, drawn from the ranges that LAYERS allows."""

from hypothesis import strategies as st

from cnnviz.network.layers import LAYERS, check_layer
from cnnviz.network.params import REQUIRED, Param
from cnnviz.network.spec import Layer, Network, make_network

WORDS = st.text("abc ABC019_-+×÷é网:#'\"{}[],&*!|>%@`~?\\", min_size=1, max_size=100).filter(str.strip)


def values(param: Param) -> st.SearchStrategy:
    low, high = param.low, param.high
    match param.type:
        case "bool":
            drawn = st.booleans()
        case "float":
            drawn = st.floats(low, high)
        case "size":
            sides = st.integers(int(low), int(high))
            drawn = sides | st.tuples(sides, sides)
        case _:
            drawn = st.integers(int(low), int(high))
    return st.none() | drawn if param.default is None else drawn


@st.composite
def layers(draw, kind: str) -> Layer:
    params = LAYERS[kind].params
    required = {name: values(param) for name, param in params.items() if param.default is REQUIRED}
    optional = {name: values(param) for name, param in params.items() if param.default is not REQUIRED}
    return check_layer(Layer(kind, draw(st.fixed_dictionaries(required, optional=optional))))


def any_layer() -> st.SearchStrategy[Layer]:
    return st.sampled_from(list(LAYERS)).flatmap(layers)


@st.composite
def networks(draw) -> Network:
    numbers = st.integers() | st.floats(allow_nan=False)
    return make_network(
        name=draw(WORDS),
        source=draw(st.just("") | WORDS),
        input_shape=(draw(st.integers(1, 65536)), draw(st.integers(1, 8192)), draw(st.integers(1, 8192))),
        width=draw(st.floats(0, 64, exclude_min=True)),
        recipe=draw(st.dictionaries(WORDS, numbers | WORDS, max_size=3)),
        layers=draw(st.lists(any_layer(), min_size=1, max_size=6)),
    )
