"""The command that draws a network."""

from pathlib import Path
from typing import Annotated

import typer

from cnnviz.commands.options import Input, Source, Width, summary_of
from cnnviz.errors import SpecError

Style = Annotated[str, typer.Option(help="volumes, blocks, graph or costs.")]
Output = Annotated[Path, typer.Option("--output", "-o", help="A file that ends with .svg, .png or .tex.")]
Depth = Annotated[int, typer.Option(min=1, help="Levels drawn: 2 opens blocks.")]
Linear = Annotated[bool, typer.Option("--linear", help="Volumes on a linear scale, not a log scale.")]
Windows = Annotated[bool, typer.Option("--windows/--no-windows", help="Each layer's window on the volume before it.")]
Dark = Annotated[bool, typer.Option("--dark", help="For a dark page.")]


def draw_(
    source: Source,
    output: Output,
    style: Style = "volumes",
    input_: Input = None,
    width: Width = None,
    depth: Depth = 1,
    linear: Linear = False,
    windows: Windows = True,
    dark: Dark = False,
) -> None:
    """Draw a network, or torchvision:NAME, to a file; neither a browser nor LaTeX is needed.

    Exit code 0, or 1 when the network does not fit together (it is then drawn up to where it breaks).
    """
    from cnnviz.drawing.export import draw, format_of
    from cnnviz.drawing.kernels import Which

    format_ = format_of(output.name)
    summary = summary_of(source, input_=input_, width=width)
    which: Which = "all" if windows else "none"
    image = draw(summary, style=style, format=format_, depth=depth, linear=linear, windows=which, dark=dark)
    try:
        output.write_bytes(image)
    except OSError as error:
        raise SpecError(f"{output}: cannot be written: {error.strerror}") from error
    if summary.problem:
        typer.echo(f"cnnviz: {output} ends where the network does: {summary.problem}", err=True)
        raise typer.Exit(1)
