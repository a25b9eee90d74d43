"""A summary as a table: text for a terminal, and CSV."""

import csv
import io
from collections.abc import Mapping, Sequence

from cnnviz.formatting import bytes_text, count_text, shape_text
from cnnviz.network.spec import Network
from cnnviz.network.summary import Row, Summary

_HEAD = ("", "Layer", "Output shape", "Parameters", "Mult-adds")
_BYTES_PER_PARAM = 4  # float32


def table_text(summary: Summary, *, depth: int = 1, batched: bool = True) -> str:
    """Write a summary as aligned columns, its totals and its problem.

    Shapes are written as PyTorch prints them, for a batch of one image or without the batch. `depth` is the number of
    levels shown: 1 for the network's own layers, 2 with the layers inside blocks.
    """
    batch = [1] if batched else []
    rows = [_cells(row, batch, summary) for row in summary.rows if row.depth < depth]
    lines = [f"{summary.name}, input {[*batch, *summary.input_shape]}", "", *_aligned([_HEAD, *rows]), ""]
    if summary.problem:
        lines += [f"Does not fit together: {summary.problem}", "", "Up to there:"]
    lines += [
        f"Parameters           {summary.num_params:,} ({_weights_text(summary)})",
        *([f"Trainable            {summary.num_trainable:,}"] if summary.num_trainable < summary.num_params else []),
        f"Mult-adds per image  {summary.mult_adds:,} ({count_text(summary.mult_adds)})",
    ]
    return "\n".join(lines)


def table_csv(summary: Summary) -> str:
    """Write every row of a summary as CSV, exact numbers, one line a layer, blocks before their layers."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["path", "kind", "text", "input_shape", "output_shape", "num_params", "mult_adds", "output_bytes"])
    for row in summary.rows:
        shapes = (shape_text(row.input_shape), shape_text(row.output_shape or ()))
        writer.writerow([row.path, row.kind, row.text, *shapes, row.num_params, row.mult_adds, row.output_bytes])
    return file.getvalue()


def presets_text(presets: Mapping[str, Network]) -> str:
    """Write one line a network: its short name, name, year, input shape and source."""
    table = [
        (key, net.name, str(net.year or ""), shape_text(net.input_shape), net.source) for key, net in presets.items()
    ]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in table)


def missing_shape(summary: Summary) -> str:
    """Return what stands for the output of a row without one: it failed, or gave no tensor, or never ran."""
    return "does not fit" if summary.problem else "—"


def _cells(row: Row, batch: list[int], summary: Summary) -> tuple[str, ...]:
    output = missing_shape(summary) if row.output_shape is None else str([*batch, *row.output_shape])
    return (row.path, "  " * row.depth + row.text, output, f"{row.num_params:,}", f"{row.mult_adds:,}")


def _aligned(table: Sequence[Sequence[str]]) -> list[str]:
    """Return the rows with text to the left and numbers to the right."""
    widths = [max(len(row[column]) for row in table) for column in range(len(_HEAD))]
    return ["  ".join(_justified(row, widths)).rstrip() for row in table]


def _justified(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    return [
        cell.rjust(width) if column >= 3 else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]


def _weights_text(summary: Summary) -> str:
    return f"{count_text(summary.num_params)}, {bytes_text(_BYTES_PER_PARAM * summary.num_params)} in float32"
