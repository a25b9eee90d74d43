"""The command that writes a run's files."""

from pathlib import Path
from typing import Annotated

import typer

from cnnviz.errors import StoreError


def export(
    run_id: Annotated[str, typer.Argument(metavar="ID", help="A run's id, as `cnnviz runs` lists it.")],
    what: Annotated[str, typer.Option(help="weights, metrics, source or onnx.")],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", help="A file: .safetensors or .pt, .csv or .json, .py, .onnx; named for you if left out."
        ),
    ] = None,
) -> None:
    """Write a run's weights, its metrics, a PyTorch file that rebuilds its network, or both in one as ONNX."""
    from cnnviz.training.export.files import EXPORTS, file_name, find_export
    from cnnviz.training.store import open_store

    made = find_export(what, output.suffix.lower().removeprefix(".") if output else None)
    with open_store() as store:
        run = store.run(run_id)
        content = made.make(store, run)
    path = output or Path(file_name(run, next(iter(EXPORTS[what]))))
    try:
        path.write_bytes(content)
    except OSError as error:
        raise StoreError(f"{path}: cannot be written: {error.strerror}") from error
    typer.echo(str(path))
