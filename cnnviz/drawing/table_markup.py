"""A summary as a table for documents: Markdown and LaTeX."""

from collections.abc import Iterable

from cnnviz.drawing.latex import latex_text
from cnnviz.drawing.table import missing_shape
from cnnviz.formatting import shape_text
from cnnviz.network.summary import Row, Summary

_HEAD = ("", "Layer", "Output", "Parameters", "Mult-adds")


def table_markdown(summary: Summary, *, depth: int = 1) -> str:
    """Write a summary as a Markdown table with its totals; shapes are without the batch.

    `depth` is the number of levels shown: 1 for the network's own layers, 2 with the layers inside blocks.
    """
    lines = [_HEAD, ("---", "---", "---", "---:", "---:")]
    for row in _shown(summary, depth):
        call = "&emsp;" * row.depth + f"`{row.text}`".replace("|", r"\|")  # a bar would end the cell
        lines.append((row.path, call, _output(row, summary), f"{row.num_params:,}", f"{row.mult_adds:,}"))
    lines.append(("", "**Total**", "", f"**{summary.num_params:,}**", f"**{summary.mult_adds:,}**"))
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def table_latex(summary: Summary, *, depth: int = 1) -> str:
    """Write a summary as a LaTeX tabular that plain pdflatex sets, with its totals; shapes are without the batch.

    `depth` is the number of levels shown, as in `table_markdown`.
    """
    rows = []
    for row in _shown(summary, depth):
        call = r"\quad " * row.depth + rf"\texttt{{{latex_text(row.text)}}}"
        output = latex_text(_output(row, summary))
        rows.append((latex_text(row.path), call, output, f"{row.num_params:,}", f"{row.mult_adds:,}"))
    total = ("", "Total", "", f"{summary.num_params:,}", f"{summary.mult_adds:,}")
    rule = r"\hline"
    return "\n".join(
        [
            rf"% {summary.name}, input {shape_text(summary.input_shape)}",
            r"\begin{tabular}{lllrr}",
            *(rule, _line(_HEAD), rule, *map(_line, rows), rule, _line(total), rule),
            r"\end{tabular}",
            "",
        ]
    )


def _line(cells: Iterable[str]) -> str:
    return " & ".join(cells) + r" \\"


def _shown(summary: Summary, depth: int) -> list[Row]:
    return [row for row in summary.rows if row.depth < depth]


def _output(row: Row, summary: Summary) -> str:
    return missing_shape(summary) if row.output_shape is None else shape_text(row.output_shape)
