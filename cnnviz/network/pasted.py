"""Text that a person pastes: a network or layers, as YAML, JSON, calls or PyTorch source."""

import ast
import re
import warnings

from cnnviz.errors import SpecError
from cnnviz.network.document import parse, parse_list
from cnnviz.network.spec import Layer, Network

_SOURCE = re.compile(r"\bnn\.|^\s*(import|from|class|def)\b|^\s*\w+\s*=[^=]", re.MULTILINE)


def parse_network(text: str) -> Network:
    """Read a network from its YAML or JSON, or from PyTorch source, which is never executed.

    Raises SpecError naming the place, the value and what is allowed.
    """
    if _is_source(text):
        from cnnviz.network.source import from_source

        return from_source(_in_sequential(text))
    return parse(text)


def parse_layers(text: str) -> tuple[Layer, ...]:
    """Read layers from lines as in a network's file, from calls alone, from a whole network, or from PyTorch source.

    Raises SpecError naming the place, the value and what is allowed.
    """
    if not text.strip():
        raise SpecError("there is nothing to paste; copy layers first, such as `- ReLU()`")
    if _is_source(text) or re.search(r"^\s*(layers|\"layers\")\s*:", text, re.MULTILINE):
        return parse_network(text).layers
    return parse_list(text)


def _in_sequential(text: str) -> str:
    """Return source that is nothing but modules between commas, as inside an nn.Sequential, with one around it."""
    try:
        with warnings.catch_warnings(action="ignore"):  # on escapes in strings
            found = ast.parse(f"({text}\n)", mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # a whole file, or nothing that Python reads
        return text
    return f"nn.Sequential({text}\n)" if isinstance(found, ast.Tuple) else text


def _is_source(text: str) -> bool:
    return bool(_SOURCE.search(text)) and not re.search(r"^(input_shape|layers)\s*:", text, re.MULTILINE)
