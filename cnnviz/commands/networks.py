"""Commands that look at networks."""

import json
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from cnnviz.commands.options import TORCHVISION, AsJson, Input, Source, Width, network_of, summary_of
from cnnviz.errors import SpecError

if TYPE_CHECKING:
    from cnnviz.network.spec import Network
    from cnnviz.network.summary import Summary

Format = Literal["text", "csv", "markdown", "latex"]


def list_(
    torchvision: Annotated[bool, typer.Option("--torchvision", help="List torchvision's models instead.")] = False,
) -> None:
    """List the presets, or the models of torchvision that `cnnviz show torchvision:NAME` measures."""
    if torchvision:
        from cnnviz.network.torchvision_models import torchvision_names

        typer.echo("\n".join(torchvision_names()))
        return
    from cnnviz.drawing.table import presets_text
    from cnnviz.network.presets import presets

    typer.echo(presets_text(presets()))


def show(
    source: Source,
    input_: Input = None,
    width: Width = None,
    depth: Annotated[int, typer.Option(min=1, help="Levels shown: 2 adds the layers inside blocks.")] = 1,
    format_: Annotated[Format, typer.Option("--format", help="How the table is written.")] = "text",
    as_json: AsJson = False,
) -> None:
    """Print every layer's output shape, parameters and mult-adds; torchvision:resnet50 is a model of torchvision.

    Exit code 0, or 1 when the network does not fit together (the table then ends where it breaks).
    """
    summary = summary_of(source, input_=input_, width=width)
    is_network = not source.startswith(TORCHVISION)  # in which every shape begins with the batch
    typer.echo(json.dumps(summary.to_dict()) if as_json else _table(summary, format_, depth=depth, batched=is_network))
    if summary.problem:
        if not as_json and is_network and format_ == "text":
            _echo_fixes(network_of(source, input_=input_, width=width))
        raise typer.Exit(1)


def diagnose_(source: Source, input_: Input = None, width: Width = None, as_json: AsJson = False) -> None:
    """Say why a network does not fit together and what would help, and what is worth knowing where it does.

    Exit code 0, or 1 when the network does not fit together.
    """
    network = network_of(source, input_=input_, width=width)
    from cnnviz.drawing.advice import diagnosis_text
    from cnnviz.network.diagnosis import diagnose

    diagnosis = diagnose(network)
    typer.echo(json.dumps(diagnosis.to_dict()) if as_json else diagnosis_text(diagnosis, network.name))
    if diagnosis.problem:
        raise typer.Exit(1)


def explain_(
    source: Source,
    path: Annotated[str, typer.Argument(metavar="PATH", help="A layer as `cnnviz show` numbers it: 0 or 3.body.0.")],
    input_: Input = None,
    width: Width = None,
    as_json: AsJson = False,
) -> None:
    """Say what one layer does and where its numbers come from: its formulas, its share of the network's cost.

    Exit code 0, or 1 when the layer does not fit or comes after one that does not.
    """
    network = network_of(source, input_=input_, width=width)
    from cnnviz.drawing.explanation import explanation_text
    from cnnviz.network.explanation import explain

    explanation = explain(network, path)
    typer.echo(json.dumps(explanation.to_dict()) if as_json else explanation_text(explanation))
    if not explanation.fits:
        raise typer.Exit(1)


def source_(source: Source, input_: Input = None, width: Width = None) -> None:
    """Print the network as a PyTorch file that runs by itself."""
    network = network_of(source, input_=input_, width=width)
    from cnnviz.network.source import to_source

    typer.echo(to_source(network), nl=False)


def memory_(
    source: Source,
    input_: Input = None,
    width: Width = None,
    batch_size: Annotated[int, typer.Option(min=1, help="Images in one step.")] = 128,
    optimizer: Annotated[str, typer.Option(help="sgd, momentum, rmsprop, adam or adamw.")] = "sgd",
    budget: Annotated[str | None, typer.Option(help="A GPU's name, or its memory such as 24GB.")] = None,
    as_json: AsJson = False,
) -> None:
    """Print what training holds in memory, and the largest batch for common GPUs or for the budget."""
    network = network_of(source, input_=input_, width=width)
    from cnnviz.drawing.ledger import batches_text, ledger_text
    from cnnviz.network.costs.gpus import GPUS, parse_memory
    from cnnviz.network.costs.memory import largest_batches, memory

    memories = GPUS if budget is None else parse_memory(budget)
    ledger = memory(network, batch_size=batch_size, optimizer=optimizer)
    batches = largest_batches(network, memories, optimizer=optimizer)
    if as_json:
        typer.echo(json.dumps({**ledger.to_dict(), "largest_batches": batches}))
    else:
        typer.echo(f"{ledger_text(ledger, network.name)}\n\n{batches_text(batches, memories)}")


def compare_(
    sources: Annotated[
        list[str], typer.Argument(metavar="NAME|FILE NAME|FILE…", help="Two networks or more, as for `cnnviz show`.")
    ],
    as_json: AsJson = False,
) -> None:
    """Print totals side by side with ratios to the first network, and how each network differs from the one before.

    Exit code 0, or 1 when one of them does not fit together (it is then compared up to there).
    """
    if len(sources) < 2:
        raise SpecError("compare needs two networks or more, such as `cnnviz compare lenet alexnet`")
    summaries = [summary_of(source, input_=None, width=None) for source in sources]
    from cnnviz.drawing.side_by_side import side_by_side_dict, side_by_side_text
    from cnnviz.network.comparison import compare

    sides = [
        summary if source.startswith(TORCHVISION) else network_of(source, input_=None, width=None)
        for source, summary in zip(sources, summaries, strict=True)
    ]
    comparisons = [compare(before, after) for before, after in pairwise(sides)]
    if as_json:
        typer.echo(json.dumps(side_by_side_dict(summaries, comparisons)))
    else:
        typer.echo(side_by_side_text(summaries, comparisons))
    if any(summary.problem for summary in summaries):
        raise typer.Exit(1)


def _table(summary: "Summary", format_: Format, *, depth: int, batched: bool) -> str:
    from cnnviz.drawing.table import table_csv, table_text
    from cnnviz.drawing.table_markup import table_latex, table_markdown

    match format_:
        case "text":
            return table_text(summary, depth=depth, batched=batched)
        case "csv":
            return table_csv(summary).rstrip("\n")
        case "markdown":
            return table_markdown(summary, depth=depth).rstrip("\n")
        case "latex":
            return table_latex(summary, depth=depth).rstrip("\n")


def _echo_fixes(network: "Network") -> None:
    from cnnviz.drawing.advice import fixes_text
    from cnnviz.network.diagnosis import diagnose

    if text := fixes_text(diagnose(network)):
        typer.echo(f"\n{text}")
