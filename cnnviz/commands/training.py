"""Commands that train, and that tell of runs."""

import json
from typing import Annotated

import typer

from cnnviz.commands.options import AsJson, Input, Source, Width, network_of


def train(
    source: Source,
    input_: Input = None,
    width: Width = None,
    data: Annotated[str | None, typer.Option(help="A data set, or a folder or zip of images.")] = None,
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
    network = network_of(source, input_=input_, width=width)
    from cnnviz.commands.own_data import data_named
    from cnnviz.terminal import ending_text, train_in_foreground
    from cnnviz.training.published import published_recipe

    data = None if data is None else data_named(data, network)
    settings = {"data": data, "epochs": epochs, "lr": lr, "batch_size": batch_size, "resize": resize}
    recipe = published_recipe(network, **settings, examples=examples, device=device, seed=seed)
    typer.echo(ending_text(train_in_foreground(network, recipe)))


def runs(as_json: AsJson = False) -> None:
    """List every run, newest first."""
    from cnnviz.terminal import run_dict, runs_text
    from cnnviz.training.launch import mark_interrupted
    from cnnviz.training.store import open_store

    with open_store() as store:
        mark_interrupted(store)
        found = store.runs()
    typer.echo(json.dumps([run_dict(run) for run in found]) if as_json else runs_text(found))
