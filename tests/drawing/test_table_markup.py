import shutil
import subprocess

import pytest

from cnnviz.drawing.table_markup import table_latex, table_markdown
from cnnviz.network.document import parse
from cnnviz.network.presets import PRESETS, preset
from cnnviz.network.summary import summarize

DOCUMENT = r"""\documentclass{article}
\usepackage[utf8]{inputenc}
\begin{document}
%s
\end{document}
"""


def test_a_markdown_table_has_a_row_for_each_layer_and_the_totals():
    lines = table_markdown(summarize(preset("lenet"))).splitlines()
    assert lines[:3] == [
        "|  | Layer | Output | Parameters | Mult-adds |",
        "| --- | --- | --- | ---: | ---: |",
        "| 0 | `Conv2d(out_channels=6, kernel_size=5, padding=2)` | 6×28×28 | 156 | 117,600 |",
    ]
    assert lines[-1] == "|  | **Total** |  | **61,706** | **416,520** |"
    assert len(lines) == 2 + 12 + 1


def test_layers_inside_blocks_are_moved_in():
    assert "| 0.0 | &emsp;`Conv2d(" in table_markdown(summarize(preset("vgg11")), depth=2)
    assert r"0.0 & \quad \texttt{Conv2d(" in table_latex(summarize(preset("vgg11")), depth=2)


def test_what_does_not_fit_is_said():
    broken = summarize(preset("vgg11").replace(input_shape=(1, 16, 16)))
    assert "does not fit" in table_markdown(broken)
    assert "does not fit" in table_latex(broken)


@pytest.mark.skipif(not shutil.which("pdflatex"), reason="pdflatex is not installed")
def test_the_latex_of_every_preset_is_set_by_pdflatex(tmp_path):
    strange = parse('name: 100 % of a_b & c#d\ninput_shape: [3, 8, 8]\nlayers: ["ReLU()"]')
    networks = [strange, *map(preset, PRESETS)]
    tables = "\n\\clearpage\n".join(table_latex(summarize(network), depth=3) for network in networks)
    (tmp_path / "tables.tex").write_text(DOCUMENT % tables)
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "tables.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:]
