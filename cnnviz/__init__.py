"""Design a convolutional network layer by layer, see every shape, learn why it breaks, and train it live.

The names below are the Python interface. They are imported when first used: PyTorch takes seconds to load, and
much of cnnviz does not need it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from cnnviz.errors import CnnvizError, DataError, RecipeError, SpecError, StoreError

if TYPE_CHECKING:
    from cnnviz.drawing.export import draw
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
    from cnnviz.training.export.files import export_run
    from cnnviz.training.export.onnx import export_onnx

_HOMES = {
    "Comparison": "network.comparison",
    "Diagnosis": "network.diagnosis",
    "Explanation": "network.explanation",
    "Finding": "network.diagnosis",
    "Fix": "network.diagnosis",
    "Formula": "network.explanation",
    "Layer": "network.spec",
    "Ledger": "network.costs.memory",
    "Network": "network.spec",
    "Problem": "network.infer",
    "ReceptiveField": "network.costs.receptive",
    "Row": "network.summary",
    "Share": "network.explanation",
    "Summary": "network.summary",
    "Sweep": "network.costs.sweep",
    "SweepPoint": "network.costs.sweep",
    "build": "network.build",
    "compare": "network.comparison",
    "diagnose": "network.diagnosis",
    "draw": "drawing.export",
    "explain": "network.explanation",
    "export_onnx": "training.export.onnx",
    "export_run": "training.export.files",
    "from_source": "network.source",
    "largest_batch": "network.costs.memory",
    "layer_text": "network.notation",
    "load": "network.presets",
    "memory": "network.costs.memory",
    "parse": "network.document",
    "parse_layer": "network.notation",
    "presets": "network.presets",
    "receptive_fields": "network.costs.receptive",
    "resolution_sweep": "network.costs.sweep",
    "smallest_input": "network.costs.smallest",
    "summarize": "network.summary",
    "summarize_module": "network.module_summary",
    "to_json": "network.document",
    "to_source": "network.source",
    "to_text": "network.document",
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
    "draw",
    "explain",
    "export_onnx",
    "export_run",
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
    return getattr(import_module(f"cnnviz.{_HOMES[name]}"), name)
