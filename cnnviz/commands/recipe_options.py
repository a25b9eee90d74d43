"""An option for every setting of a recipe, made from its fields, so that the two cannot differ."""

import ast
import inspect
from collections.abc import Mapping
from typing import Annotated, Any, get_args

import typer
from typer.core import TyperCommand

LARGEST = "largest"  # a batch size: as much as fits the device
_METAVARS: Mapping[str, str] = {
    "data": "NAME|FOLDER|ZIP",
    "device": "NAME",
    "trackers": "NAME,…",
    "batch_size": f"N|{LARGEST}",
}
_TEXTS = ("data", "device")


class RecipeCommand(TyperCommand):
    """A command that also takes every setting of a recipe; `given_settings` returns those that were given.

    The options are made when the command is asked for: the recipe's module takes longer to import than others to run.
    """

    def get_params(self, ctx: Any) -> list[Any]:
        """Return the command's own options, the recipe's, and --help."""
        *own, help_ = super().get_params(ctx)
        return [*own, *_options(), help_]

    def invoke(self, ctx: Any) -> Any:
        """Keep the recipe's settings apart from what the command itself takes."""
        given = {option.name: ctx.params.pop(option.name) for option in _options()}
        ctx.meta[__name__] = {name: _read(name, value) for name, value in given.items() if value is not None}
        return super().invoke(ctx)


def given_settings(context: typer.Context) -> dict[str, Any]:
    """Return the settings of a recipe that were given, by their names and unchecked."""
    return dict(context.meta[__name__])


def _options() -> list[Any]:
    """Return the options as typer makes them of a function that takes every setting."""
    from cnnviz.training.recipe import GROUPS

    def settings() -> None:
        pass

    names = [name for names in GROUPS.values() for name in names]
    settings.__signature__ = inspect.Signature([_parameter(name) for name in names])  # type: ignore[attr-defined]
    app = typer.Typer(add_completion=False)
    app.command()(settings)
    return list(typer.main.get_command(app).params)


def _parameter(name: str) -> inspect.Parameter:
    from cnnviz.training.recipe import Recipe

    field = Recipe.model_fields[name]
    flag = name.replace("_", "-")
    if field.annotation is bool:
        kind: Any = Annotated[bool | None, typer.Option(f"--{flag}/--no-{flag}", help=field.description)]
    else:
        metavar = _METAVARS.get(name) or _metavar(field.annotation)
        kind = Annotated[str | None, typer.Option(f"--{flag}", metavar=metavar, help=field.description)]
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=kind)


def _metavar(kind: Any) -> str:
    choices = get_args(kind)
    return "|".join(choices) if choices and all(isinstance(choice, str) for choice in choices) else "N"


def _may_be_none(name: str) -> bool:
    from cnnviz.training.recipe import Recipe

    return type(None) in get_args(Recipe.model_fields[name].annotation)


def _read(name: str, given: Any) -> Any:
    """Return a number or None where the text is one, and the text otherwise: the recipe says what is wrong with it."""
    if isinstance(given, bool) or name in _TEXTS:
        return given
    if name == "trackers":
        return tuple(part for part in given.split(",") if part)
    if given == "none" and _may_be_none(name):
        return None
    try:
        value = ast.literal_eval(given.strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return given
    return value if type(value) in (int, float) else given
