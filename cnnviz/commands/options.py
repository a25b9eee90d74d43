"""Arguments and options that commands share, and the networks that they name."""

from typing import TYPE_CHECKING, Annotated

import typer

from cnnviz.errors import SpecError

if TYPE_CHECKING:
    from cnnviz.network.spec import Network
    from cnnviz.network.summary import Summary

TORCHVISION = "torchvision:"

Source = Annotated[
    str, typer.Argument(metavar="NAME|FILE", help="A preset's name (see `cnnviz list`), a YAML file or a .py file.")
]
Input = Annotated[str | None, typer.Option("--input", metavar="C,H,W", help="Input shape, such as 1,224,224.")]
Width = Annotated[str | None, typer.Option(metavar="RATIO", help="Ratio of channels, such as 0.25 or 1/4.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def summary_of(source: str, *, input_: str | None, width: str | None) -> "Summary":
    """Return the summary of a network that is named, or of one of torchvision's models.

    Raises SpecError naming what is wrong.
    """
    from cnnviz.network.notation import parse_shape

    if source.startswith(TORCHVISION):
        if width is not None:
            raise SpecError("torchvision's models have the channels they have; --width is for presets and files")

        from cnnviz.network.torchvision_models import torchvision_summary

        shape = None if input_ is None else parse_shape(input_)
        return torchvision_summary(source.removeprefix(TORCHVISION), shape)
    from cnnviz.network.summary import summarize

    return summarize(network_of(source, input_=input_, width=width))


def network_of(source: str, *, input_: str | None, width: str | None) -> "Network":
    """Return the network that is named, with the input and width that are asked for.

    Raises SpecError naming what is wrong.
    """
    from cnnviz.network.notation import parse_shape, parse_width
    from cnnviz.network.presets import load

    if source.startswith(TORCHVISION):
        raise SpecError(f"{source[:60]} can be shown with `cnnviz show`, but not changed or trained here")
    network = load(source)
    changes: dict[str, object] = {}
    if input_ is not None:
        changes["input_shape"] = parse_shape(input_)
    if width is not None:
        changes["width"] = parse_width(width)
    return network.replace(**changes)
