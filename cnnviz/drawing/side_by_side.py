"""What several networks cost, side by side: each number, and how many times the first network's it is."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from cnnviz.drawing.comparison import comparison_text
from cnnviz.formatting import bytes_text, count_text, percent_text, shape_text
from cnnviz.network.comparison import Comparison
from cnnviz.network.summary import Summary


@dataclass(frozen=True)
class Figure:
    """A number as people read it, how it compares with the first network's, and the exact number."""

    text: str
    ratio: str = ""
    exact: str = ""


@dataclass(frozen=True)
class Total:
    """One number of every network."""

    label: str
    figures: tuple[Figure, ...]


def totals(summaries: Sequence[Summary]) -> tuple[Total, ...]:
    """Return what networks take, make and cost; of one that does not fit together, what fits."""
    return (
        Total("Input", tuple(Figure(shape_text(summary.input_shape)) for summary in summaries)),
        Total("Output", tuple(Figure(_output(summary)) for summary in summaries)),
        _counted("Layers", summaries, lambda summary: len(summary.leaf_rows), str),
        _counted("Parameters", summaries, lambda summary: summary.num_params, count_text),
        Total("Share in linear layers", tuple(Figure(_linear_share(summary)) for summary in summaries)),
        _counted("Mult-adds per image", summaries, lambda summary: summary.mult_adds, count_text),
        _counted("Outputs per image", summaries, lambda summary: summary.output_bytes, bytes_text, unit=" bytes"),
    )


def ratio_text(value: float, first: float) -> str:
    """Write how many times the first value another is: "×2.8", "×758", "×0.061", or "same"."""
    if value == first:
        return "same"
    if not first:
        return ""
    ratio = value / first
    if 0.95 <= ratio < 1.05:
        return f"×{ratio:.2f}"
    return f"×{ratio:,.0f}" if ratio >= 9.95 else f"×{float(f'{ratio:.2g}')!r}"


def totals_text(summaries: Sequence[Summary]) -> str:
    """Write the totals as aligned columns, a network each, under their names."""
    head = ("", *(summary.name for summary in summaries))
    table = [head, *(_cells(total) for total in totals(summaries))]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in table)


def side_by_side_text(summaries: Sequence[Summary], comparisons: Sequence[Comparison]) -> str:
    """Write the totals of networks, the problem of each that does not fit, and how each differs from the one before."""
    parts = [totals_text(summaries), "\n".join(_problems(summaries))]
    parts += [f"{each.before} → {each.after}\n{_indented(comparison_text(each))}" for each in comparisons]
    return "\n\n".join(filter(None, parts))


def side_by_side_dict(summaries: Sequence[Summary], comparisons: Sequence[Comparison]) -> dict[str, Any]:
    """Return totals of networks and how each differs from the one before, as JSON's types."""
    return {
        "networks": [
            {
                "name": summary.name,
                "input_shape": list(summary.input_shape),
                "output_shape": summary.output_shape and list(summary.output_shape),
                "num_layers": len(summary.leaf_rows),
                "num_params": summary.num_params,
                "mult_adds": summary.mult_adds,
                "output_bytes": summary.output_bytes,
                "problem": summary.problem and str(summary.problem),
            }
            for summary in summaries
        ],
        "comparisons": [comparison.to_dict() for comparison in comparisons],
    }


def _counted(
    label: str,
    summaries: Sequence[Summary],
    count: Callable[[Summary], int],
    text: Callable[[float], str],
    *,
    unit: str = "",
) -> Total:
    counts = [count(summary) for summary in summaries]
    figures = [Figure(text(counts[0]), "", f"{counts[0]:,}{unit}")]
    figures += [Figure(text(value), ratio_text(value, counts[0]), f"{value:,}{unit}") for value in counts[1:]]
    return Total(label, tuple(figures))


def _output(summary: Summary) -> str:
    return shape_text(summary.output_shape) if summary.output_shape else "does not fit"


def _linear_share(summary: Summary) -> str:
    linear = sum(row.num_params for row in summary.leaf_rows if row.role == "linear")
    return percent_text(linear / summary.num_params) if summary.num_params else "—"


def _cells(total: Total) -> tuple[str, ...]:
    return (total.label, *(" ".join(filter(None, (figure.text, figure.ratio))) for figure in total.figures))


def _problems(summaries: Sequence[Summary]) -> Iterator[str]:
    for summary in summaries:
        if summary.problem:
            yield f"{summary.name} does not fit together: {summary.problem}. Its totals are those of what fits."


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())
