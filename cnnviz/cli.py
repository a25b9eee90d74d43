"""The `cnnviz` command. Heavy imports stand inside the commands, so that each starts as fast as it can."""

import json
import os
import socket
import sys
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from cnnviz.errors import CnnvizError, SpecError

if TYPE_CHECKING:
    from cnnviz.network.spec import Network
    from cnnviz.network.summary import Summary

app = typer.Typer(
    help="Design a convolutional network layer by layer, see every shape, and train it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Source = Annotated[
    str, typer.Argument(metavar="NAME|FILE", help="A preset's name (see `cnnviz list`), a YAML file or a .py file.")
]
Input = Annotated[str | None, typer.Option("--input", metavar="C,H,W", help="Input shape, such as 1,224,224.")]
Width = Annotated[str | None, typer.Option(metavar="RATIO", help="Ratio of channels, such as 0.25 or 1/4.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def main() -> NoReturn:
    """Run the command line; a person's mistake is one line on stderr and exit code 2."""
    try:
        app()
    except CnnvizError as error:
        typer.echo(f"cnnviz: {error}", err=True)
        sys.exit(2)
    except BrokenPipeError:  # the reader of a pipe, such as `head`, has seen enough
        sys.stderr.close()
        sys.exit(0)
    sys.exit(0)


@app.command("list")
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


@app.command()
def show(
    source: Source,
    input_: Input = None,
    width: Width = None,
    depth: Annotated[int, typer.Option(min=1, help="Levels shown: 2 adds the layers inside blocks.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Print every layer's output shape, parameters and mult-adds; torchvision:resnet50 is a model of torchvision.

    Exit code 0, or 1 when the network does not fit together (the table then ends where it breaks).
    """
    summary = _summary(source, input_=input_, width=width)
    from cnnviz.drawing.table import table_text

    is_network = not source.startswith(_TORCHVISION)  # in which every shape begins with the batch
    typer.echo(json.dumps(summary.to_dict()) if as_json else table_text(summary, depth=depth, batched=is_network))
    if summary.problem:
        if not as_json and is_network:
            _echo_fixes(_network(source, input_=input_, width=width))
        raise typer.Exit(1)


@app.command("diagnose")
def diagnose_(source: Source, input_: Input = None, width: Width = None, as_json: AsJson = False) -> None:
    """Say why a network does not fit together and what would help, and what is worth knowing where it does.

    Exit code 0, or 1 when the network does not fit together.
    """
    network = _network(source, input_=input_, width=width)
    from cnnviz.drawing.advice import diagnosis_text
    from cnnviz.network.diagnosis import diagnose

    diagnosis = diagnose(network)
    typer.echo(json.dumps(diagnosis.to_dict()) if as_json else diagnosis_text(diagnosis, network.name))
    if diagnosis.problem:
        raise typer.Exit(1)


@app.command("explain")
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
    network = _network(source, input_=input_, width=width)
    from cnnviz.drawing.explanation import explanation_text
    from cnnviz.network.explanation import explain

    explanation = explain(network, path)
    typer.echo(json.dumps(explanation.to_dict()) if as_json else explanation_text(explanation))
    if not explanation.fits:
        raise typer.Exit(1)


@app.command("source")
def source_(source: Source, input_: Input = None, width: Width = None) -> None:
    """Print the network as a PyTorch file that runs by itself."""
    network = _network(source, input_=input_, width=width)
    from cnnviz.network.source import to_source

    typer.echo(to_source(network), nl=False)


@app.command("memory")
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
    network = _network(source, input_=input_, width=width)
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


@app.command("compare")
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
    summaries = [_summary(source, input_=None, width=None) for source in sources]
    from cnnviz.drawing.side_by_side import side_by_side_dict, side_by_side_text
    from cnnviz.network.comparison import compare

    sides = [
        summary if source.startswith(_TORCHVISION) else _network(source, input_=None, width=None)
        for source, summary in zip(sources, summaries, strict=True)
    ]
    comparisons = [compare(before, after) for before, after in pairwise(sides)]
    if as_json:
        typer.echo(json.dumps(side_by_side_dict(summaries, comparisons)))
    else:
        typer.echo(side_by_side_text(summaries, comparisons))
    if any(summary.problem for summary in summaries):
        raise typer.Exit(1)


@app.command()
def train(
    source: Source,
    input_: Input = None,
    width: Width = None,
    data: Annotated[str | None, typer.Option(help="fashion-mnist or shapes.")] = None,
    epochs: Annotated[int | None, typer.Option(help="Passes over the training examples.")] = None,
    lr: Annotated[float | None, typer.Option(help="Learning rate of plain SGD.")] = None,
    batch_size: Annotated[int | None, typer.Option(help="Examples in one step.")] = None,
    resize: Annotated[int | None, typer.Option(help="Pixels; as the network takes them when left out.")] = None,
    examples: Annotated[int | None, typer.Option(help="Training examples used; all when left out.")] = None,
    device: Annotated[str | None, typer.Option(help="cpu, cuda:0, mps…; the fastest one when left out.")] = None,
    seed: Annotated[int | None, typer.Option(help="Start of every random choice.")] = None,
) -> None:
    """Train a network in the foreground and record the run; what is left out is as published, see the preset.

    Ctrl-C stops it and keeps what was measured.
    """
    network = _network(source, input_=input_, width=width)
    from cnnviz.terminal import ending_text, train_in_foreground
    from cnnviz.training.published import published_recipe

    settings = {"data": data, "epochs": epochs, "lr": lr, "batch_size": batch_size, "resize": resize}
    recipe = published_recipe(network, **settings, examples=examples, device=device, seed=seed)
    typer.echo(ending_text(train_in_foreground(network, recipe)))


@app.command()
def runs(as_json: AsJson = False) -> None:
    """List every run, newest first."""
    from cnnviz.terminal import run_dict, runs_text
    from cnnviz.training.launch import mark_interrupted
    from cnnviz.training.store import open_store

    with open_store() as store:
        mark_interrupted(store)
        found = store.runs()
    typer.echo(json.dumps([run_dict(run) for run in found]) if as_json else runs_text(found))


@app.command("app")
def app_(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port the app listens on.")] = 8501,
    address: Annotated[str, typer.Option(help="Address it listens on; only this machine unless you say so.")] = (
        "localhost"
    ),
) -> None:
    """Start the app in the browser."""
    script = Path(__file__).parents[1] / "app.py"
    if not script.exists():
        raise CnnvizError(f"{script} is missing; install cnnviz from its repository with `pip install -e .`")
    _check_port(address, port)
    options = [f"--server.port={port}", f"--server.address={address}"]
    os.execv(sys.executable, [sys.executable, "-m", "cnnviz.ui.serve", str(script), *options])


_TORCHVISION = "torchvision:"


def _summary(source: str, *, input_: str | None, width: str | None) -> "Summary":
    from cnnviz.network.notation import parse_shape

    if source.startswith(_TORCHVISION):
        if width is not None:
            raise SpecError("torchvision's models have the channels they have; --width is for presets and files")
        from cnnviz.network.torchvision_models import torchvision_summary

        shape = None if input_ is None else parse_shape(input_)
        return torchvision_summary(source.removeprefix(_TORCHVISION), shape)
    from cnnviz.network.summary import summarize

    return summarize(_network(source, input_=input_, width=width))


def _network(source: str, *, input_: str | None, width: str | None) -> "Network":
    from cnnviz.network.notation import parse_shape, parse_width
    from cnnviz.network.presets import load

    if source.startswith(_TORCHVISION):
        raise SpecError(f"{source[:60]} can be shown with `cnnviz show`, but not changed or trained here")
    network = load(source)
    changes: dict[str, object] = {}
    if input_ is not None:
        changes["input_shape"] = parse_shape(input_)
    if width is not None:
        changes["width"] = parse_width(width)
    return network.replace(**changes)


def _echo_fixes(network: "Network") -> None:
    from cnnviz.drawing.advice import fixes_text
    from cnnviz.network.diagnosis import diagnose

    if text := fixes_text(diagnose(network)):
        typer.echo(f"\n{text}")


def _check_port(address: str, port: int) -> None:
    """Raise CnnvizError when the port cannot be listened on, before anything is started."""
    try:
        for family, kind, protocol, _, place in socket.getaddrinfo(address, port, type=socket.SOCK_STREAM):
            with socket.socket(family, kind, protocol) as listener:
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                listener.bind(place)
    except OSError as error:
        raise CnnvizError(
            f"cannot listen on port {port} of {address}: {error.strerror}; "
            f"choose another one, such as `make app PORT={port % 65535 + 1}` or `cnnviz app --port {port % 65535 + 1}`"
        ) from error


if __name__ == "__main__":
    main()
