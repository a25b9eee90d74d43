"""Pasted text as Python's syntax tree, without prompts, magics and printed output."""

import ast
import re
import textwrap
import warnings
from collections.abc import Iterator

from cnnviz.errors import SpecError
from cnnviz.network.source.interpreter.limits import MAX_TEXT, place

FORBIDDEN = frozenset({"eval", "exec", "compile", "open", "__import__", "globals", "locals", "vars", "breakpoint"})
DUNDERS = frozenset({"__init__", "__name__", "__class__", "__file__", "__doc__", "__version__", "__annotations__"})
"""The only names between double underscores that code may look up."""

FENCE = re.compile(r"\s*(```|~~~)")
PROMPT = re.compile(r"\s*(>>>|\.\.\.)( |$)")
MAGIC = re.compile(r"(\s*)(%{1,2}|!)\w")
OUTPUT = re.compile(r"\s*output:", re.IGNORECASE)
CODE = re.compile(
    r"\s*(#|@|(import|from|def|class|for|if|with|while|return|del)\b"
    r"|[\w.\[\], ]+\s*[-+*/]?=[^=]|[A-Za-z_][\w.]*\(.*\)\s*$)"
)
"""How a line of code starts, told from a line of output."""


def parse_pasted(text: str) -> list[ast.stmt]:
    """Return the statements of pasted text, their lines numbered as in it.

    Raises SpecError when it is too long, no Python, or names what is never read, such as `eval`.
    """
    if len(text) > MAX_TEXT:
        raise SpecError(f"pasted code can have {MAX_TEXT:,} characters, and this has {len(text):,}")
    try:
        tree = _parse(dedented(text))
    except SpecError:
        tree = _parse(cleaned(text))
    _refuse_forbidden(tree)
    return tree.body


def dedented(text: str) -> str:
    """Return text without a byte order mark, with spaces for tabs, and its first lines at the margin."""
    return textwrap.dedent(text.lstrip("\ufeff").expandtabs())


def cleaned(text: str) -> str:
    """Return only the Python of a pasted text, with as many lines: what is left out becomes an empty line."""
    lines = dedented(text).splitlines()
    for step in (_inside_fences, _after_prompts, _without_output, _without_magics):
        lines = list(step(lines))
    return "\n".join(lines) + "\n"


def _inside_fences(lines: list[str]) -> Iterator[str]:
    """Yield the lines inside Markdown's code fences, where there are any."""
    fenced = any(FENCE.match(line) for line in lines)
    inside = not fenced
    for line in lines:
        if FENCE.match(line):
            inside = not inside
            yield ""
        else:
            yield line if inside else ""


def _after_prompts(lines: list[str]) -> Iterator[str]:
    """Yield what stands behind Python's prompts, where there are any."""
    prompted = next(filter(str.strip, lines), "").startswith(">>> ")
    for line in lines:
        yield PROMPT.sub("", line, count=1) if not prompted or PROMPT.match(line) else ""


def _without_output(lines: list[str]) -> Iterator[str]:
    """Yield lines without those from ``output:`` to the next line of code or empty line."""
    printed = False
    for line in lines:
        printed = bool(OUTPUT.match(line)) or (printed and bool(line.strip()) and not CODE.match(line))
        yield "" if printed else line


def _without_magics(lines: list[str]) -> Iterator[str]:
    """Yield lines with Jupyter's magics, such as ``%matplotlib inline`` and ``!pip``, as ``pass``."""
    for line in lines:
        magic = MAGIC.match(line)
        yield f"{magic[1]}pass" if magic else line


def _parse(text: str) -> ast.Module:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # on escapes in strings, which mean nothing here
            return ast.parse(text)
    except SyntaxError as error:
        reason = "a block is not indented" if isinstance(error, IndentationError) else error.msg[:100]
        raise SpecError(f"line {error.lineno or 1}: this is not Python: {reason}") from error
    except (ValueError, MemoryError, RecursionError) as error:
        raise SpecError("this text cannot be read as Python: it is nested too deeply") from error


def _refuse_forbidden(tree: ast.Module) -> None:
    own = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Load()) if name in FORBIDDEN - own or _is_dunder(name):
                raise SpecError(f"{place(node)}: {name[:40]} is never read; only layers and plain Python are")
            case ast.Attribute(attr=name) if _is_dunder(name):
                raise SpecError(f"{place(node)}: .{name[:40]} is never read; only layers and plain Python are")
            case ast.While(test=ast.Constant(value=value)) if value:
                raise SpecError(f"{place(node)}: a loop without an end is never read; write `for … in range(…)`")


def _is_dunder(name: str) -> bool:
    return name.startswith("__") and name.endswith("__") and name not in DUNDERS
