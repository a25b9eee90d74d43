"""Every preset's drawing, letter by letter; `pytest tests/drawing/test_golden.py --overwrite` after a wanted change.

Look at the new pictures before they are kept: `git diff` tells which changed.
"""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from cnnviz.drawing.export import draw
from cnnviz.network.presets import PRESETS, preset

FOLDER = Path(__file__).parent / "golden"
DRAWINGS = [
    *((style, name) for style in ("volumes", "blocks", "graph") for name in PRESETS),
    ("costs", "alexnet"),
    ("costs", "resnet18"),
]


@pytest.mark.parametrize("format_", ["svg", "tex"])
@pytest.mark.parametrize(("style", "name"), DRAWINGS)
def test_a_drawing_is_what_it_was(style, name, format_, overwrite):
    path = FOLDER / style / f"{name}.{format_}"
    drawn = draw(preset(name), style=style, format=format_)
    if overwrite:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(drawn)
    assert drawn.decode() == path.read_text(encoding="utf-8"), "run with --overwrite where the change is wanted"


@pytest.mark.skipif(not shutil.which("pdflatex"), reason="pdflatex is not installed")
@pytest.mark.parametrize("style", ["volumes", "blocks", "graph", "costs"])
def test_pdflatex_sets_the_drawing_of_every_preset(style, tmp_path):
    """In one document, since each start of LaTeX takes longer than all pictures."""
    documents = [draw(preset(name), style=style, format="tex", depth=2).decode() for name in PRESETS]
    pictures = [document.split(r"\begin{document}")[1].removesuffix("\\end{document}\n") for document in documents]
    head = documents[0].split(r"\begin{document}")[0]
    colours = sorted({line for document in documents for line in re.findall(r"\\definecolor.*", document)})
    (tmp_path / "all.tex").write_text("\n".join([head, *colours, r"\begin{document}", *pictures, r"\end{document}"]))
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "all.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, errors="replace")
    assert done.returncode == 0, done.stdout[-3000:]
    assert f"({len(PRESETS)} pages" in done.stdout
