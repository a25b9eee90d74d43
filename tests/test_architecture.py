"""The rules on who may import what, held against every file of the project."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Rule:
    """Files that match `where`, but not `but`, import none of `never`."""

    where: tuple[str, ...]
    never: tuple[str, ...]
    but: tuple[str, ...] = ()


PROGRAM = ("app.py", "pages/*", "cnnviz/*", "benchmarks/*")
PAGES = ("app.py", "pages/*", "cnnviz/ui/*")
TORCH = ("torch", "torchvision", "torchinfo")
SPEC = tuple(f"cnnviz/network/{module}.py" for module in ("layers", "params", "spec", "notation", "checks"))
ABOVE_NETWORK = tuple(f"cnnviz.{package}" for package in ("drawing", "training", "insight", "ui", "cli"))

RULES = (
    Rule(PROGRAM, never=("streamlit", "cnnviz.ui"), but=PAGES),
    Rule(("app.py", "pages/*"), never=TORCH),
    Rule(("cnnviz/network/*",), never=ABOVE_NETWORK),
    Rule(("cnnviz/drawing/*",), never=(*TORCH, "cnnviz.training", "cnnviz.insight")),
    Rule(("cnnviz/training/loop.py",), never=("cnnviz.training.store", "sqlalchemy")),
    Rule(SPEC, never=(*TORCH, "cnnviz.network.build", "cnnviz.network.summary")),
)


def violations(root: Path) -> list[str]:
    """Return a line for every import that a rule forbids."""
    return [
        f"{name} imports {module}"
        for name in files(root)
        for module in sorted(imported(root / name, root))
        if any(forbids(rule, name, module) for rule in RULES)
    ]


def files(root: Path) -> list[str]:
    found = [path.relative_to(root) for pattern in PROGRAM for path in root.glob(pattern.replace("*", "**/*.py"))]
    return sorted({path.as_posix() for path in found})


def forbids(rule: Rule, name: str, module: str) -> bool:
    return (
        any(fnmatchcase(name, place) for place in rule.where)
        and not any(fnmatchcase(name, place) for place in rule.but)
        and any(f"{module}.".startswith(f"{banned}.") for banned in rule.never)
    )


def imported(path: Path, root: Path) -> set[str]:
    """Return every module that a file imports anywhere in it, and every name that could be one."""
    package = path.relative_to(root).with_suffix("").parts[:-1]
    return {
        module for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) for module in modules(node, package)
    }


def modules(node: ast.AST, package: tuple[str, ...]) -> Iterator[str]:
    match node:
        case ast.Import(names=names):
            yield from (alias.name for alias in names)
        case ast.ImportFrom(module=module, names=names, level=level):
            base = ".".join((*package[: len(package) - level + 1 if level else 0], *filter(None, [module])))
            yield base
            yield from (f"{base}.{alias.name}" for alias in names)
        case ast.Call(func=ast.Name("import_module" | "__import__") | ast.Attribute(attr="import_module"), args=args):
            yield from (arg.value for arg in args[:1] if isinstance(arg, ast.Constant) and isinstance(arg.value, str))


def test_every_file_keeps_the_rules():
    assert {"app.py", "pages/design.py", "cnnviz/network/spec.py", "cnnviz/ui/state.py"} <= set(files(ROOT))
    assert violations(ROOT) == []


def project(root: Path, name: str, source: str) -> Path:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(source, encoding="utf-8")
    return root


@pytest.mark.parametrize(
    ("name", "source", "module"),
    [
        ("cnnviz/cli.py", "import streamlit as st", "streamlit"),
        (
            "cnnviz/drawing/charts.py",
            "from streamlit.delta_generator import DeltaGenerator",
            "streamlit.delta_generator",
        ),
        ("benchmarks/speed.py", "def f():\n    import streamlit", "streamlit"),
        ("cnnviz/new/deep/part.py", "if True:\n    from cnnviz.ui import state", "cnnviz.ui"),
        ("cnnviz/cli.py", "from cnnviz import errors, ui", "cnnviz.ui"),
        ("cnnviz/cli.py", "from importlib import import_module\nimport_module('streamlit')", "streamlit"),
        ("cnnviz/network/build.py", "from cnnviz.drawing.table import table_text", "cnnviz.drawing.table"),
        ("cnnviz/network/presets/__init__.py", "import cnnviz.training.recipe", "cnnviz.training.recipe"),
        ("cnnviz/network/build.py", "from ..insight import maps", "cnnviz.insight"),
        ("cnnviz/network/build.py", "from .. import ui", "cnnviz.ui"),
        ("cnnviz/drawing/charts.py", "from torch import nn", "torch"),
        ("cnnviz/training/loop.py", "from .store import Store", "cnnviz.training.store"),
        ("cnnviz/training/loop.py", "from cnnviz.training import store", "cnnviz.training.store"),
        ("cnnviz/network/layers.py", "from torch import nn", "torch"),
        ("cnnviz/network/spec.py", "import torch.nn", "torch.nn"),
        ("pages/design.py", "import torch", "torch"),
    ],
)
def test_a_forbidden_import_is_found(name, source, module, tmp_path):
    assert f"{name} imports {module}" in violations(project(tmp_path, name, source))


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("app.py", "import streamlit"),
        ("pages/design.py", "import streamlit\nfrom cnnviz.ui import state"),
        ("cnnviz/ui/layer_list/__init__.py", "import streamlit.components.v1"),
        ("cnnviz/network/build.py", "import torch\nfrom .layers import LAYERS"),
        ("cnnviz/drawing/charts.py", "from cnnviz.network.summary import Summary\nimport torchless"),
        ("cnnviz/training/worker.py", "from cnnviz.training.store import Store"),
        ("cnnviz/cli.py", "text = 'import streamlit'"),
    ],
)
def test_an_allowed_import_is_left_alone(name, source, tmp_path):
    assert violations(project(tmp_path, name, source)) == []
