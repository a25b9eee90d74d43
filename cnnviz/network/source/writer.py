"""A network written as a PyTorch file that runs by itself."""

import ast
import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby, takewhile

from torch import nn

from cnnviz.errors import SpecError
from cnnviz.formatting import shape_text
from cnnviz.network.infer import Node, infer_shapes, walk_nodes
from cnnviz.network.source.definitions import CLASSES, FUNCTIONS
from cnnviz.network.spec import Network, Value

LINE_LENGTH = 88  # of a call without its indentation and comment; a longer one has a line for each argument


@dataclass(frozen=True)
class Line:
    """A line of code, how many levels it is indented, and the comment beside it."""

    code: str
    comment: str = ""
    depth: int = 0

    @property
    def text(self) -> str:
        """The line without its comment."""
        return "    " * self.depth + self.code


def to_source(network: Network) -> str:
    """Write a network as a PyTorch file: every channel count filled in, and beside each layer the shape that leaves it.

    The file needs nothing but PyTorch. Run, it makes `net`, whose weights have the names and shapes of those of
    `build(network)`; the width ratio is applied.
    Raises SpecError naming the layer and the reason when the network does not fit together.
    """
    inferred = infer_shapes(network)
    if inferred.problem:
        raise SpecError(str(inferred.problem))
    definitions = _definitions(inferred.nodes)
    names = "Tensor, nn" if any("Tensor" in definition for definition in definitions) else "nn"
    head = f"{_docstring(network)}\n\nimport torch\nfrom torch import {names}\n"
    net = _text(_sequential("net = nn.Sequential", _arguments(inferred.nodes)))
    return "\n\n".join([head, *definitions, net, _main(network, inferred.nodes)])


def _docstring(network: Network) -> str:
    about = ", ".join(filter(None, [network.source, str(network.year or "")]))
    text = f"{network.name}\n\n{about}\n" if about else network.name
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"""{escaped}"""'


def _main(network: Network, nodes: tuple[Node, ...]) -> str:
    shape, output = (1, *network.input_shape), [1, *(nodes[-1].output_shape or ())]
    lines = (
        'if __name__ == "__main__":',
        f"    x = torch.randn{shape}",
        "    net.eval()",
        f"    print(net(x).shape)  # torch.Size({output})",
    )
    return "\n".join(lines) + "\n"


def _text(lines: list[Line]) -> str:
    """Return lines of code with their comments one under the other."""
    column = max((len(line.text) for line in lines if line.comment), default=0)
    return "".join(f"{line.text:<{column}}  # {line.comment}\n" if line.comment else f"{line.text}\n" for line in lines)


# Modules


def _module(node: Node) -> list[Line]:
    """Return the lines that make a node's module."""
    kind, comment = node.layer.kind, shape_text(node.output_shape or ())
    if node.is_leaf:
        return _call(f"nn.{kind}", _leaf_arguments(node), comment)
    if kind in FUNCTIONS:
        return _call(FUNCTIONS[kind].__name__, _block_arguments(FUNCTIONS[kind], node), comment)
    if kind in CLASSES:
        parts = [_sequential("nn.Sequential", _arguments(part)) for part in node.parts]
        return _sequential(kind, [line for part in parts for line in _with_comma(part)], comment)
    inside = (_copies if kind == "Repeat" else _arguments)(node.parts[0])
    return _sequential("nn.Sequential", inside, comment)


def _arguments(nodes: Iterable[Node]) -> list[Line]:
    return [line for node in nodes for line in _with_comma(_module(node))]


def _sequential(name: str, inside: list[Line], comment: str = "") -> list[Line]:
    short = f"{name}({inside[0].code.removesuffix(',')})" if inside else f"{name}()"
    if len(inside) < 2 and len(short) <= LINE_LENGTH:
        return [Line(short, comment or (inside[0].comment if inside else ""))]
    return [Line(f"{name}("), *_indented(inside), Line(")", comment)]


def _copies(nodes: tuple[Node, ...]) -> list[Line]:
    """Return the arguments of a Repeat, copies that are written alike as one comprehension."""
    runs = [(lines, len(list(same))) for lines, same in groupby(map(_module, nodes))]
    return [line for lines, times in runs for line in _repeated(lines, times)]


def _repeated(element: list[Line], times: int) -> list[Line]:
    if times == 1:
        return _with_comma(element)
    loop = f"for _ in range({times})"
    if len(element) == 1:
        return [Line(f"*[{element[0].code} {loop}],", element[0].comment)]
    return [Line("*["), *_indented([*element, Line(loop)]), Line("],")]


def _call(name: str, arguments: list[str], comment: str) -> list[Line]:
    code = f"{name}({', '.join(arguments)})"
    if len(code) <= LINE_LENGTH:
        return [Line(code, comment)]
    return _sequential(name, [Line(f"{argument},") for argument in arguments], comment)


def _with_comma(lines: list[Line]) -> list[Line]:
    *others, last = lines
    return [*others, Line(f"{last.code},", last.comment, last.depth)]


def _indented(lines: list[Line]) -> list[Line]:
    return [Line(line.code, line.comment, line.depth + 1) for line in lines]


# Arguments


def _leaf_arguments(node: Node) -> list[str]:
    """Return a layer's arguments, channels and features first and without a name, as in ``nn.Conv2d(1, 96, …)``."""
    kind = node.kind
    unnamed = list(takewhile(lambda name: kind.params[name].follows or name == kind.features, kind.params))
    given = {n: v for n, v in node.params.items() if kind.params[n].follows or v != kind.params[n].default}
    return [_value(value) if name in unnamed else f"{name}={_value(value)}" for name, value in given.items()]


def _block_arguments(function: Callable[..., nn.Module], node: Node) -> list[str]:
    """Return a block's arguments as its function takes them, those at their default left out."""
    values: dict[str, Value] = {"in_channels": node.input_shape[0], **node.params}
    return [
        _value(values[name]) if parameter.kind is not parameter.KEYWORD_ONLY else f"{name}={_value(values[name])}"
        for name, parameter in inspect.signature(function).parameters.items()
        if values[name] != parameter.default
    ]


def _value(value: Value) -> str:
    return f'"{value}"' if isinstance(value, str) else repr(value)


# Definitions


def _definitions(nodes: tuple[Node, ...]) -> list[str]:
    """Return the source of the classes and functions that the network's layers need, classes first."""
    kinds = {node.layer.kind for node, _ in walk_nodes(nodes)}
    functions = [inspect.getsource(function) for kind, function in FUNCTIONS.items() if kind in kinds]
    needed = kinds.union(*map(_names, functions))
    return [*(inspect.getsource(class_) for kind, class_ in CLASSES.items() if kind in needed), *functions]


def _names(source: str) -> frozenset[str]:
    return frozenset(node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name))
