"""Small networks for tests, written as their layers' text."""

from cnnviz.network.document import parse
from cnnviz.network.spec import Network


def network(*layers: str, input_shape: tuple[int, int, int] = (1, 8, 8)) -> Network:
    lines = "".join(f"  - {layer}\n" for layer in layers)
    return parse(f"input_shape: {list(input_shape)}\nlayers:\n{lines}")
