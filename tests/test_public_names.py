import subprocess
import sys

import pytest

import cnnviz

NAMES = [
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


def test_the_public_names_are_pinned():
    assert cnnviz.__all__ == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_public_name_can_be_imported_and_has_a_docstring(name):
    scope: dict[str, object] = {}
    exec(f"from cnnviz import {name}", scope)
    assert scope[name].__doc__
    assert scope[name].__name__ == name


def test_a_name_that_does_not_exist_is_told():
    with pytest.raises(AttributeError, match="module 'cnnviz' has no attribute 'sumarize'"):
        cnnviz.sumarize  # noqa: B018


@pytest.mark.parametrize("statement", ["import cnnviz", "from cnnviz import Network, load, parse, SpecError"])
def test_importing_cnnviz_and_reading_a_network_needs_neither_pytorch_nor_streamlit(statement):
    code = f"{statement}; import sys; print(sorted({{'torch', 'streamlit'}} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_errors_are_one_tree_and_mistakes_of_people_are_value_errors():
    assert all(issubclass(getattr(cnnviz, name), cnnviz.CnnvizError) for name in NAMES if name.endswith("Error"))
    assert issubclass(cnnviz.SpecError, ValueError)
    assert issubclass(cnnviz.RecipeError, ValueError)
