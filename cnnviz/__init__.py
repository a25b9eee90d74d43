"""Design a convolutional network layer by layer, see every shape, learn why it breaks, and train it live.

The names below are the Python interface. They are imported when first used: PyTorch takes seconds to load, and
much of cnnviz does not need it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from cnnviz.errors import CnnvizError, DataError, RecipeError, SpecError, StoreError

if TYPE_CHECKING:
    from cnnviz.network.build import build
    from cnnviz.network.comparison import Comparison, compare
    from cnnviz.network.costs.memory import Ledger, largest_batch, memory
    from cnnviz.network.costs.receptive import ReceptiveField, receptive_fields
    from cnnviz.network.costs.smallest import smallest_input
    from cnnviz.network.costs.sweep import Sweep, SweepPoint, resolution_sweep
    from cnnviz.network.diagnosis import Diagnosis, Finding, Fix, diagnose
    from cnnviz.network.document import parse, to_json, to_text
    from cnnviz.network.explanation import Explanation, Formula, Share, explain
    from cnnviz.network.infer import Problem
    from cnnviz.network.module_summary import summarize_module
    from cnnviz.network.notation import layer_text, parse_layer
    from cnnviz.network.presets import load, presets
    from cnnviz.network.source import from_source, to_source
    from cnnviz.network.spec import Layer, Network
    from cnnviz.network.summary import Row, Summary, summarize

_HOMES = {
    "Comparison": "comparison",
    "Diagnosis": "diagnosis",
    "Explanation": "explanation",
    "Finding": "diagnosis",
    "Fix": "diagnosis",
    "Formula": "explanation",
    "Layer": "spec",
    "Ledger": "costs.memory",
    "Network": "spec",
    "Problem": "infer",
    "ReceptiveField": "costs.receptive",
    "Row": "summary",
    "Share": "explanation",
    "Summary": "summary",
    "Sweep": "costs.sweep",
    "SweepPoint": "costs.sweep",
    "build": "build",
    "compare": "comparison",
    "diagnose": "diagnosis",
    "explain": "explanation",
    "from_source": "source",
    "largest_batch": "costs.memory",
    "layer_text": "notation",
    "load": "presets",
    "memory": "costs.memory",
    "parse": "document",
    "parse_layer": "notation",
    "presets": "presets",
    "receptive_fields": "costs.receptive",
    "resolution_sweep": "costs.sweep",
    "smallest_input": "costs.smallest",
    "summarize": "summary",
    "summarize_module": "module_summary",
    "to_json": "document",
    "to_source": "source",
    "to_text": "document",
}

__all__ = [
    "CnnvizError",
    "Comparison",
    "DataError",
    "Diagnosis",
    "Explanation",
    "Finding",
    "Fix",
    "Formula",
    "Layer",
    "Ledger",
    "Network",
    "Problem",
    "ReceptiveField",
    "RecipeError",
    "Row",
    "Share",
    "SpecError",
    "StoreError",
    "Summary",
    "Sweep",
    "SweepPoint",
    "build",
    "compare",
    "diagnose",
    "explain",
    "from_source",
    "largest_batch",
    "layer_text",
    "load",
    "memory",
    "parse",
    "parse_layer",
    "presets",
    "receptive_fields",
    "resolution_sweep",
    "smallest_input",
    "summarize",
    "summarize_module",
    "to_json",
    "to_source",
    "to_text",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'cnnviz' has no attribute {name!r}")
    return getattr(import_module(f"cnnviz.network.{_HOMES[name]}"), name)
