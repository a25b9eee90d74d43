"""A network as PyTorch source: written as a person would, and read from pasted code without executing it."""

from cnnviz.network.source.reader import from_source
from cnnviz.network.source.writer import to_source

__all__ = ["from_source", "to_source"]
