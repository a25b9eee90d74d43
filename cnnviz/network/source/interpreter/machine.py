"""A small reader of Python that works on what names stand for; nothing is executed, and everything is bounded."""

import ast
from collections.abc import Iterator, Sequence

from cnnviz.network.source.interpreter.assignments import assign
from cnnviz.network.source.interpreter.attributes import attribute
from cnnviz.network.source.interpreter.calls import call
from cnnviz.network.source.interpreter.expressions import EXPRESSIONS
from cnnviz.network.source.interpreter.limits import Budget, Unreadable, line_of, unreadable
from cnnviz.network.source.interpreter.skipping import skip
from cnnviz.network.source.interpreter.statements import STATEMENTS
from cnnviz.network.source.interpreter.values import (
    MODULE_DICT,
    Args,
    Class,
    Foreign,
    Instance,
    Kwargs,
    Outcome,
    Scope,
    Size,
    Tensor,
    depends,
    describe,
    is_module,
)


class Machine:
    """Reads statements in their order.

    `line` is that of the statement it has come to. `classes` are those that the text defines, and `last` is the last
    module that is given a name or shown. `tainted` are values that code which was passed over may have changed, by
    identity, each with the reason.
    """

    def __init__(self) -> None:
        self.budget = Budget()
        self.depth = 0
        self.line = 1
        self.tainted: dict[int, tuple[object, Foreign]] = {}
        self.classes: list[Class] = []
        self.last: tuple[ast.AST, object] | None = None

    def run(self, statements: Sequence[ast.stmt], scope: Scope) -> list[Unreadable]:
        """Read a text's statements, and return why those that had to be passed over could not be read.

        Raises SpecError when there is too much to read.
        """
        errors = []
        for statement in statements:
            try:
                self.execute([statement], scope)
            except Unreadable as error:
                errors.append(error)
                self._pass_over(statement, scope, error)
        return errors

    def _pass_over(self, statement: ast.stmt, scope: Scope, error: Unreadable) -> None:
        skip(self, [statement], scope, Foreign("this", statement.lineno, str(error)))

    def execute(self, statements: Sequence[ast.stmt], scope: Scope) -> Outcome:
        """Read statements until one ends the function or loop around them, and return how."""
        for statement in statements:
            self.budget.spend(statement)
            self.line = statement.lineno
            run = STATEMENTS.get(type(statement))
            if run is None:
                raise unreadable(statement, f"`{_keyword(statement)}` cannot be read")
            outcome = run(self, statement, scope)
            if outcome is not None:
                return outcome
        return None

    def evaluate(self, node: ast.expr, scope: Scope) -> object:
        """Return what an expression stands for."""
        self.budget.spend(node)
        read = EXPRESSIONS.get(type(node))
        if read is None:
            raise unreadable(node, f"`{_keyword(node)}` cannot be read")
        return read(self, node, scope)

    def assign(self, target: ast.expr, value: object, scope: Scope) -> None:
        """Give a target a value."""
        assign(self, target, value, scope)
        if isinstance(target, ast.Name):
            self.note(target, value, scope)

    def note(self, node: ast.AST, value: object, scope: Scope) -> None:
        """Remember a module that the text itself makes, and not a function in it: the last may be the network."""
        if scope.parent is None and (isinstance(value, Instance) or self.last is None) and is_module(value):
            self.last = (node, value)

    def call(self, node: ast.AST, callee: object, args: Args, kwargs: Kwargs) -> object:
        """Return what a call returns."""
        return call(self, node, callee, args, kwargs)

    def attribute(self, node: ast.AST, value: object, name: str) -> object:
        """Return an attribute of a value."""
        return self.known(attribute(self, node, value, name))

    def defaults(self, arguments: ast.arguments, scope: Scope) -> dict[str, object]:
        """Return the values of a function's parameters that have one."""
        positional = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args)]
        last = positional[len(positional) - len(arguments.defaults) :]
        pairs = [*zip(last, arguments.defaults, strict=True)]
        pairs += [(a.arg, d) for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if d is not None]
        return {name: self.evaluate(default, scope) for name, default in pairs}

    def known(self, value: object) -> object:
        """Return a value, or what is foreign instead where code that was passed over may have changed it."""
        tainted = self.tainted.get(id(value))
        return tainted[1] if tainted else value

    def truth(self, node: ast.AST, value: object) -> bool | Foreign:
        """Return whether a value counts as true, or what that depends on."""
        match value:
            case Foreign():
                return value
            case Tensor() | Size():
                return Foreign(describe(value), line_of(node))
            case Instance(cls=cls) if cls.holds_layers:
                return bool(value.modules)
            case None | bool() | int() | float() | str() | list() | tuple() | dict() | range():
                return bool(value)
        return True

    def iterate(self, node: ast.AST, value: object) -> Iterator[object]:
        """Yield the items of a value, each a step.

        Raises SpecError when it has none.
        """
        match value:
            case Instance(cls=cls) if cls.holds_layers:
                items: Sequence[object] = list(value.attributes) if cls.derives(MODULE_DICT) else value.modules
            case list() | tuple() | str() | range():
                items = value
            case dict():
                items = list(value)
            case _:
                raise unreadable(node, f"the items of {describe(value)} cannot be read")
        for item in items:
            self.budget.spend(node)
            yield self.known(item)

    def items(self, node: ast.AST, value: object) -> list[object] | Foreign:
        """Return the items of a value as a list."""
        return value if isinstance(value, Foreign) else list(self.iterate(node, value))

    def known_items(self, node: ast.AST, value: object) -> list[object]:
        """Return the items of a value.

        Raises SpecError when they are not known.
        """
        items = self.items(node, value)
        if isinstance(items, Foreign):
            raise depends(node, "what stands here", items)
        return items


def _keyword(node: ast.AST) -> str:
    return type(node).__name__.removesuffix("Def").lower()
