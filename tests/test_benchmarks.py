"""Every benchmark starts, in spite of one that has the name of a module of Python's."""

import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "benchmarks"


@pytest.mark.parametrize("script", sorted(path.name for path in FOLDER.glob("*.py")))
def test_a_benchmark_tells_how_it_is_run(script):
    done = subprocess.run([sys.executable, FOLDER / script, "--help"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith(f"usage: {script}")


def test_beside_the_benchmarks_inspect_is_pythons_own():
    code = f"import sys; sys.path.insert(0, {str(FOLDER)!r}); import inspect; print(inspect.signature(len))"
    done = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "(obj, /)"
