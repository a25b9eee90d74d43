"""One run of a module, recorded: every module, and every operation outside of layers, in the order they ran."""

from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.modules.lazy import LazyModuleMixin
from torch.utils._python_dispatch import TorchDispatchMode

from cnnviz.errors import SpecError
from cnnviz.network.connections import INPUT
from cnnviz.network.tracing.calls import Call, add_unused, first_shape
from cnnviz.network.tracing.labels import module_label, operation_label, operation_name
from cnnviz.network.tracing.operations import MetaOperations, tensors
from cnnviz.network.tracing.origins import mark, sources_of, told_apart
from cnnviz.network.tracing.replica import Prepare

_MOVES = frozenset(("clone", "contiguous", "detach", "to", "to_copy"))
"""Operations that compute nothing, besides those that PyTorch calls views."""


class Tracer(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Runs a copy of a module, in evaluation mode and without gradients, and records what happens.

    In inference mode operations arrive here as they were written (`linear`, `max_pool2d`), not in pieces.
    `failed` is the innermost call that raised the error which ended the run, if one did.
    """

    def __init__(self, module: nn.Module, prepared: Prepare, operations: MetaOperations) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.root = Call("", "", module_label(module), is_leaf=False)
        self.failed: Call | None = None
        self.error: Exception | None = None
        self._module = module
        self._operations = operations
        self._paths = {id(inner): path for path, inner in module.named_modules()}
        self._times: Counter[str] = Counter()
        self._frames = [self.root]
        self._is_off = False
        self._running: list[nn.Module] = []
        with torch.inference_mode():
            self._replica = prepared(module, self._wrapped)
        originals = () if self._replica is module else (*module.parameters(), *module.buffers())
        self._originals = {id(tensor) for tensor in originals}
        named = list(self._replica.named_parameters())
        self._names = {id(param): name for name, param in named}
        self._uncounted = {id(param): param for _, param in named}

    def run(self, x: Tensor) -> None:
        """Run the module on a batch of one and record what happens, an error included."""
        self.root.input_shape = first_shape([x])
        mark([x], INPUT)
        try:
            with torch.inference_mode(), self:
                output = self._replica(x)
        except Exception as error:
            self._note(error, self.root)
        else:
            self.failed = self.error = None  # what failed on the way was caught there
            self.root.end(output)
            if self._uncounted:
                add_unused(self.root, {self._names[key]: param for key, param in self._uncounted.items()}, self._module)
        finally:
            for replica in self._running:  # its forward leads back to it: garbage that would lie about for long
                vars(replica).pop("forward", None)

    def _wrapped(self, module: nn.Module, replica: nn.Module) -> Callable[..., Any]:
        """Return what runs as a copy's forward."""
        self._running.append(replica)
        return partial(self._ran, replica, replica.forward, self._paths.get(id(module)))

    def _ran(
        self, replica: nn.Module, forward: Callable[..., Any], path: str | None, /, *args: Any, **kwargs: Any
    ) -> Any:
        """Run a copy's forward and record it as a call, unless it is the whole or inside of a leaf."""
        if isinstance(replica, LazyModuleMixin):
            self._materialize(replica, args, kwargs)
        if not path or self._frames[-1].is_leaf:
            return forward(*args, **kwargs)
        inputs = tensors((args, kwargs))
        is_leaf = all(child is None for child in replica._modules.values())
        call = Call(path, self._numbered(path), module_label(replica), is_leaf, first_shape(inputs))
        call.hides_views = type(replica).__module__.startswith("torch.nn.")
        call.sources = sources_of(inputs) if is_leaf else ()
        self._frames.append(call)
        try:
            if is_leaf:
                call.count(self._newly_used(each for each in replica._parameters.values() if each is not None))
            call.end(output := forward(*args, **kwargs))
        except Exception as error:
            self._note(error, call)
            raise
        finally:
            self._leave(call)
        return self._made(output, call, inputs, in_place=getattr(replica, "inplace", False)) if is_leaf else output

    def _leave(self, call: Call) -> None:
        """End what runs inside a call; one that failed with nothing inside it that works leaves no trace."""
        self._frames.pop()
        if call.has_ended or call.inner:
            self._frames[-1].include(call)
        else:
            self._uncounted |= {id(param): param for param in call.params}

    def _made(self, output: Any, call: Call, inputs: list[Tensor], *, in_place: bool) -> Any:
        """Return the output of a leaf or operation, marked as its own."""
        if not in_place:
            self._is_off = True
            output = told_apart(output, inputs)
            self._is_off = False
        mark(tensors(output), (call.path,))
        return output

    def _materialize(self, module: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Give a lazy module its parameters, as its own hook would, unrecorded."""
        self._is_off = True
        try:
            module.initialize_parameters(*args, **kwargs)
        finally:
            self._is_off = False
        module.__class__ = module.cls_to_become or type(module)

    def __torch_dispatch__(self, operation: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Run an operation, as part of the leaf it stands in or else as a call of its own."""
        kwargs = kwargs or {}
        if self._is_off:
            return operation(*args, **kwargs)
        inputs, frame = tensors((args, kwargs)), self._frames[-1]
        if not self._originals.isdisjoint(map(id, inputs)):
            raise SpecError(
                "a part of the module runs outside of its copy, as where a forward was replaced by a function that "
                "holds the module; it cannot be measured without being changed"
            )
        try:
            output, mult_adds = self._operations.run(operation, args, kwargs, inputs)
        except Exception as error:
            if not frame.is_leaf:
                self._note(error, self._operation_call(operation, args, kwargs, inputs))
            raise
        params = self._newly_used(inputs)
        if frame.is_leaf:
            frame.count(params, mult_adds)
        elif params or _is_shown(operation, inputs, tensors(output), frame):
            call = self._operation_call(operation, args, kwargs, inputs)
            call.count(params, mult_adds)
            call.end(output)
            frame.include(call)
            return self._made(output, call, inputs, in_place=operation._schema.is_mutable)
        else:  # it hands on what it was given
            mark(tensors(output), sources_of(inputs))
        return output

    def _operation_call(self, operation: Any, args: Any, kwargs: Any, inputs: list[Tensor]) -> Call:
        prefix = f"{self._frames[-1].name}." if self._frames[-1].name else ""
        used = [self._names[id(tensor)].removeprefix(prefix) for tensor in inputs if id(tensor) in self._names]
        label = operation_label(operation, args, kwargs, used)
        values = [tensor for tensor in inputs if id(tensor) not in self._names]
        name = prefix + label.kind
        shape = first_shape(values or inputs)
        return Call(name, self._numbered(name), label, is_leaf=True, input_shape=shape, sources=sources_of(inputs))

    def _note(self, error: Exception, call: Call) -> None:
        """Remember where an error was first seen, which is the innermost call."""
        if self.error is not error:
            self.failed, self.error = call, error

    def _numbered(self, name: str) -> str:
        self._times[name] += 1
        return name if self._times[name] == 1 else f"{name}#{self._times[name]}"

    def _newly_used(self, found: Iterable[Tensor]) -> list[nn.Parameter]:
        return [self._uncounted.pop(id(tensor)) for tensor in found if id(tensor) in self._uncounted]


def _is_shown(operation: Any, inputs: list[Tensor], outputs: list[Tensor], frame: Call) -> bool:
    """Return whether an operation computes something, or changes a shape in code that is not PyTorch's own."""
    if not inputs or not outputs:
        return False
    if operation.is_view or operation_name(operation) in _MOVES:
        return not frame.hides_views and inputs[0].shape != outputs[0].shape
    return True
