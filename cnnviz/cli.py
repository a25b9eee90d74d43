"""The `cnnviz` command: what it does is in `cnnviz/commands/`."""

import sys
from collections.abc import Callable, Mapping
from typing import NoReturn

import typer

from cnnviz.commands import drawing, exporting, networks, serving, training
from cnnviz.commands.recipe_options import RecipeCommand
from cnnviz.errors import CnnvizError

app = typer.Typer(
    help="Design a convolutional network layer by layer, see every shape, and train it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

_COMMANDS: Mapping[str, Callable[..., None]] = {
    "list": networks.list_,
    "show": networks.show,
    "diagnose": networks.diagnose_,
    "explain": networks.explain_,
    "source": networks.source_,
    "draw": drawing.draw_,
    "memory": networks.memory_,
    "compare": networks.compare_,
    "train": training.train,
    "resume": training.resume,
    "stop": training.stop,
    "pause": training.pause,
    "runs": training.runs,
    "delete": training.delete,
    "export": exporting.export,
    "app": serving.app_,
}
for _name, _command in _COMMANDS.items():
    app.command(_name, cls=RecipeCommand if _command is training.train else None)(_command)


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


if __name__ == "__main__":
    main()
